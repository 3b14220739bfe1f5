import fc from "fast-check";
import { expect, test } from "vitest";
import { parseByteSize, printByteSize } from "./byte-size.ts";
import { parseDuration, printDuration } from "./duration.ts";

const rows: readonly { readonly text: string; readonly want: number | undefined }[] = [
  { text: "500ms", want: 500 },
  { text: "10s", want: 10_000 },
  { text: "5m", want: 300_000 },
  { text: "1h30m", want: 5_400_000 },
  { text: "1d", want: 86_400_000 },
  { text: "1d2h3m4s5ms", want: 93_784_005 },
  { text: "0s", want: 0 },
  { text: "90m", want: 5_400_000 },
  { text: "", want: undefined },
  { text: "10", want: undefined },
  { text: "1.5h", want: undefined },
  { text: "-5s", want: undefined },
  { text: "5 s", want: undefined },
  { text: "30m1h", want: undefined },
  { text: "5s5s", want: undefined },
  { text: "5S", want: undefined },
  { text: "99999999999d", want: undefined },
];
for (const { text, want } of rows) {
  test(`"${text}" is ${want === undefined ? "no duration" : `${want} ms`}`, () => {
    expect(parseDuration(text)).toBe(want);
  });
}

test("what is printed parses to the same duration", () => {
  const anyDuration = fc.oneof(
    fc.integer({ min: 0, max: 100_000 }),
    fc.integer({ min: 0, max: 36_525 * 86_400_000 }),
    fc.integer({ min: 0, max: 60_000 }).map((minutes) => minutes * 60_000),
  );
  fc.assert(
    fc.property(anyDuration, (ms) => {
      expect(parseDuration(printDuration(ms))).toBe(ms);
    }),
  );
});

test("a size needs its unit", () => {
  expect(parseByteSize("16MiB")).toBe(16_777_216);
  expect(parseByteSize("2GB")).toBe(2_000_000_000);
  expect(parseByteSize("512 KiB")).toBe(524_288);
  for (const text of ["16", "16M", "1.5GiB", "-1MiB", "MiB", "16 mib"]) {
    expect(parseByteSize(text)).toBeUndefined();
  }
});

test("what is printed parses to the same size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (bytes) => {
      expect(parseByteSize(printByteSize(bytes))).toBe(bytes);
    }),
  );
});
