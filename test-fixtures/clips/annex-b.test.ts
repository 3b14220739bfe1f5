import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupAccessUnits, isRandomAccess, splitAnnexB } from "./annex-b.ts";

describe("splitting a byte stream", () => {
  const rows = [
    {
      name: "short and long start codes",
      bytes: [0, 0, 1, 7, 8, 0, 0, 0, 1, 9],
      want: [[7, 8], [9]],
    },
    { name: "zeros behind a unit are not part of it", bytes: [0, 0, 1, 7, 0, 0, 0], want: [[7]] },
    { name: "bytes before the first start code", bytes: [5, 5, 0, 0, 1, 7], want: [[7]] },
    { name: "no start code", bytes: [1, 2, 3], want: [] },
    { name: "nothing between two start codes", bytes: [0, 0, 1, 0, 0, 1, 7], want: [[7]] },
  ];
  test.each(rows)("$name", ({ bytes, want }) => {
    expect(splitAnnexB(Buffer.from(bytes)).map((nal) => [...nal])).toEqual(want);
  });

  test("units joined with start codes come apart again", () => {
    // No zeros: encoders never leave a start code, or a zero at the end, in a unit.
    const unit = fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 20 });
    const startCode = fc.constantFrom([0, 0, 1], [0, 0, 0, 1]);
    fc.assert(
      fc.property(fc.array(fc.tuple(startCode, unit), { maxLength: 10 }), (parts) => {
        const stream = Buffer.from(parts.flat(2));
        expect(splitAnnexB(stream).map((nal) => [...nal])).toEqual(parts.map(([, nal]) => nal));
      }),
    );
  });
});

describe("grouping units into pictures", () => {
  const sps = [0x67, 1];
  const pps = [0x68, 1];
  const sei = [0x06, 1];
  const idr = [0x65, 0x88];
  const idrMore = [0x65, 0x08];
  const slice = [0x41, 0x9a];
  const rows = [
    { name: "one slice a picture", nals: [sps, pps, sei, idr, slice, slice], want: [4, 1, 1] },
    { name: "several slices a picture", nals: [idr, idrMore, idrMore, slice], want: [3, 1] },
    { name: "parameter sets open the next picture", nals: [slice, sps, pps, idr], want: [1, 3] },
    { name: "units without a picture at the end are left out", nals: [idr, sps, pps], want: [1] },
    { name: "nothing", nals: [], want: [] },
  ];
  test.each(rows)("H.264: $name", ({ nals, want }) => {
    const units = groupAccessUnits(
      nals.map((nal) => Uint8Array.from(nal)),
      "h264",
    );
    expect(units.map(({ length }) => length)).toEqual(want);
  });

  test("H.265: the first slice segment and what leads it open a picture", () => {
    const [vps, prefixSei, first, more, suffixSei] = [
      [0x40, 1],
      [0x4e, 1, 5],
      [0x26, 1, 0xaf],
      [0x26, 1, 0x2f],
      [0x50, 1, 5],
    ];
    const nals = [vps, prefixSei, first, more, suffixSei, first, prefixSei, first];
    const units = groupAccessUnits(
      nals.map((nal) => Uint8Array.from(nal ?? [])),
      "h265",
    );
    expect(units.map(({ length }) => length)).toEqual([5, 1, 2]);
  });
});

test("decoding starts at IDR in H.264, at BLA, IDR and CRA in H.265", () => {
  expect(isRandomAccess(Uint8Array.of(0x65), "h264")).toBe(true);
  expect(isRandomAccess(Uint8Array.of(0x41), "h264")).toBe(false);
  expect(isRandomAccess(Uint8Array.of(21 << 1, 1), "h265")).toBe(true);
  expect(isRandomAccess(Uint8Array.of(1 << 1, 1), "h265")).toBe(false);
});
