/**
 * Goal: the conversation itself: what we ask in which order, and how odd answers are taken.
 * Method: a server that is scripted line by line, on a real socket; a simulated clock for
 * everything that waits, so that no test does.
 */
import net from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { SimulatedClock } from "../../runtime/clock.ts";
import { parseRtspAddress } from "./address.ts";
import type { VideoTrack } from "./describe.ts";
import { InterleavedReader } from "./interleaved-reader.ts";
import { headerOf, type RtspRequest } from "./message.ts";
import { RtspClient } from "./rtsp-client.ts";

const sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:t1\r\n";

type Answer = string | Buffer | undefined;
/** Gives the answer to a request; undefined: the usual one. */
type Script = (request: RtspRequest, socket: net.Socket) => Answer;

const reply = (
  request: RtspRequest,
  headers: string[] = [],
  body = "",
  status = "200 OK",
): string =>
  [
    `RTSP/1.0 ${status}`,
    `CSeq: ${headerOf(request, "cseq")}`,
    ...headers,
    ...(body === "" ? [] : [`Content-Length: ${body.length}`]),
    "",
    body,
  ].join("\r\n");

function usual(request: RtspRequest): string {
  switch (request.method) {
    case "OPTIONS":
      return reply(request, ["Public: DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"]);
    case "DESCRIBE":
      return reply(request, [], sdp);
    case "SETUP":
      return reply(request, [
        "Session: s1;timeout=60",
        "Transport: RTP/AVP/TCP;unicast;interleaved=0-1",
      ]);
    default:
      return reply(request);
  }
}

