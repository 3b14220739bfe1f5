/**
 * `/metrics`, `/health` and `/ready` for the box's own eyes: loopback only, bounded, read-only.
 *
 * `/health` answers 200 as long as the main thread does, with the state in words; `/ready` answers
 * 503 until the agent runs. A request whose Host is not this machine is refused, so that a web
 * page in somebody's browser cannot read it by a name of its own.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AgentError } from "../runtime/agent-error.ts";

const connectionsMax = 16;
const requestMsMax = 5_000;
const headerBytesMax = 8 * 1024;

export interface HealthServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly metrics: () => Promise<string>;
  readonly metricsContentType: string;
  readonly health: () => object;
  readonly isReady: () => boolean;
}

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { host, port } = options;
  if (!isLoopback(host)) {
    throw new AgentError(
      "CONFIG_INVALID",
      `health.listen names ${host}, which is not this machine`,
      "Use 127.0.0.1:PORT, and a proxy with a login to read it from elsewhere.",
    );
  }
  const answer = answerer(options);
  const server = createServer(
    {
      maxHeaderSize: headerBytesMax,
      requestTimeout: requestMsMax,
      headersTimeout: requestMsMax,
      keepAliveTimeout: requestMsMax,
      connectionsCheckingInterval: requestMsMax,
    },
    (request, response) => void answer(request, response),
  );
  server.maxConnections = connectionsMax;
  await listen(server, host, port);
  server.unref();
  const { address, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(":") ? `[${address}]` : address}:${bound}`,
    close: () => close(server),
  };
}

function answerer({ metrics, metricsContentType, health, isReady }: HealthServerOptions) {
  const metricsText = shared(metrics);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      if (!isLoopback(hostOf(request))) return send(response, 403, "not this host\n");
      if (request.method !== "GET" && request.method !== "HEAD") {
        response.setHeader("allow", "GET, HEAD");
        return send(response, 405, "read only\n");
      }
      const path = (request.url ?? "/").split("?", 1)[0];
      if (path === "/metrics") return send(response, 200, await metricsText(), metricsContentType);
      if (path === "/health") return send(response, 200, json(health()), "application/json");
      if (path === "/ready") {
        return isReady() ? send(response, 200, "ready\n") : send(response, 503, "not ready\n");
      }
      return send(response, 404, "there are /metrics, /health and /ready\n");
    } catch {
      // What failed is told by the part that failed; here only the answer is missing.
      return send(response, 500, "failed\n");
    }
  };
}

/** Those who ask while it runs get the same answer: many readers at once cost one collection. */
export function shared<Value>(run: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<Value> | undefined;
  return () => {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
}

function send(response: ServerResponse, code: number, body: string, type = "text/plain"): void {
  if (response.headersSent) return;
  response.writeHead(code, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new AgentError(
          "PORT_TAKEN",
          `health.listen: ${host}:${port} cannot be used (${cause.code ?? cause.message})`,
          "Choose another port in `health: { listen: 127.0.0.1:PORT }`, or `listen: false`.",
          { cause },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Without port and brackets. */
function hostOf({ headers }: IncomingMessage): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(headers.host ?? "") ?? [];
  return bracketed ?? plain ?? "";
}

const json = (value: object): string => `${JSON.stringify(value)}\n`;
