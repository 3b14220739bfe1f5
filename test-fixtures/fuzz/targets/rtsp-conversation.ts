/**
 * The whole RTSP client over a real socket: the server sends the next piece of the input with each
 * request, a piece a reply, and closes behind the last one. Time runs a thousand times faster.
 *
 * Inputs that redirect are left out: they would lead to other machines.
 */
import { createServer, type Server, type Socket } from "node:net";
import { RtspClient } from "../../../agent/capture/rtsp/rtsp-client.ts";
import { type Clock, systemClock } from "../../../agent/runtime/clock.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { sessionStarts } from "../sessions.ts";
import { rtspStream, rtspTokens } from "./rtsp-grammar.ts";
import { isCaptureError } from "./rtsp-targets.ts";

const hurry = 1_000;
const fastClock: Clock = {
  wallMs: () => systemClock.wallMs(),
  monoMs: () => systemClock.monoMs() * hurry,
  sleep: (ms, signal) => systemClock.sleep(ms / hurry, signal),
  after: (ms, callback) => systemClock.after(ms / hurry, callback),
};

/** Addresses of this machine: a closed connection blocks its pair of ports for a minute. */
const hosts = Array.from({ length: 32 }, (_, at) => `127.0.0.${at + 1}`);
/** A client that asks nothing more waits for what will not come. */
const patienceMs = 3;
let servers: readonly Server[] = [];
let pieces: readonly Buffer[] = [];
let inputCount = 0;

export const rtspConversation: FuzzTarget = {
  name: "rtsp-conversation",
  corpus: () => sessionStarts(),
  tokens: rtspTokens,
  arbitrary: rtspStream,
  run: async (bytes) => {
    const input = Buffer.from(bytes);
    if (/location\s*:/i.test(input.toString("latin1"))) return;
    if (servers.length === 0) servers = await Promise.all(hosts.map((host) => listening(host)));
    pieces = piecesOf(input);
    const at = inputCount++ % hosts.length;
    await play(hosts[at] ?? "", portOf(servers[at]));
  },
  isExpected: isCaptureError,
  inputBytesMax: 32 * 1_024,
  memoryBoundBytes: 16 * 1_024 * 1_024,
  testInputs: 60,
  stop: async () => {
    for (const server of servers) server.close();
    servers = [];
  },
};

async function play(host: string, port: number): Promise<void> {
  const client = new RtspClient({
    address: {
      host,
      port,
      isTls: false,
      uri: `rtsp://${host}:${port}/s`,
      credentials: { user: "u", password: "p" },
    },
    clock: fastClock,
    sink: {
      onTrack: () => undefined,
      onRtp: (bytes, start, end) => checkRange(bytes, start, end),
      onRtcp: (bytes, start, end) => checkRange(bytes, start, end),
      onPlaying: () => undefined,
      onRoundTrip: (ms) => {
        if (!(ms >= 0)) throw new Error(`a round trip of ${ms} ms`);
      },
    },
  });
  await client.play(new AbortController().signal);
}

function checkRange(bytes: Uint8Array, start: number, end: number): void {
  if (!(start >= 0 && start <= end && end <= bytes.length)) throw new Error(`${start} to ${end}`);
}

/** A reply each; what follows the last one comes with it. */
function piecesOf(input: Buffer): readonly Buffer[] {
  const starts: number[] = [];
  for (let at = 0; at !== -1 && starts.length < 12; at = input.indexOf("RTSP/", at + 1)) {
    starts.push(at);
  }
  return starts.map((start, index) => input.subarray(start, starts[index + 1]));
}

function listening(host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.once("error", reject);
    server.listen(0, host, () => resolve(server));
  });
}

function answer(socket: Socket): void {
  const own = pieces;
  let next = 0;
  let idle = setTimeout(() => socket.destroy(), patienceMs);
  socket.on("error", () => undefined);
  socket.on("close", () => clearTimeout(idle));
  socket.on("data", () => {
    clearTimeout(idle);
    idle = setTimeout(() => socket.destroy(), patienceMs);
    const piece = own[next++];
    if (piece === undefined) socket.destroy();
    else socket.write(piece);
    if (next >= own.length) socket.end();
  });
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  if (typeof address !== "object" || address === null) throw new Error("expected a port");
  return address.port;
}
