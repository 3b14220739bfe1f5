import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CaptureError } from "../capture-error.ts";
import { accessUnitBytesMax } from "../limits.ts";
import { pictureSplitter } from "./picture-splitter.ts";

function split(codec: "h264" | "h265" | "mjpeg", chunks: readonly Buffer[]): string[][] {
  const pictures: string[][] = [];
  const splitter = pictureSplitter(codec, (parts) =>
    pictures.push(parts.map((part) => Buffer.from(part).toString("hex"))),
  );
  for (const chunk of chunks) splitter.push(chunk);
  splitter.flush();
  return pictures;
}

const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const ends = [
    ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
};

const withCodes = (nals: readonly string[], isLong = true): Buffer =>
  Buffer.concat(
    nals.flatMap((nal) => [
      Buffer.from(isLong ? "00000001" : "000001", "hex"),
      Buffer.from(nal, "hex"),
    ]),
  );

const idr = "658884aabb";
const inter = "619a11ccdd";
const later = "6116ee";

const rows = [
  {
    name: "parameter sets belong to the picture behind them",
    codec: "h264",
    nals: ["67aa", "68bb", idr, inter, "67aa", "68bb", idr],
    want: [["67aa", "68bb", idr], [inter], ["67aa", "68bb", idr]],
  },
  {
    name: "later slices belong to the picture before them",
    codec: "h264",
    nals: [idr, later, inter, later],
    want: [
      [idr, later],
      [inter, later],
    ],
  },
  {
    name: "delimiters begin a picture",
    codec: "h264",
    nals: ["09f0", idr, "09f0", inter],
    want: [
      ["09f0", idr],
      ["09f0", inter],
    ],
  },
  { name: "sets alone are no picture", codec: "h264", nals: ["67aa", "68bb"], want: [] },
  {
    name: "H.265",
    codec: "h265",
    nals: ["4001aa", "4201aa", "4401aa", "2601af", "2601000f", "0201d0", "5001aa"],
    want: [
      ["4001aa", "4201aa", "4401aa", "2601af", "2601000f"],
      ["0201d0", "5001aa"],
    ],
  },
] as const;
for (const { name, codec, nals, want } of rows) {
  for (const isLong of [true, false]) {
    test(`${name}, start codes of ${isLong ? 4 : 3} bytes`, () => {
      expect(split(codec, [withCodes(nals, isLong)])).toEqual(want);
    });
  }
}

describe("chunks", () => {
  test("pictures come out the same however the bytes are cut", () => {
    const nals = ["67aa", "68bb", idr, later, inter, inter, later, idr];
    const bytes = withCodes(nals);
    const want = split("h264", [bytes]);
    fc.assert(
      fc.property(fc.array(fc.nat(200)), (places) => {
        expect(split("h264", cut(bytes, places))).toEqual(want);
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  test("JPEGs come out the same however the bytes are cut", () => {
    const one = Buffer.from("ffd8ffe000104a464946aabbccffd9", "hex");
    const two = Buffer.from("ffd8ffdb0043ff00ddffd9", "hex");
    const bytes = Buffer.concat([
      Buffer.from("0d0a--b", "latin1"),
      one,
      Buffer.from("xx"),
      two,
      one,
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(200)), (places) => {
        expect(split("mjpeg", cut(bytes, places))).toEqual(
          [one, two, one].map((jpeg) => [jpeg.toString("hex")]),
        );
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  test("random bytes end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 500 })),
        fc.constantFrom("h264", "h265", "mjpeg"),
        (chunks, codec) => {
          split(
            codec,
            chunks.map((chunk) => Buffer.from(chunk)),
          );
        },
      ),
      { seed: 8, numRuns: 300 },
    );
  });

  test("a picture without end is a typed failure", () => {
    const chunks = Array.from({ length: 10 }, () => Buffer.alloc(accessUnitBytesMax / 8, 0x55));
    for (const codec of ["h264", "mjpeg"] as const) {
      const begin = codec === "h264" ? withCodes([idr]) : Buffer.from("ffd8ffe0", "hex");
      expect(() => split(codec, [begin, ...chunks])).toThrow(CaptureError);
    }
  });

  test("a picture of very many tiny units is given up: keeping them would cost far more than them", () => {
    const tiny = Buffer.alloc(4 * 90_000, Buffer.from([0, 0, 1, 0x0c]));
    expect(split("h264", [withCodes([idr]), tiny, withCodes([idr, idr])])).toHaveLength(2);
  });
});
