/**
 * Cameras that mean harm: one RTSP server, a behaviour a path, from lies in lengths to floods.
 *
 * What only fails (no login, no such stream, silence in the middle of a stream) is the camera
 * server's `fault.ts`; here is what tries to take memory, time or patience from the agent.
 */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { rtpPacket } from "./receiving/test-stream.ts";

interface Request {
  readonly method: string;
  readonly url: string;
  readonly sequence: number;
}

/** Answers one request, or does something else to whoever asked. */
type Behaviour = (request: Request, socket: Socket) => void;

export interface MaliciousCameras {
  readonly names: readonly string[];
  url(name: string): string;
  stop(): Promise<void>;
}

export async function startMaliciousCameras(): Promise<MaliciousCameras> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end !== -1; end = text.indexOf("\r\n\r\n")) {
        const request = requestOf(text.slice(0, end));
        text = text.slice(end + 4);
        if (request !== undefined) behaviourOf(request.url)?.(request, socket);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return {
    names: Object.keys(behaviours),
    url: (name) => `rtsp://viewer:right@127.0.0.1:${address.port}/${name}`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function requestOf(head: string): Request | undefined {
  const [, method, url] = /([A-Z_]+) (\S+) RTSP\/1\.0/.exec(head) ?? [];
  const sequence = /^CSeq: (\d+)/m.exec(head)?.[1];
  if (method === undefined || url === undefined) return undefined;
  return { method, url, sequence: Number(sequence) };
}

const behaviourOf = (url: string): Behaviour | undefined =>
  behaviours[/^rtsp:\/\/[^/]+\/([a-z0-9-]+)/.exec(url)?.[1] ?? ""];

const reply = (sequence: number, headers: readonly string[] = [], body = ""): string =>
  [
    "RTSP/1.0 200 OK",
    `CSeq: ${sequence}`,
    ...headers,
    ...(body === "" ? [] : [`Content-Length: ${body.length}`]),
    "",
    body,
  ].join("\r\n");

const description = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:t\r\n";

/** As a camera should answer; `onPlay` comes behind the reply to PLAY. */
const honest =
  (onPlay: (socket: Socket) => void, body = description): Behaviour =>
  ({ method, sequence }, socket) => {
    const headers = {
      DESCRIBE: ["Content-Type: application/sdp"],
      SETUP: ["Session: 1", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"],
    }[method];
    socket.write(reply(sequence, headers, method === "DESCRIBE" ? body : ""), "latin1");
    if (method === "PLAY") onPlay(socket);
  };

/** The description is answered with this, everything else honestly. */
const describing =
  (answer: (request: Request) => string): Behaviour =>
  (request, socket) => {
    if (request.method === "DESCRIBE") socket.write(answer(request), "latin1");
    else honest(() => undefined)(request, socket);
  };

/** More than any camera sends in a second, but an end: the machine is shared with the agent. */
const pouredBytesMax = 64 * 1_024 * 1_024;

/** As fast as it is taken, and never reading. */
function pour(socket: Socket, what: Buffer): void {
  let poured = 0;
  socket.pause();
  const more = (): void => {
    while (!socket.destroyed && poured < pouredBytesMax) {
      poured += what.length;
      if (!socket.write(what)) return;
    }
  };
  socket.on("drain", more);
  more();
}

function trickle(socket: Socket, everyMs: number, next: () => Buffer): void {
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(next());
  }, everyMs);
  timer.unref();
  socket.on("close", () => clearInterval(timer));
}

const frame = (payload: Uint8Array, channel = 0): Buffer =>
  Buffer.concat([Buffer.of(0x24, channel, payload.length >> 8, payload.length & 0xff), payload]);

const manyOf = (count: number, what: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => what));

const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at));

let nonceCount = 0;
const refusing =
  (challenge: () => string): Behaviour =>
  ({ sequence }, socket) => {
    const head = `RTSP/1.0 401 Unauthorized\r\nCSeq: ${sequence}\r\n`;
    socket.write(`${head}WWW-Authenticate: ${challenge()}\r\n\r\n`, "latin1");
  };

