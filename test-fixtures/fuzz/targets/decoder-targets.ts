/** The decoder's protocol in both directions: neither side believes the other. */
import {
  encodeRequest,
  failureReply,
  helloBytes,
  limits,
  ProtocolError,
  planesBytes,
  type ReplyHead,
  readRequestBody,
  readRequestHead,
  requestHeadBytes,
  successPrefix,
} from "../../../agent/capture/decoder/protocol.ts";
import { ReplyReader } from "../../../agent/capture/decoder/reply-reader.ts";
import { cropOf } from "../../encoded-pictures.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const isProtocolError = (error: unknown): boolean => error instanceof ProtocolError;

/** As the host reads it out of the exchange. */
export const decoderRequests: FuzzTarget = {
  name: "decoder-requests",
  corpus: () =>
    [1, 3].map((count) => {
      const units = Array.from({ length: count }, (_, index) => Buffer.alloc(30 + index, index));
      const crops = [cropOf(), cropOf({ width: 64, height: 32, fit: "stretch" })].slice(0, count);
      const parameterSets = Buffer.alloc(20, 7);
      const { parts } = encodeRequest({ id: 5, codec: "h265", parameterSets, units, crops });
      return Buffer.concat(parts);
    }),
  run: (bytes) => {
    if (bytes.length < requestHeadBytes) return;
    const all = Buffer.from(bytes);
    const head = readRequestHead(all.subarray(0, requestHeadBytes));
    const request = readRequestBody(head, all.subarray(requestHeadBytes));
    const held = request.units.reduce((sum, unit) => sum + unit.length, 0);
    if (held > bytes.length) throw new Error(`${held} bytes in ${bytes.length}`);
    for (const crop of request.crops) {
      const { width, height } = crop;
      if (!(width >= 1 && height >= 1 && planesBytes(crop) <= 3 * limits.sidePxMax ** 2)) {
        throw new Error(`a crop of ${width}×${height}`);
      }
    }
  },
  isExpected: isProtocolError,
  memoryBoundBytes: 16 * 1_024 * 1_024,
};

const asked = [
  { id: 1, cropCount: 1 },
  { id: 2, cropCount: 2 },
  { id: 3, cropCount: 1 },
];

const head = (id: number, cropCount: number): ReplyHead => ({
  id,
  failure: undefined,
  cropCount,
  textBytes: 0,
  pictureWidth: 640,
  pictureHeight: 360,
  decodeMicros: 900,
  scaleMicros: 300,
  residentKilobytes: 90_000,
});
const place = { cropX: 0, cropY: 0, cropWidth: 640, cropHeight: 360 };
const places = [{ ...place, contentX: 0, contentY: 0, contentWidth: 160, contentHeight: 90 }];

/** As the agent reads it from the host's pipe: the first byte says how long the chunks are. */
export const decoderReplies: FuzzTarget = {
  name: "decoder-replies",
  corpus: () => [
    Buffer.concat([
      Buffer.of(63),
      helloBytes,
      successPrefix(head(1, 1), places),
      successPrefix(head(2, 2), [...places, ...places]),
      failureReply({ ...head(3, 0), failure: "damaged" }, "the picture has holes"),
    ]),
    Buffer.concat([
      Buffer.of(1),
      helloBytes,
      failureReply({ ...head(1, 0), failure: "no-picture" }, ""),
      failureReply({ ...head(2, 0), failure: "too-large" }, "ü".repeat(300)),
      successPrefix(head(3, 1), places),
    ]),
  ],
  tokens: [helloBytes, Uint8Array.of(1, 0, 0, 0), Uint8Array.of(2, 0, 0, 0)],
  run: (bytes) => {
    const heard: number[] = [];
    const reader = new ReplyReader({
      onHello: () => undefined,
      onReply: ({ head: reply, places: cut, text }) => {
        heard.push(reply.id);
        if (reply.failure === undefined && cut.length !== asked[reply.id - 1]?.cropCount) {
          throw new Error(`${cut.length} places for ${reply.id}`);
        }
        if (text.length > limits.errorTextBytesMax) throw new Error("a long text");
        for (const { cropX, cropWidth, cropY, cropHeight } of cut) {
          const { pictureWidth, pictureHeight } = reply;
          const isInside = cropX + cropWidth <= pictureWidth && cropY + cropHeight <= pictureHeight;
          if (!isInside) throw new Error("a crop outside of its picture");
        }
      },
    });
    for (const { id, cropCount } of asked) reader.expect(id, cropCount);
    readOn(reader, bytes);
    if (heard.some((id, index) => id !== index + 1)) throw new Error(`heard ${heard.join(" ")}`);
  },
  isExpected: isProtocolError,
  memoryBoundBytes: 16 * 1_024 * 1_024,
};

/** A host that talked nonsense may go on talking until it is dead. */
function readOn(reader: ReplyReader, bytes: Uint8Array): void {
  const size = 1 + (bytes[0] ?? 0);
  let nonsense: unknown;
  for (let at = 1; at < bytes.length; at += size) {
    try {
      reader.push(Buffer.from(bytes.subarray(at, at + size)));
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      nonsense = error;
    }
  }
  if (nonsense !== undefined) throw nonsense as ProtocolError;
}
