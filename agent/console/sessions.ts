/**
 * Who is logged in: random tokens that the browser keeps in a cookie, their hashes kept here.
 *
 * A session ends half an hour after its last request, twelve hours after its login, and at once when
 * the user's line in the list of users changes. Bounded: a user's oldest session goes first. Nothing
 * is written down: after a restart everybody logs in again.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../runtime/clock.ts";
import type { ConsoleRole, ConsoleSession } from "./routes.ts";
import type { ConsoleUser } from "./users.ts";

const idleMsMax = 30 * 60_000;
const wholeMsMax = 12 * 3_600_000;
const perUserMax = 8;
const sessionsMax = 64;

export interface OpenSession extends ConsoleSession {
  /** A page of another origin cannot know it: every change brings it. */
  readonly changeToken: string;
}

interface Kept extends OpenSession {
  readonly hash: string;
  readonly begunAtMonoMs: number;
  usedAtMonoMs: number;
}

export class Sessions {
  readonly #clock: Clock;
  readonly #userOf: (name: string) => ConsoleUser | undefined;
  /** By the hash of the token: a dump of memory logs nobody in. Oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(options: {
    readonly clock: Clock;
    readonly userOf: (name: string) => ConsoleUser | undefined;
  }) {
    this.#clock = options.clock;
    this.#userOf = options.userOf;
  }

  /** The token for the cookie. */
  open({ name, hash, roles }: ConsoleUser): string {
    const own = [...this.#kept].filter(([, { user }]) => user === name);
    if (own.length >= perUserMax) this.#kept.delete(own[0]?.[0] ?? "");
    if (this.#kept.size >= sessionsMax) this.#kept.delete(this.#kept.keys().next().value ?? "");
    const token = randomBytes(32).toString("base64url");
    const nowMs = this.#clock.monoMs();
    this.#kept.set(keyOf(token), {
      user: name,
      roles: withImplied(roles),
      changeToken: randomBytes(32).toString("base64url"),
      hash,
      begunAtMonoMs: nowMs,
      usedAtMonoMs: nowMs,
    });
    return token;
  }

  /** `isUse` false: asks whether it still holds, and does not keep it from ending. */
  find(token: string | undefined, { isUse = true } = {}): OpenSession | undefined {
    if (token === undefined) return undefined;
    const key = keyOf(token);
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const nowMs = this.#clock.monoMs();
    const user = this.#userOf(kept.user);
    const isOver =
      nowMs - kept.usedAtMonoMs > idleMsMax ||
      nowMs - kept.begunAtMonoMs > wholeMsMax ||
      user?.hash !== kept.hash ||
      !isSameSet(withImplied(user.roles), kept.roles);
    if (isOver) {
      this.#kept.delete(key);
      return undefined;
    }
    if (isUse) kept.usedAtMonoMs = nowMs;
    return kept;
  }

  close(token: string | undefined): void {
    if (token !== undefined) this.#kept.delete(keyOf(token));
  }
}

function withImplied(roles: readonly ConsoleRole[]): ReadonlySet<ConsoleRole> {
  return new Set(roles.includes("editor") ? ["viewer", ...roles] : roles);
}

function isSameSet(one: ReadonlySet<ConsoleRole>, other: ReadonlySet<ConsoleRole>): boolean {
  return one.size === other.size && [...one].every((role) => other.has(role));
}

function keyOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