const behaviours: Readonly<Record<string, Behaviour>> = {
  "negative-length": describing(
    ({ sequence }) => `RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\nContent-Length: -5\r\n\r\n`,
  ),
  "two-gigabytes": describing(
    ({ sequence }) => `RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\nContent-Length: 2147483648\r\n\r\n`,
  ),
  "giant-frames": honest((socket) => pour(socket, frame(Buffer.alloc(0xffff)))),
  "tiny-frames": honest((socket) => pour(socket, manyOf(16_384, frame(Buffer.alloc(0))))),
  keyframes: honest((socket) => pour(socket, keyframeFlood())),
  "parameter-sets": honest((socket) => pour(socket, parameterSetFlood())),
  drip: ({ sequence }, socket) => {
    const whole = Buffer.from(reply(sequence));
    let at = 0;
    trickle(socket, 1_000, () => whole.subarray(at, ++at));
  },
  "redirect-loop": ({ sequence, url }, socket) => {
    const head = `RTSP/1.0 302 Moved\r\nCSeq: ${sequence}\r\n`;
    socket.write(`${head}Location: ${url}\r\n\r\n`, "latin1");
  },
  "endless-401": refusing(() => `Digest realm="r", nonce="${nonceCount++}", stale=true`),
  "login-letters": refusing(() => `Digest ${"a".repeat(30_000)}!`),
  "many-tracks": describing(({ sequence }) => {
    const tracks = numbers(9_000).map((at) => `m=video ${at} RTP/AVP 96`);
    return reply(sequence, ["Content-Type: application/sdp"], tracks.join("\r\n"));
  }),
  "many-formats": describing(({ sequence }) => {
    const maps = numbers(1_990).map((at) => `a=rtpmap:${at} X/${at}`);
    const lines = [`m=video 0 RTP/AVP ${numbers(30_000).join(" ")}`, ...maps];
    return reply(sequence, ["Content-Type: application/sdp"], lines.join("\r\n"));
  }),
  "never-answers": () => undefined,
  "unasked-answers": ({ sequence }, socket) =>
    pour(socket, manyOf(1_000, Buffer.from(reply(sequence)))),
  "asks-and-never-reads": (_, socket) =>
    pour(socket, manyOf(1_000, Buffer.from("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"))),
  "early-data": (request, socket) => {
    socket.write(manyOf(500, frame(Buffer.alloc(200, 0x80))));
    honest(() => socket.end())(request, socket);
  },
  "wrong-number": (request, socket) => honest(() => undefined)({ ...request, sequence: 1 }, socket),
  "giant-line": ({ sequence }, socket) => {
    socket.write(`RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\nX: `);
    pour(socket, Buffer.alloc(65_536, "x"));
  },
  "huge-picture": honest((socket) => {
    let [sequence, rtpTime] = [0, 0];
    trickle(socket, 100, () => {
      rtpTime += 9_000;
      const payloads = [hugeSps, plainPps, keySlice];
      const packets = payloads.map((payload, at) =>
        frame(
          rtpPacket({
            sequence: sequence++,
            rtpTime,
            payload,
            isMarked: at + 1 === payloads.length,
          }),
        ),
      );
      return Buffer.concat(packets);
    });
  }),
};

const bits = (head: number, ...fields: readonly string[]): Buffer => {
  const text = `${fields.join("")}1`;
  const padded = text.padEnd(8 * Math.ceil(text.length / 8), "0");
  return Buffer.from([
    head,
    ...(padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  ]);
};
const fixed = (value: number, size: number): string => value.toString(2).padStart(size, "0");
const golomb = (value: number): string => {
  const code = (value + 1).toString(2);
  return "0".repeat(code.length - 1) + code;
};

/** Baseline, of so many macroblocks of 16 × 16 pixels. */
const spsOf = (columns: number, lines: number): Buffer =>
  bits(
    0x67,
    fixed(66, 8) + fixed(0, 8) + fixed(52, 8),
    [0, 0, 2, 1].map(golomb).join(""),
    "0",
    golomb(columns - 1) + golomb(lines - 1),
    "1100",
  );
/** 16,384 × 16,384 pixels. */
const hugeSps = spsOf(1_024, 1_024);
const plainPps = bits(
  0x68,
  golomb(0),
  golomb(0),
  "00",
  golomb(0),
  golomb(0),
  golomb(0),
  "000",
  "111",
  "000",
);
const keySlice = Buffer.concat([
  bits(0x65, golomb(0), golomb(7), golomb(0), "0000"),
  Buffer.alloc(64, 0x55),
]);

/** One picture after another, each with sets that nobody has seen. */
function parameterSetFlood(): Buffer {
  const packets = Array.from({ length: 2_000 }, (_, at) => {
    const set = Buffer.concat([spsOf(22, 18), Buffer.from(String(at))]);
    const sized = (unit: Buffer): Buffer => Buffer.concat([Buffer.of(0, unit.length), unit]);
    const payload = Buffer.concat([Buffer.of(0x78), sized(set), sized(plainPps), sized(keySlice)]);
    return frame(rtpPacket({ sequence: at, rtpTime: at * 3_600, payload, isMarked: true }));
  });
  return Buffer.concat(packets);
}

/** Whole pictures of one packet, each of which decodes alone. */
function keyframeFlood(): Buffer {
  const packets = Array.from({ length: 2_000 }, (_, at) => {
    const payload = at === 0 ? spsOf(22, 18) : at === 1 ? plainPps : keySlice;
    return frame(rtpPacket({ sequence: at, rtpTime: at * 3_600, payload, isMarked: true }));
  });
  return Buffer.concat(packets);
}
