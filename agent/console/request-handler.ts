/**
 * One request: a file of the page, the session, or a route. The order of the checks is the promise:
 * known path, session, role, origin and token, size and schema, and only then the handler.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { AgentError } from "../runtime/agent-error.ts";
import type { Log } from "../runtime/log.ts";
import { guard, sendAnswer, sendJson } from "./answer.ts";
import type { Gate } from "./gate.ts";
import type { PageFile } from "./page-files.ts";
import { readBody } from "./read-body.ts";
import { RouteTable } from "./route-table.ts";
import { ConsoleRefusal, type Route } from "./routes.ts";

const loginSchema = z.strictObject({
  user: z.string().min(1).max(100),
  password: z.string().min(1).max(200),
});
const loginBytesMax = 2 * 1024;
const sessionPath = "/api/session";

export class RequestHandler {
  readonly #gate: Gate;
  readonly #files: ReadonlyMap<string, PageFile>;
  readonly #routes: RouteTable;
  readonly #log: Log;

  constructor(options: {
    readonly gate: Gate;
    readonly files: ReadonlyMap<string, PageFile>;
    readonly routes: readonly Route[];
    readonly log: Log;
  }) {
    this.#gate = options.gate;
    this.#files = options.files;
    this.#routes = new RouteTable(options.routes);
    this.#log = options.log;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    guard(response);
    try {
      await this.#answer(request, response);
    } catch (error) {
      this.#failed(request, response, error);
    }
    // What nobody read of a body is not waited for.
    if (!request.complete) response.on("finish", () => request.destroy());
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const method = request.method ?? "GET";
    const file = this.#files.get(path);
    if (file !== undefined && (method === "GET" || method === "HEAD")) {
      return sendFile(request, response, file);
    }
    if (path === sessionPath) return await this.#session(method, request, response);
    const found = this.#routes.find(method, path);
    if (found === undefined) return sendJson(response, 404, { error: "there is no such page" });
    const session = this.#gate.session(request);
    if (session === undefined) return sendJson(response, 401, { error: "log in first" });
    if ("methods" in found) {
      response.setHeader("allow", found.methods.join(", "));
      return sendJson(response, 405, { error: `only ${found.methods.join(", ")}` });
    }
    const { route, params } = found;
    const refusal = this.#gate.refusal(request, session, route.role);
    if (refusal !== undefined) return sendJson(response, 403, { error: refusal });
    const body =
      route.body === undefined
        ? undefined
        : await readBody(request, route.body, route.bodyBytesMax);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const asked = { params, query: new URLSearchParams(query), body, signal: gone.signal };
    await sendAnswer(response, await route.handle(asked, session));
  }

  async #session(
    method: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (method === "POST") return await this.#logIn(request, response);
    const session = this.#gate.session(request);
    if (method === "GET") {
      const { user = null, roles = [], changeToken: token = "" } = session ?? {};
      return sendJson(response, 200, { user, roles: [...roles], token });
    }
    if (session === undefined) return sendJson(response, 401, { error: "log in first" });
    if (method !== "DELETE") return sendJson(response, 405, { error: "only GET, POST, DELETE" });
    const [anyRole = "viewer"] = session.roles;
    const refusal = this.#gate.refusal(request, session, anyRole);
    if (refusal !== undefined) return sendJson(response, 403, { error: refusal });
    response.setHeader("set-cookie", this.#gate.logOut(request));
    sendJson(response, 200, {});
  }

  async #logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#gate.isOwnOrigin(request)) {
      return sendJson(response, 403, { error: "this did not come from the box's own page" });
    }
    const login = await readBody(request, loginSchema, loginBytesMax);
    const answer = await this.#gate.logIn(login, request.socket.remoteAddress ?? "");
    if ("why" in answer) {
      const isWrong = answer.why === "wrong";
      const error = isWrong ? "wrong user or password" : "too many attempts";
      return sendJson(response, isWrong ? 401 : 429, { error });
    }
    response.setHeader("set-cookie", answer.cookie);
    sendJson(response, 200, {});
  }

  #failed(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (error instanceof ConsoleRefusal) {
      sendJson(response, error.status, { error: error.message });
      return;
    }
    if (error instanceof AgentError) {
      const { code, message, remedy } = error;
      sendJson(response, 422, { error: `${message} ${remedy}`, code });
      return;
    }
    const path = (request.url ?? "").split("?", 1)[0]?.slice(0, 200);
    this.#log.error({ err: error, path }, "page: a request failed");
    sendJson(response, 500, { error: "failed; the box's log says why" });
  }
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  response.setHeader("content-type", file.type);
  response.setHeader("etag", file.tag);
  response.setHeader("vary", "accept-encoding");
  // Asked for again each time, sent again only when it changed.
  response.setHeader("cache-control", "no-cache");
  if (request.headers["if-none-match"] === file.tag) {
    response.writeHead(304).end();
    return;
  }
  const isPacked = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  if (isPacked) response.setHeader("content-encoding", "gzip");
  const bytes = isPacked ? file.packed : file.bytes;
  response.setHeader("content-length", bytes.byteLength);
  response.end(request.method === "HEAD" ? undefined : bytes);
}
