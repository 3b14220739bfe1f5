/**
 * The page's server: HTTP or HTTPS, one list of routes, files of the page, one WebSocket.
 *
 * Bounded in connections, headers, bodies and time, so that whoever talks to it can slow nothing but
 * the page. What fails in a handler is one line in the log and "failed" for the browser.
 */
import { createServer as createPlain, type IncomingMessage, type Server } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AgentError } from "../runtime/agent-error.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { Gate } from "./gate.ts";
import { loadPageFiles } from "./page-files.ts";
import { RequestHandler } from "./request-handler.ts";
import type { ConsoleSession, Route } from "./routes.ts";
import { Users } from "./users.ts";

const connectionsMax = 64;
const requestMsMax = 20_000;
const idleMsMax = 10_000;
const headerBytesMax = 16 * 1024;

export interface ConsoleServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: { readonly cert: Uint8Array; readonly key: Uint8Array } | undefined;
  readonly routes: readonly Route[];
  /** A WebSocket of somebody with the role `live`; `isOver` asks whether the session still holds. */
  readonly openLive: (upgrade: LiveUpgrade) => void;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LiveUpgrade {
  readonly camera: string;
  readonly session: ConsoleSession;
  readonly isOver: () => boolean;
  readonly address: string;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

export interface ConsoleServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startConsoleServer(options: ConsoleServerOptions): Promise<ConsoleServer> {
  const { host, port, tls, clock, log, dataFolder } = options;
  const users = new Users({ dataFolder, clock, log });
  const gate = new Gate({ users, clock, log, isTls: tls !== undefined });
  const files = await loadPageFiles();
  const handler = new RequestHandler({ gate, files, routes: options.routes, log });
  const bounds = {
    maxHeaderSize: headerBytesMax,
    requestTimeout: requestMsMax,
    headersTimeout: requestMsMax,
    keepAliveTimeout: idleMsMax,
    connectionsCheckingInterval: idleMsMax,
  };
  const server =
    tls === undefined
      ? createPlain(bounds)
      : createTls({
          ...bounds,
          cert: Buffer.from(tls.cert),
          key: Buffer.from(tls.key),
          minVersion: "TLSv1.2",
        });
  server.maxConnections = connectionsMax;
  server.on("request", (request, response) => void handler.handle(request, response));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const allowed = gate.upgrade(request);
    if ("status" in allowed) {
      socket.end(`HTTP/1.1 ${allowed.status} no\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    options.openLive({ ...allowed, address: addressOf(socket), request, socket, head });
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await listen(server, host, port);
  server.unref();
  if (users.count === 0) {
    log.warn({}, "the page has no user yet: kerbside console passwd NAME makes one");
  }
  const { address, port: bound } = server.address() as AddressInfo; // It listens on TCP.
  const shown = address.includes(":") ? `[${address}]` : address;
  return {
    url: `${tls === undefined ? "http" : "https"}://${shown}:${bound}/`,
    close: () => close(server, sockets),
  };
}

function addressOf(socket: Duplex): string {
  return "remoteAddress" in socket ? String(socket.remoteAddress) : "";
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new AgentError(
          "PORT_TAKEN",
          `console.listen: ${host}:${port} cannot be used (${cause.code ?? cause.message})`,
          "Choose another port in `console: { listen: HOST:PORT }`, or `listen: false`.",
          { cause },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}

/** WebSockets are no connections of the server any more: their sockets go with it. */
function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
