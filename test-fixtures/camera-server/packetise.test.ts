/**
 * Goal: whatever the units are, a receiver gets the same units in the same order.
 * Method: a receiver of the plainest kind takes the payloads apart again; units are drawn at random.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClipCodec } from "../clips/clip.ts";
import { packetise } from "./packetise.ts";

const codecs: readonly ClipCodec[] = ["h264", "h265"];

describe.each(codecs)("%s", (codec) => {
  test("what is packetised comes out the same", () => {
    fc.assert(
      fc.property(
        fc.array(unitOf(codec), { maxLength: 12 }),
        fc.integer({ min: 48, max: 300 }),
        fc.boolean(),
        (nals, payloadBytesMax, aggregate) => {
          const payloads = packetise(nals, { codec, payloadBytesMax, aggregate });
          expect(payloads.every(({ length }) => length <= payloadBytesMax)).toBe(true);
          expect(depacketise(payloads, codec)).toEqual(nals.map((nal) => [...nal]));
        },
      ),
    );
  });
});

const rows = [
  { name: "a unit that fits travels alone", sizes: [100], aggregate: false, want: [100] },
  { name: "a unit of exactly the limit is not cut", sizes: [200], aggregate: false, want: [200] },
  { name: "one byte more makes two fragments", sizes: [201], aggregate: false, want: [200, 4] },
  { name: "small units stay apart", sizes: [20, 5], aggregate: false, want: [20, 5] },
  {
    name: "small units share a packet",
    sizes: [20, 5, 300],
    aggregate: true,
    want: [30, 200, 103],
  },
  {
    name: "a single small unit is not wrapped",
    sizes: [20, 300],
    aggregate: true,
    want: [20, 200, 103],
  },
];
test.each(rows)("$name", ({ sizes, aggregate, want }) => {
  const nals = sizes.map((size) => Buffer.alloc(size, 0x65));
  const payloads = packetise(nals, { codec: "h264", payloadBytesMax: 200, aggregate });
  expect(payloads.map(({ length }) => length)).toEqual(want);
});

test("a STAP-A carries the highest importance of its units", () => {
  const nals = [Buffer.from([0x06, 1]), Buffer.from([0x67, 2]), Buffer.from([0x28, 3])];
  const [payload] = packetise(nals, { codec: "h264", payloadBytesMax: 200, aggregate: true });
  expect(payload?.[0]).toBe(0x60 | 24);
});

/** With a type that a picture's units have: single NAL units, not those of packets. */
function unitOf(codec: ClipCodec): fc.Arbitrary<Uint8Array> {
  const body = fc.uint8Array({ minLength: 1, maxLength: 900 });
  const header =
    codec === "h264"
      ? fc
          .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 23 }))
          .map(([ref, type]) => {
            return [(ref << 5) | type];
          })
      : fc
          .tuple(fc.integer({ min: 0, max: 47 }), fc.nat(63), fc.integer({ min: 1, max: 7 }))
          .map(([type, layer, temporal]) => {
            return [(type << 1) | (layer >> 5), ((layer & 31) << 3) | temporal];
          });
  return fc.tuple(header, body).map(([head, rest]) => Uint8Array.of(...head, ...rest));
}

function depacketise(payloads: readonly Uint8Array[], codec: ClipCodec): number[][] {
  const isH264 = codec === "h264";
  const headerBytes = isH264 ? 1 : 2;
  const units: number[][] = [];
  for (const payload of payloads) {
    const [first = 0, second = 0] = payload;
    const type = isH264 ? first & 0x1f : (first >> 1) & 0x3f;
    const body = [...payload.subarray(headerBytes)];
    if (type === (isH264 ? 24 : 48)) {
      while (body.length > 0) {
        const [high = 0, low = 0] = body.splice(0, 2);
        units.push(body.splice(0, high * 256 + low));
      }
    } else if (type === (isH264 ? 28 : 49)) {
      const [fragment = 0] = body.splice(0, 1);
      const original = fragment & (isH264 ? 0x1f : 0x3f);
      if ((fragment & 0x80) !== 0) {
        units.push(
          isH264 ? [(first & 0xe0) | original] : [(first & 0x81) | (original << 1), second],
        );
      }
      units.at(-1)?.push(...body);
    } else {
      units.push([...payload]);
    }
  }
  return units;
}
