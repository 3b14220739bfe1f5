/**
 * Cameras that repeat what they were told: every login comes back in the line of their refusal,
 * plain, in base64, escaped and in hexadecimal. One speaks RTSP, one HTTP.
 */
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";

export interface EchoingCamera {
  readonly port: number;
  /** Bytes of requests so far: to know that a login has come. */
  heard(): string;
  stop(): Promise<void>;
}

export async function startEchoingRtsp(): Promise<EchoingCamera> {
  let heard = "";
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      const request = chunk.toString("latin1");
      heard += request;
      const sequence = /^cseq: *(\d+)/im.exec(request)?.[1] ?? "1";
      const login = /^authorization: *basic +(\S+)/im.exec(request)?.[1];
      const uri = request.split(" ", 2)[1] ?? "";
      const head =
        login === undefined
          ? '401 Unauthorized\r\nWWW-Authenticate: Basic realm="echo"'
          : `403 ${echoOf(login, uri)}`;
      socket.write(`RTSP/1.0 ${head}\r\nCSeq: ${sequence}\r\n\r\n`, "latin1");
    });
  });
  return started(server, () => heard);
}

export async function startEchoingHttp(): Promise<EchoingCamera> {
  let heard = "";
  const server = createHttpServer((request, reply) => {
    const { authorization = "" } = request.headers;
    heard += `${request.url} ${authorization}\n`;
    const login = /^basic +(\S+)/i.exec(authorization)?.[1];
    if (login === undefined) reply.setHeader("www-authenticate", 'Basic realm="echo"');
    reply.statusCode = login === undefined ? 401 : 403;
    if (login !== undefined) reply.statusMessage = echoOf(login, request.url ?? "");
    reply.end();
  });
  return started(server, () => heard);
}

/** The line is cut by whoever quotes it: the shortest forms first. */
function echoOf(login: string, uri: string): string {
  const [, password = ""] = /^[^:]*:(.*)$/s.exec(Buffer.from(login, "base64").toString()) ?? [];
  const hex = Buffer.from(password).toString("hex");
  return `${password} ${login} ${encodeURIComponent(password)} ${hex} ${uri}`;
}

async function started(server: Server, heard: () => string): Promise<EchoingCamera> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
