/**
 * Who may do what: session, role, origin and token of every request, and the login itself.
 *
 * A change needs the session's token in a header that no other site can send, and an Origin that is
 * this server's where the browser names one. A WebSocket needs session, role and Origin: browsers
 * send cookies with it whoever asks.
 */
import type { IncomingMessage } from "node:http";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { LoginLimits } from "./login-limits.ts";
import { isPassword } from "./password.ts";
import type { ConsoleRole } from "./routes.ts";
import { type OpenSession, Sessions } from "./sessions.ts";
import type { Users } from "./users.ts";

export type Denied = { readonly status: 401 | 403 | 404 };
export interface AllowedUpgrade {
  readonly camera: string;
  readonly session: OpenSession;
  readonly isOver: () => boolean;
}

const livePath = /^\/live\/([a-z0-9][a-z0-9-]{0,40})$/;

export class Gate {
  readonly #users: Users;
  readonly #sessions: Sessions;
  readonly #limits: LoginLimits;
  readonly #log: Log;
  readonly #isTls: boolean;

  constructor(options: {
    readonly users: Users;
    readonly clock: Clock;
    readonly log: Log;
    readonly isTls: boolean;
  }) {
    const { users, clock, log, isTls } = options;
    this.#users = users;
    this.#sessions = new Sessions({ clock, userOf: (name) => users.find(name) });
    this.#limits = new LoginLimits({ clock });
    this.#log = log;
    this.#isTls = isTls;
  }

  session(request: IncomingMessage): OpenSession | undefined {
    return this.#sessions.find(this.#tokenOf(request));
  }

  /** Undefined: the request may go on. */
  refusal(
    request: IncomingMessage,
    session: OpenSession | undefined,
    role: ConsoleRole,
  ): string | undefined {
    if (session?.roles.has(role) !== true) return `your login is not for this (${role})`;
    if (request.method === "GET" || request.method === "HEAD") return undefined;
    return this.isOwnOrigin(request) && hasToken(request, session)
      ? undefined
      : "this did not come from the box's own page";
  }

  /** Where a browser says where a request comes from, it is from here. */
  isOwnOrigin({ headers }: IncomingMessage): boolean {
    const site = headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin") return false;
    const { origin, host } = headers;
    if (origin === undefined) return true;
    return origin === `${this.#isTls ? "https" : "http"}://${host ?? ""}`;
  }

  /** The cookie to set; or why not. */
  async logIn(
    { user, password }: { readonly user: string; readonly password: string },
    address: string,
  ): Promise<{ readonly cookie: string } | { readonly why: "wrong" | "too-often" }> {
    const known = this.#users.find(user);
    const isRight = await this.#limits.attempt({ address, user }, () =>
      isPassword(password, known?.hash),
    );
    if (isRight === undefined) {
      this.#log.warn({ user, address }, "page: too many logins are tried");
      return { why: "too-often" };
    }
    if (!isRight || known === undefined) {
      this.#log.warn({ user, address }, "page: a login failed");
      return { why: "wrong" };
    }
    this.#log.info({ user, address }, "page: logged in");
    return { cookie: this.#cookie(this.#sessions.open(known), "") };
  }

  /** The cookie that forgets. */
  logOut(request: IncomingMessage): string {
    this.#sessions.close(this.#tokenOf(request));
    return this.#cookie("", "; Max-Age=0");
  }

  upgrade(request: IncomingMessage): Denied | AllowedUpgrade {
    const [, camera] = livePath.exec(request.url ?? "") ?? [];
    if (camera === undefined) return { status: 404 };
    const token = this.#tokenOf(request);
    const session = this.#sessions.find(token);
    if (session === undefined) return { status: 401 };
    if (request.headers.origin === undefined || !this.isOwnOrigin(request)) return { status: 403 };
    if (!session.roles.has("live")) return { status: 403 };
    const isOver = (): boolean => this.#sessions.find(token, { isUse: false }) === undefined;
    return { camera, session, isOver };
  }

  get #cookieName(): string {
    return this.#isTls ? "__Host-kerbside" : "kerbside";
  }

  #cookie(token: string, more: string): string {
    const secure = this.#isTls ? "; Secure" : "";
    return `${this.#cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}${more}`;
  }

  #tokenOf({ headers }: IncomingMessage): string | undefined {
    const pairs = headers.cookie?.split(/; */) ?? [];
    const own = pairs.find((pair) => pair.startsWith(`${this.#cookieName}=`));
    const token = own?.slice(this.#cookieName.length + 1);
    return token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined;
  }
}

function hasToken({ headers }: IncomingMessage, { changeToken }: OpenSession): boolean {
  return headers["x-kerbside-token"] === changeToken;
}
