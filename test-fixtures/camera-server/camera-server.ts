/**
 * RTSP cameras for tests, the demo and benchmarks: RTP over TCP from clips in memory, with every
 * habit and fault that a client must live with.
 *
 * It listens on loopback only, and costs little: packets are built once a clip, and one timer
 * serves all streams.
 */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { CameraStream } from "./camera-stream.ts";
import { ClientConnection } from "./client-connection.ts";
import { type Fault, FaultBoard } from "./fault.ts";
import { MediaClock } from "./media-clock.ts";
import type { SentCounts } from "./media-sender.ts";
import { type CameraServerOptions, streamSettings } from "./options.ts";
import { TimerQueue } from "./timer-queue.ts";

export interface CameraServerStats extends SentCounts {
  /** Connections that are open, and how many of them play. */
  readonly clients: number;
  readonly playing: number;
  /** Connections ever accepted. */
  readonly accepted: number;
  readonly streams: Readonly<Record<string, Readonly<SentCounts>>>;
}

export interface CameraServer {
  readonly port: number;
  /** The address of a stream, with the login in it where one is given. */
  url(path: string, login?: { readonly user: string; readonly password: string }): string;
  /** Takes the place of all faults of the stream; `undefined` heals it. Path `*`: every stream. */
  setFault(path: string, fault: Fault | readonly Fault[] | undefined): void;
  stats(): CameraServerStats;
  stop(): Promise<void>;
}

export async function startCameraServer(options: CameraServerOptions): Promise<CameraServer> {
  const { seed = 1, now = Date.now, pace = 1, tickMs = 5, tls } = options;
  const monoNow = (): number => performance.now();
  const timers = new TimerQueue({ tickMs, monoNow });
  const clock = new MediaClock({ monoNow, wallNow: now, pace });
  const streams = new Map(
    options.streams.map(streamSettings).map((settings) => {
      return [settings.path, new CameraStream({ settings, clock, timers, seed })];
    }),
  );
  const paths = [...streams.keys()].sort((one, other) => other.length - one.length);
  const findStream = (url: string): CameraStream | undefined => {
    const asked = url.replace(/^rtsps?:\/\/[^/]*/i, "");
    return streams.get(paths.find((path) => asked === path || asked.startsWith(`${path}/`)) ?? "");
  };

  const connections = new Set<ClientConnection>();
  const everywhere = new FaultBoard();
  let accepted = 0;
  const accept = (socket: Socket): void => {
    accepted++;
    if (everywhere.get("refuse") !== undefined) {
      socket.destroy();
      return;
    }
    const connection = new ClientConnection(socket, { clock, timers, findStream });
    connections.add(connection);
    socket.on("close", () => connections.delete(connection));
    connection.start();
  };
  const server =
    tls === undefined
      ? createServer(accept)
      : createTlsServer({ ...tls, requestCert: tls.ca !== undefined }, accept);
  // A client that breaks off its handshake is no trouble of ours.
  server.on("tlsClientError", () => undefined);
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const port = await listen(server, options.port ?? 0);

  return {
    port,
    url(path, login) {
      const { user, password } = login ?? { user: "", password: "" };
      const [name, secret] = [encodeURIComponent(user), encodeURIComponent(password)];
      const scheme = tls === undefined ? "rtsp" : "rtsps";
      return `${scheme}://${login === undefined ? "" : `${name}:${secret}@`}127.0.0.1:${port}${path}`;
    },
    setFault(path, fault) {
      const faults = fault === undefined ? [] : "kind" in fault ? [fault] : fault;
      if (path === "*") everywhere.replaceAll(faults);
      const chosen = path === "*" ? [...streams.values()] : [streams.get(path)];
      for (const stream of chosen) {
        if (stream === undefined) throw new RangeError(`no stream has the path ${path}`);
        stream.replaceFaults(faults);
      }
    },
    stats() {
      const counts = [...streams.values()].map((stream) => stream.counts);
      const sum = (name: keyof SentCounts): number =>
        counts.reduce((total, count) => total + count[name], 0);
      return {
        clients: connections.size,
        playing: [...connections].filter(({ isPlaying }) => isPlaying).length,
        accepted,
        bytes: sum("bytes"),
        packets: sum("packets"),
        pictures: sum("pictures"),
        picturesDropped: sum("picturesDropped"),
        packetsLost: sum("packetsLost"),
        streams: Object.fromEntries(
          [...streams].map(([path, stream]) => [path, { ...stream.counts }]),
        ),
      };
    },
    async stop() {
      timers.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address.port);
    });
  });
}
