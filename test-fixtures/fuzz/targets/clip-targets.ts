/** Requests and replies of clips: neither side of the decoder's pipe believes the other. */
import type { ClipRequest } from "../../../agent/capture/decoder/clip.ts";
import {
  clipFacts,
  clipHeadBytes,
  clipLimits,
  encodeClipRequest,
  readClipBody,
  readClipHead,
} from "../../../agent/capture/decoder/clip-protocol.ts";
import {
  failureReply,
  helloBytes,
  limits,
  ProtocolError,
  type ReplyHead,
  successPrefix,
} from "../../../agent/capture/decoder/protocol.ts";
import { ReplyReader } from "../../../agent/capture/decoder/reply-reader.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const isProtocolError = (error: unknown): boolean => error instanceof ProtocolError;

const region = { xMin: 0.1, yMin: 0.2, xMax: 0.3, yMax: 0.4, block: 0.01 };
const triangle = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 0, y: 1 },
];

const requestOf = (count: number): ClipRequest => ({
  codec: "h264",
  parameterSets: Buffer.alloc(20, 7),
  units: Array.from({ length: count }, (_, index) => ({
    bytes: Buffer.alloc(30 + index, index),
    atMs: index * 40,
    isShown: index % 2 === 0,
    regions: index % 2 === 0 ? [region, region].slice(0, index) : [],
  })),
  polygons: [triangle].slice(0, count - 1),
  widthMax: 1_280,
  heightMax: 720,
  fileBytesMax: 2_000_000,
});

/** As the host reads it out of the exchange. */
export const clipRequests: FuzzTarget = {
  name: "clip-requests",
  corpus: () => [1, 5].map((count) => Buffer.concat(encodeClipRequest(5, requestOf(count)).parts)),
  run: (bytes) => {
    if (bytes.length < clipHeadBytes) return;
    const all = Buffer.from(bytes);
    const head = readClipHead(all.subarray(0, clipHeadBytes));
    const request = readClipBody(head, all.subarray(clipHeadBytes));
    const held = request.units.reduce((sum, unit) => sum + unit.bytes.length, 0);
    if (held > bytes.length) throw new Error(`${held} bytes in ${bytes.length}`);
    if (request.units.length > limits.unitCountMax) throw new Error("too many units");
    for (const { xMin, yMin, xMax, yMax } of request.units.flatMap(({ regions }) => regions)) {
      if (!(xMin >= 0 && yMin >= 0 && xMin < xMax && yMin < yMax && xMax <= 1 && yMax <= 1)) {
        throw new Error(`a region of ${[xMin, yMin, xMax, yMax].join(" ")}`);
      }
    }
    const corners = request.polygons.flat();
    if (corners.some(({ x, y }) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1))) {
      throw new Error("a corner outside of the picture");
    }
  },
  isExpected: isProtocolError,
  memoryBoundBytes: 16 * 1_024 * 1_024,
};

const head = (id: number): ReplyHead => ({
  id,
  failure: undefined,
  cropCount: 0,
  textBytes: 0,
  pictureWidth: 1_280,
  pictureHeight: 720,
  decodeMicros: 900_000,
  scaleMicros: 0,
  residentKilobytes: 120_000,
});
const asked = { unitCount: 250, fileBytesMax: 2_000_000 };
const facts = { fileBytes: 1_000_000, pictureCount: 125, firstUnit: 12, lastUnit: 249 };

/** As the agent reads it from the host's pipe: the first byte says how long the chunks are. */
export const clipReplies: FuzzTarget = {
  name: "clip-replies",
  corpus: () => [
    Buffer.concat([
      Buffer.of(63),
      helloBytes,
      successPrefix(head(1), []),
      clipFacts(facts),
      failureReply({ ...head(2), failure: "too-large" }, "it does not fit"),
    ]),
  ],
  tokens: [helloBytes, clipFacts(facts)],
  run: (bytes) => {
    const reader = new ReplyReader({
      onHello: () => undefined,
      onReply: ({ head: { failure }, clip }) => {
        if (failure !== undefined) return;
        if (clip === undefined) throw new Error("a clip without facts");
        const { fileBytes, pictureCount, firstUnit, lastUnit } = clip;
        const isBounded = fileBytes <= Math.min(asked.fileBytesMax, clipLimits.fileBytesMax);
        const areThere = Math.max(firstUnit, lastUnit) < asked.unitCount;
        if (!isBounded || !areThere || pictureCount > asked.unitCount) {
          throw new Error(`a clip of ${JSON.stringify(clip)}`);
        }
      },
    });
    for (const id of [1, 2]) reader.expect(id, 0, asked);
    const size = 1 + (bytes[0] ?? 0);
    for (let at = 1; at < bytes.length; at += size) {
      reader.push(Buffer.from(bytes.subarray(at, at + size)));
    }
  },
  isExpected: isProtocolError,
  memoryBoundBytes: 16 * 1_024 * 1_024,
};
