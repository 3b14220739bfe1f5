/**
 * A door on loopback to one HTTP(S) address: ffmpeg opens it instead of the camera, so that the
 * login stays out of its command line and its log, and TLS is checked by our rules.
 *
 * Answers only requests that know its random path. Logs in (Basic, Digest), follows redirects on
 * the camera's own host, passes ranges. Remembers why the camera refused, for the stream's state.
 */
import { randomBytes } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { CaptureError, failureOfSocket, quote, ReceivingBug } from "../capture-error.ts";
import { connectTimeoutMs, redirectsMax } from "../limits.ts";
import { Authorization } from "../rtsp/authorization.ts";
import type { TlsSettings } from "../stream-settings.ts";

export class HttpRelay {
  readonly #target: URL;
  readonly #tls: TlsSettings | undefined;
  readonly #authorization: Authorization | undefined;
  readonly #path = `/${randomBytes(16).toString("hex")}/`;
  readonly #server = http.createServer((request, reply) => void this.#serve(request, reply));
  #failure: CaptureError | undefined;

  constructor({ url, tls }: { readonly url: string; readonly tls?: TlsSettings | undefined }) {
    const target = parse(url);
    const { username, password } = target;
    const credentials = { user: decode(username), password: decode(password) };
    this.#authorization = username === "" ? undefined : new Authorization({ credentials });
    target.username = "";
    target.password = "";
    this.#target = target;
    this.#tls = tls;
  }

  /** Why the camera did not give what was asked for, last. */
  get failure(): CaptureError | undefined {
    return this.#failure;
  }

  /** The address for ffmpeg. */
  async open(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    return `http://127.0.0.1:${port}${this.#path}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: http.IncomingMessage, reply: http.ServerResponse): Promise<void> {
    reply.on("error", () => undefined);
    const asked = request.url ?? "";
    const isGet = request.method === "GET";
    if (!isGet || !asked.startsWith(this.#path)) {
      reply.writeHead(404).end();
      return;
    }
    const rest = asked.slice(this.#path.length);
    try {
      const url = rest === "" ? this.#target : new URL(rest, this.#target);
      if (url.origin !== this.#target.origin) throw new CaptureError("refused", "another host");
      const answer = await this.#get(url, request.headers.range);
      this.#failure = undefined;
      const { "content-type": type, "content-range": range } = answer.headers;
      const { "content-length": length, "accept-ranges": ranges } = answer.headers;
      reply.writeHead(answer.statusCode ?? 200, {
        ...(type === undefined ? {} : { "content-type": type }),
        ...(range === undefined ? {} : { "content-range": range }),
        ...(length === undefined ? {} : { "content-length": length }),
        ...(ranges === undefined ? {} : { "accept-ranges": ranges }),
      });
      answer.pipe(reply);
      answer.on("error", () => reply.destroy());
      reply.on("close", () => answer.destroy());
    } catch (error) {
      this.#failure = error instanceof CaptureError ? error : new ReceivingBug(error);
      reply.writeHead(502).end();
    }
  }

  async #get(first: URL, range: string | undefined): Promise<http.IncomingMessage> {
    let url = first;
    let logins = 0;
    for (let redirects = 0; redirects <= redirectsMax; ) {
      const answer = await this.#getOnce(url, range);
      const status = answer.statusCode ?? 0;
      if (status === 200 || status === 206) return answer;
      answer.destroy();
      const { location } = answer.headers;
      if (status === 401 && logins === 0) {
        logins += 1;
        const challenge = answer.headers["www-authenticate"];
        if (this.#authorization?.accept(challenge === undefined ? [] : [challenge]) === true)
          continue;
      }
      if (status >= 300 && status < 400 && location !== undefined) {
        redirects += 1;
        url = redirected(url, location);
        continue;
      }
      throw failureOf(status, `HTTP ${status} ${answer.statusMessage ?? ""}`);
    }
    throw new CaptureError("not-found", `more than ${redirectsMax} redirects`);
  }

  #getOnce(url: URL, range: string | undefined): Promise<http.IncomingMessage> {
    // Only the camera's own host ever hears the login.
    const isHome = url.host === this.#target.host && url.protocol === this.#target.protocol;
    const login = isHome
      ? this.#authorization?.headerFor("GET", `${url.pathname}${url.search}`)
      : undefined;
    const options: https.RequestOptions = {
      headers: {
        "user-agent": "Kerbside",
        ...(range === undefined ? {} : { range }),
        ...(login === undefined ? {} : { authorization: login }),
      },
      agent: false,
      ...(this.#tls?.ca === undefined ? {} : { ca: this.#tls.ca }),
      minVersion: "TLSv1.2",
      rejectUnauthorized: this.#tls?.isSelfSignedAllowed !== true,
    };
    return new Promise((resolve, reject) => {
      const request =
        url.protocol === "https:"
          ? https.get(url, options, resolve)
          : http.get(url, options, resolve);
      request.setTimeout(connectTimeoutMs, () =>
        request.destroy(
          new CaptureError("timeout", `${url.host} sent nothing for ${connectTimeoutMs / 1_000} s`),
        ),
      );
      request.on("error", (error) =>
        reject(error instanceof CaptureError ? error : failureOfSocket(error, url.host)),
      );
    });
  }
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new CaptureError("not-found", `expected an http or https address, got ${quote(text)}`);
  }
}

function redirected(from: URL, location: string): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") {
    url.username = "";
    url.password = "";
    return url;
  }
  throw new CaptureError("not-found", `redirect to ${quote(location)}`);
}

function failureOf(status: number, line: string): CaptureError {
  if (status === 401 || status === 403) {
    return new CaptureError("unauthorised", `the camera does not accept the login: ${quote(line)}`);
  }
  if (status === 404 || status === 410) {
    return new CaptureError("not-found", `the camera does not know the address: ${quote(line)}`);
  }
  return new CaptureError("refused", `the camera refuses: ${quote(line)}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
