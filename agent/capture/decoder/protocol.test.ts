/**
 * Goal: what one side writes the other reads, in whatever pieces it arrives; what no honest side
 * would write is refused before anything is allocated for it.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupBytesMax, groupPicturesMax, picturePixelsMax } from "../limits.ts";
import type { CropRequest } from "./decoder.ts";
import {
  type CropPlace,
  type DecodeRequest,
  encodeRequest,
  failureReply,
  helloBytes,
  limits,
  ProtocolError,
  type ReplyHead,
  readRequestBody,
  readRequestHead,
  requestHeadBytes,
  successPrefix,
} from "./protocol.ts";
import { type HostReply, ReplyReader } from "./reply-reader.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
const crop: fc.Arbitrary<CropRequest> = fc.record({
  crop: fc.constantFrom(
    { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
    { xMin: 0.1, yMin: 0.35, xMax: 0.7, yMax: 0.9 },
  ),
  width: fc.integer({ min: 1, max: limits.sidePxMax }),
  height: fc.integer({ min: 1, max: limits.sidePxMax }),
  fit: fc.constantFrom("letterbox-top-left", "letterbox-centre", "stretch"),
  fill: fc.integer({ min: 0, max: 255 }),
  channels: fc.constantFrom("rgb", "bgr"),
});
const request: fc.Arbitrary<DecodeRequest> = fc.record({
  id: fc.integer({ min: 0, max: 0xffff_ffff }),
  codec: fc.constantFrom("h264", "h265", "mjpeg"),
  parameterSets: bytes,
  units: fc.array(bytes, { minLength: 1, maxLength: 5 }),
  crops: fc.array(crop, { maxLength: 4 }),
});

const plain = (value: DecodeRequest) => ({
  ...value,
  parameterSets: [...value.parameterSets],
  units: value.units.map((unit) => [...unit]),
});

function readBack(whole: Buffer): DecodeRequest {
  const head = readRequestHead(whole.subarray(0, requestHeadBytes));
  return readRequestBody(head, whole.subarray(requestHeadBytes));
}

/** Anything but a ProtocolError would be a bug. */
function bugIn(read: () => unknown): string {
  try {
    read();
    return "none";
  } catch (error) {
    return error instanceof ProtocolError ? "none" : String(error);
  }
}

test("a request that is read is the one that was written", () => {
  fc.assert(
    fc.property(request, (written) => {
      const { parts, bytes: size } = encodeRequest(written);
      const whole = Buffer.concat(parts);
      expect(whole.length).toBe(size);
      expect(plain(readBack(whole))).toEqual(plain(written));
    }),
  );
});

test("a request that is cut, or in which bytes were changed, is refused or read: never a crash", () => {
  const change = fc.record({ at: fc.nat(), value: fc.nat(255), cut: fc.nat(300) });
  fc.assert(
    fc.property(request, change, (written, { at, value, cut }) => {
      const whole = Buffer.concat(encodeRequest(written).parts);
      whole[at % whole.length] = value;
      const damaged = whole.subarray(0, Math.max(requestHeadBytes, whole.length - cut));
      expect(bugIn(() => readBack(damaged))).toBe("none");
    }),
    { numRuns: 500 },
  );
});

const good: DecodeRequest = {
  id: 1,
  codec: "h264",
  parameterSets: new Uint8Array(3),
  units: [new Uint8Array(4)],
  crops: [],
};
const whole: CropRequest = {
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  width: 8,
  height: 8,
  fit: "stretch",
  fill: 0,
  channels: "rgb",
};
const refused: { readonly name: string; readonly changes: Partial<DecodeRequest> }[] = [
  {
    name: "too many units",
    changes: { units: Array.from({ length: 901 }, () => new Uint8Array(1)) },
  },
  { name: "too many bytes", changes: { units: [new Uint8Array(limits.requestBytesMax)] } },
  { name: "large parameter sets", changes: { parameterSets: new Uint8Array(70_000) } },
  { name: "too many crops", changes: { crops: Array.from({ length: 17 }, () => whole) } },
  { name: "a crop without size", changes: { crops: [{ ...whole, width: 0 }] } },
  { name: "a huge crop", changes: { crops: [{ ...whole, height: 5_000 }] } },
  {
    name: "a crop outside the picture",
    changes: { crops: [{ ...whole, crop: { ...whole.crop, xMax: 1.1 } }] },
  },
];
test.for(refused)("a request with $name is refused where it is made", ({ changes }) => {
  expect(() => encodeRequest({ ...good, ...changes })).toThrow(ProtocolError);
});

test("every group and every size that capture hands out is taken", () => {
  expect(limits.picturePixelsMax).toBe(picturePixelsMax);
  expect(limits.unitCountMax).toBeGreaterThanOrEqual(groupPicturesMax);
  expect(limits.requestBytesMax).toBeGreaterThanOrEqual(
    groupBytesMax + limits.parameterSetBytesMax,
  );
});

const head: ReplyHead = {
  id: 7,
  failure: undefined,
  cropCount: 2,
  textBytes: 0,
  pictureWidth: 1920,
  pictureHeight: 1080,
  decodeMicros: 15_000,
  scaleMicros: 600,
  residentKilobytes: 120_000,
};
const places = [1, 2].map(
  (n): CropPlace => ({
    cropX: n,
    cropY: n + 1,
    cropWidth: n + 2,
    cropHeight: n + 3,
    contentX: n + 4,
    contentY: n + 5,
    contentWidth: n + 6,
    contentHeight: n + 7,
  }),
);

function readerWith({ cropCount }: { readonly cropCount: number }) {
  const replies: HostReply[] = [];
  let helloCount = 0;
  const reader = new ReplyReader({
    onHello: () => (helloCount += 1),
    onReply: (reply) => replies.push(reply),
  });
  reader.expect(7, cropCount);
  return { reader, replies, helloCount: () => helloCount };
}

describe("replies", () => {
  test("come out whole, in whatever pieces they arrive", () => {
    const stream = Buffer.concat([
      helloBytes,
      successPrefix(head, places),
      failureReply({ ...head, id: 8, failure: "damaged" }, "half of it is missing"),
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sizes) => {
        const { reader, replies, helloCount } = readerWith({ cropCount: 2 });
        reader.expect(8, 1);
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          reader.push(stream.subarray(at, at + size));
          at += size;
        }
        expect(helloCount()).toBe(1);
        expect(replies).toEqual([
          { head, places, text: "" },
          {
            head: { ...head, id: 8, failure: "damaged", cropCount: 0, textBytes: 21 },
            places: [],
            text: "half of it is missing",
          },
        ]);
      }),
    );
  });

  const nonsense = [
    { name: "no hello", stream: Buffer.from("HTTP/1.1 400") },
    { name: "another picture's", stream: successPrefix({ ...head, id: 9 }, places) },
    { name: "fewer crops", stream: successPrefix({ ...head, cropCount: 1 }, places.slice(1)) },
    { name: "crops of a failure", stream: successPrefix({ ...head, failure: "damaged" }, places) },
    { name: "endless text", stream: successPrefix({ ...head, textBytes: 2 ** 31 }, places) },
    { name: "one nobody asked for", stream: successPrefix({ ...head, id: 7 }, places), times: 2 },
  ];
  test.for(nonsense)("with nonsense are refused: $name", ({ name, stream, times = 1 }) => {
    const { reader } = readerWith({ cropCount: 2 });
    const input = Array.from({ length: times }, () => stream);
    if (name !== "no hello") input.unshift(Buffer.from(helloBytes));
    expect(() => reader.push(Buffer.concat(input))).toThrow(ProtocolError);
  });
});