class Bed {
  readonly clock = new SimulatedClock();
  readonly asked: string[] = [];
  readonly requests: RtspRequest[] = [];
  readonly packets: string[] = [];
  readonly answers: number[] = [];
  readonly sent: string[] = [];
  readonly tracks: VideoTrack[] = [];
  readonly abort = new AbortController();
  playing = 0;
  error: unknown;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  constructor(script: Script) {
    this.#server = net.createServer((socket) => {
      this.#sockets.add(socket);
      const reader = new InterleavedReader({
        onPacket: (channel, bytes, start, end) => {
          this.sent.push(
            `${channel}:${Buffer.from(bytes.subarray(start, start + 2)).toString("hex")}+${end - start}`,
          );
        },
        onMessage: (message) => {
          if (message.kind === "response") {
            this.answers.push(message.status);
            return;
          }
          this.asked.push(`${message.method} ${message.uri}`);
          this.requests.push(message);
          const answer = script(message, socket);
          if (answer !== "") socket.write(answer ?? usual(message), "latin1");
        },
      });
      socket.on("data", (chunk: Buffer) => reader.push(chunk));
      socket.on("error", () => undefined);
    });
  }

  async start(path = "/s"): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const url = `rtsp://127.0.0.1:${port}${path}`;
    const client = new RtspClient({
      address: parseRtspAddress(url),
      clock: this.clock,
      sink: {
        onTrack: (track) => this.tracks.push(track),
        onRtp: (bytes, start, end) =>
          this.packets.push(`rtp ${Buffer.from(bytes.subarray(start, end)).toString("hex")}`),
        onRtcp: (bytes, start, end) =>
          this.packets.push(`rtcp ${Buffer.from(bytes.subarray(start, end)).toString("hex")}`),
        onPlaying: () => {
          this.playing += 1;
        },
        onRoundTrip: () => undefined,
      },
    });
    client.play(this.abort.signal).catch((error: unknown) => {
      this.error = error;
    });
    return url;
  }

  /** Until it holds, in real time: sockets are real. */
  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 300 && !condition(); turn++) await wait(5);
    if (!condition())
      throw new Error(`did not happen; asked ${this.asked.join(", ")}; ${String(this.error)}`);
  }

  async stop(): Promise<void> {
    this.abort.abort(new Error("stop"));
    await this.clock.advance(1_000);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

let bed: Bed | undefined;
afterEach(async () => bed?.stop());

const packet = (channel: number, hex: string): Buffer =>
  Buffer.concat([Buffer.from([0x24, channel, 0, hex.length / 2]), Buffer.from(hex, "hex")]);

test("the usual conversation, and goodbye at the end", async () => {
  bed = new Bed(() => undefined);
  const url = await bed.start("/s?channel=1");
  const { asked, abort } = bed;
  await bed.until(() => bed?.playing === 1);
  expect(asked).toEqual([`OPTIONS ${url}`, `DESCRIBE ${url}`, `SETUP ${url}/t1`, `PLAY ${url}`]);
  expect(bed.requests.map((request) => headerOf(request, "cseq"))).toEqual(["1", "2", "3", "4"]);
  expect(headerOf(bed.requests[3] as RtspRequest, "session")).toBe("s1");
  abort.abort(new Error("enough"));
  await bed.until(() => asked.length === 5);
  expect(asked[4]).toBe(`TEARDOWN ${url}`);
  await bed.until(() => bed?.error !== undefined);
  expect(bed.error).toMatchObject({ message: "enough" });
});

test("packets before the answer to PLAY count, on the channels that the server chose", async () => {
  bed = new Bed((request) => {
    if (request.method === "SETUP") {
      return reply(request, ["Session: s", "Transport: RTP/AVP/TCP;unicast;interleaved=4-5"]);
    }
    if (request.method !== "PLAY") return undefined;
    const early = Buffer.concat([packet(0, "aa"), packet(4, "80e0"), packet(5, "80c8")]);
    return Buffer.concat([early, Buffer.from(reply(request)), packet(4, "80e1")]);
  });
  await bed.start();
  await bed.until(() => bed?.packets.length === 3);
  expect(bed.packets).toEqual(["rtp 80e0", "rtcp 80c8", "rtp 80e1"]);
  // A receiver report answers that of the sender.
  await bed.until(() => bed?.sent.length === 1);
  expect(bed.sent).toEqual(["5:80c9+8"]);
});

test("the session is kept alive at half of its time-out, another way when the first is unknown", async () => {
  bed = new Bed((request) => {
    if (request.method === "SETUP")
      return reply(request, ["Session: s;timeout=20", "Transport: RTP/AVP/TCP;interleaved=0-1"]);
    if (request.method === "GET_PARAMETER") return reply(request, [], "", "501 Not Implemented");
    return undefined;
  });
  const url = await bed.start();
  await bed.until(() => bed?.playing === 1);
  for (let count = 5; count <= 7; count++) {
    await bed.clock.advance(9_900);
    expect(bed.asked).toHaveLength(count - 1);
    await bed.clock.advance(200);
    await bed.until(() => bed?.asked.length === count);
    await wait(20);
  }
  expect(bed.asked.slice(4)).toEqual([`GET_PARAMETER ${url}`, `OPTIONS ${url}`, `OPTIONS ${url}`]);
});

test("keep-alives that are never answered end nothing", async () => {
  bed = new Bed((request) => (request.method === "GET_PARAMETER" ? "" : undefined));
  await bed.start();
  await bed.until(() => bed?.playing === 1);
  for (let count = 1; count <= 3; count++) {
    await bed.clock.advance(45_000);
    await wait(20);
  }
  expect(bed.error).toBeUndefined();
  expect(
    bed.asked.filter((text) => text.startsWith("GET_PARAMETER")).length,
  ).toBeGreaterThanOrEqual(3);
});

const ends: { name: string; script: Script; failure: string; says: string }[] = [
  {
    name: "a session that the server forgot",
    script: (request) =>
      request.method === "GET_PARAMETER"
        ? reply(request, [], "", "454 Session Not Found")
        : undefined,
    failure: "reset",
    says: "454 Session Not Found",
  },
  {
    name: "an answer over UDP to a question for TCP",
    script: (request) =>
      request.method === "SETUP"
        ? reply(request, [
            "Session: s",
            "Transport: RTP/AVP;unicast;client_port=0-1;server_port=5-6",
          ])
        : undefined,
    failure: "codec-unsupported",
    says: "to interleaved TCP",
  },
  {
    name: "no session",
    script: (request) => (request.method === "SETUP" ? reply(request) : undefined),
    failure: "corrupt",
    says: "without a session",
  },
  {
    name: "a login where the address has none",
    script: (request) =>
      request.method === "DESCRIBE"
        ? reply(request, ['WWW-Authenticate: Basic realm="x"'], "", "401 Unauthorized")
        : undefined,
    failure: "unauthorised",
    says: "asks for a login, and its address has none",
  },
  {
    name: "a description of nothing",
    script: (request) => (request.method === "DESCRIBE" ? reply(request) : undefined),
    failure: "corrupt",
    says: "the description is empty",
  },
  {
    name: "a redirect to nowhere",
    script: (request) =>
      request.method === "DESCRIBE" ? reply(request, [], "", "302 Found") : undefined,
    failure: "corrupt",
    says: "redirect without an address",
  },
  {
    name: "a redirect to another protocol",
    script: (request) =>
      request.method === "DESCRIBE"
        ? reply(request, ["Location: http://10.0.0.1/"], "", "302 Found")
        : undefined,
    failure: "not-found",
    says: "expected an rtsp or rtsps address",
  },
  {
    name: "the camera's own goodbye",
    script: (request, socket) => {
      if (request.method === "PLAY")
        setTimeout(() => socket.write("TEARDOWN rtsp://x RTSP/1.0\r\nCSeq: 1\r\n\r\n"), 20);
      return undefined;
    },
    failure: "reset",
    says: "ended the session",
  },
];
for (const { name, script, failure, says } of ends) {
  test(`${name} is ${failure}`, async () => {
    bed = new Bed(script);
    await bed.start();
    await bed.until(() => bed?.error !== undefined || bed?.playing === 1);
    if (bed.playing === 1) await bed.clock.advance(31_000);
    await bed.until(() => bed?.error !== undefined);
    expect(bed.error).toMatchObject({ failure, message: expect.stringContaining(says) });
  });
}

test("a server's own questions are answered", async () => {
  bed = new Bed((request, socket) => {
    if (request.method === "PLAY") {
      socket.write(
        "OPTIONS rtsp://x RTSP/1.0\r\nCSeq: 7\r\n\r\nPLAY_NOTIFY rtsp://x RTSP/1.0\r\nCSeq: 8\r\n\r\n",
      );
    }
    return undefined;
  });
  await bed.start();
  await bed.until(() => bed?.answers.length === 2);
  expect(bed.answers).toEqual([200, 501]);
  expect(bed.error).toBeUndefined();
});

test("a control address that the server does not know is tried as the standard reads it", async () => {
  bed = new Bed((request) =>
    request.uri.endsWith("/s/t1") ? reply(request, [], "", "404 Not Found") : undefined,
  );
  const url = await bed.start();
  await bed.until(() => bed?.playing === 1);
  expect(bed.asked.slice(2, 4)).toEqual([`SETUP ${url}/t1`, `SETUP ${url.replace(/\/s$/, "/t1")}`]);
});
