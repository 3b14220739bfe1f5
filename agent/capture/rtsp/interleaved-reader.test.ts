/**
 * Goal: the same packets and messages come out however the bytes are cut into chunks, and no
 * bytes at all make the reader hold too much or throw anything but a typed failure.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CaptureError } from "../capture-error.ts";
import { bodyBytesMax, junkBytesMax } from "../limits.ts";
import { InterleavedReader } from "./interleaved-reader.ts";

interface Read {
  readonly seen: string[];
  readonly error: unknown;
}

/** Chunks are overwritten after each push, as the socket's buffer is. */
function read(chunks: readonly Buffer[], { isDescriptionAwaited = false } = {}): Read {
  const seen: string[] = [];
  const reader = new InterleavedReader({
    onPacket: (channel, bytes, start, end) => {
      seen.push(`${channel}:${Buffer.from(bytes.subarray(start, end)).toString("hex")}`);
    },
    onMessage: (message) => {
      const start = message.kind === "response" ? message.status : message.method;
      seen.push(`${start}:${message.body.toString("latin1")}`);
    },
  });
  reader.isDescriptionAwaited = isDescriptionAwaited;
  try {
    for (const chunk of chunks) {
      const copy = Buffer.from(chunk);
      reader.push(copy);
      copy.fill(0xee);
    }
    return { seen, error: undefined };
  } catch (error) {
    return { seen, error };
  }
}

const packet = (channel: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0x24, channel, bytes.length >> 8, bytes.length & 255]), bytes]);

const reply = (body = "", end = "\r\n"): Buffer =>
  Buffer.from(
    `RTSP/1.0 200 OK${end}CSeq: 1${end}Content-Length: ${body.length}${end}${end}${body}`,
  );

const part = fc.oneof(
  fc.record({ channel: fc.nat(3), bytes: fc.uint8Array({ maxLength: 300 }) }).map((made) => ({
    bytes: packet(made.channel, made.bytes),
    want: `${made.channel}:${Buffer.from(made.bytes).toString("hex")}`,
  })),
  fc
    .tuple(fc.stringMatching(/^[a-z =]{0,40}$/), fc.constantFrom("\r\n", "\n"))
    .map(([body, end]) => ({ bytes: reply(body, end), want: `200:${body}` })),
  fc.constant({
    bytes: Buffer.from("GET_PARAMETER rtsp://c/a RTSP/1.0\r\nCSeq: 3\r\n\r\n"),
    want: "GET_PARAMETER:",
  }),
);

describe("chunks", () => {
  test("packets and messages come out the same however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(3_000)), (parts, cuts) => {
        const all = Buffer.concat(parts.map(({ bytes }) => bytes));
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, all.length)).toSorted((a, b) => a - b),
          all.length,
        ];
        const chunks = places.slice(1).map((end, index) => all.subarray(places[index], end));
        expect(read(chunks)).toEqual({ seen: parts.map(({ want }) => want), error: undefined });
      }),
      { seed: 8, numRuns: 400 },
    );
  });

  test("one byte at a time", () => {
    const all = Buffer.concat([
      reply("v=0"),
      packet(0, Buffer.alloc(5, 7)),
      packet(1, Buffer.alloc(0)),
    ]);
    const chunks = [...all].map((byte) => Buffer.from([byte]));
    expect(read(chunks).seen).toEqual(["200:v=0", "0:0707070707", "1:"]);
  });

  test("random bytes end in packets, in silence or in a typed failure", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 2_000 }), { maxLength: 8 }), (chunks) => {
        const { error } = read(chunks.map((chunk) => Buffer.from(chunk)));
        expect(error === undefined || error instanceof CaptureError).toBe(true);
      }),
      { seed: 9, numRuns: 500 },
    );
  });
});

describe("what cameras do wrong", () => {
  test("a Content-Length that is too short is mended while a description is awaited", () => {
    const text = `RTSP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nv=0\r\nm=video 0 RTP/AVP 96\r\n`;
    const { seen } = read([Buffer.from(text)], { isDescriptionAwaited: true });
    expect(seen).toEqual(["200:v=0\r\nm=video 0 RTP/AVP 96\r\n"]);
  });

  test("a missing Content-Length is mended while a description is awaited", () => {
    const { seen } = read([Buffer.from("RTSP/1.0 200 OK\r\n\r\nv=0\r\n")], {
      isDescriptionAwaited: true,
    });
    expect(seen).toEqual(["200:v=0\r\n"]);
  });

  test("a body that promised more can be taken as it is", () => {
    const seen: string[] = [];
    const reader = new InterleavedReader({
      onPacket: () => undefined,
      onMessage: ({ body }) => seen.push(body.toString()),
    });
    reader.push(Buffer.from("RTSP/1.0 200 OK\r\nContent-Length: 30\r\n\r\nv=0\r\n"));
    expect(seen).toEqual([]);
    expect(reader.isBodyOpen).toBe(true);
    reader.endBody();
    expect(seen).toEqual(["v=0\r\n"]);
  });

  test("junk between packets is skipped to the next packet", () => {
    const junk = Buffer.from([0xff, 0x24, 0xff, 1, 2, 3]);
    const { seen, error } = read([
      packet(0, Buffer.of(1)),
      junk,
      packet(0, Buffer.of(2)),
      Buffer.from("ABC\x00"),
      packet(1, Buffer.of(3)),
      reply(),
    ]);
    expect(error).toBeUndefined();
    expect(seen).toEqual(["0:01", "0:02", "1:03", "200:"]);
  });
});

describe("limits", () => {
  const rows = [
    {
      name: "junk without end",
      chunks: [Buffer.alloc(junkBytesMax + 10, 0xfe)],
      says: "neither packets nor replies",
    },
    {
      name: "headers without end",
      chunks: [Buffer.from(`RTSP/1.0 200 OK\r\n${"A: b\r\n".repeat(9_000)}`)],
      says: "headers are longer",
    },
    {
      name: "one header without end",
      chunks: Array.from({ length: 40 }, (_, index) =>
        Buffer.from(index === 0 ? "RTSP/1.0 200 OK\r\nA:" : "b".repeat(1_000)),
      ),
      says: "headers are longer",
    },
    {
      name: "a body of 4 GB",
      chunks: [Buffer.from("RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n")],
      says: `at most ${bodyBytesMax}`,
    },
    {
      name: "too many headers",
      chunks: [Buffer.from(`RTSP/1.0 200 OK\r\n${"A: b\r\n".repeat(200)}\r\n`)],
      says: "more than 100 headers",
    },
    {
      name: "another protocol",
      chunks: [Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n".repeat(20_000))],
      says: '"',
    },
  ];
  for (const { name, chunks, says } of rows) {
    test(`${name} is a typed failure`, () => {
      const { error } = read(chunks);
      expect(error).toBeInstanceOf(CaptureError);
      expect(error).toMatchObject({ failure: "corrupt", message: expect.stringContaining(says) });
    });
  }
});
