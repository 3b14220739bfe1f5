import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ParameterSets } from "./parameter-sets.ts";
import { pictureFormat } from "./picture-size.ts";

const base64 = (text: string): Buffer => Buffer.from(text, "base64");
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const pps = base64("aO48gA==");

describe("size of the picture", () => {
  const rows = [
    {
      name: "1080p with cropping",
      codec: "h264",
      sps: base64("Z00AKpWoHgCJ+WbgICAgQA=="),
      want: { widthPx: 1_920, heightPx: 1_080, profile: 77, level: 42 },
    },
    {
      name: "High with VUI",
      codec: "h264",
      sps: hex("67640028acd940780227e5c044000003000400000300c83c60c658"),
      want: { widthPx: 1_920, heightPx: 1_080, profile: 100 },
    },
    {
      name: "Baseline",
      codec: "h264",
      sps: base64("Z0LAHtkDxWhAAAADAEAAAAwDxYuS"),
      want: { widthPx: 240, heightPx: 160, profile: 66 },
    },
    {
      name: "4K H.265 without cropping",
      codec: "h265",
      sps: base64("QgEBAWAAAAMAAAMAAAMAAAMAlqABQCAFof4qtO6JLuaAgA27oADN/mAE"),
      want: { widthPx: 2_560, heightPx: 1_440, profile: 1, bitDepth: 8, chroma: 1 },
    },
    {
      name: "H.265 of a substream",
      codec: "h265",
      sps: base64("QgEBAWAAAAMAsAAAAwAAAwBaoAWCAeFja5JFL83BQYFBAAADAAEAAAMADKE="),
      want: { widthPx: 704, heightPx: 480 },
    },
  ] as const;
  for (const { name, codec, sps, want } of rows) {
    test(name, () => expect(pictureFormat(codec, sps)).toMatchObject(want));
  }

  const lies = [
    { name: "cut after the profile", sps: base64("Z00AKpU=") },
    { name: "nothing but a header", sps: hex("67") },
    { name: "exp-Golomb without end", sps: hex("6742001e 00 00 00 00 00 00 00 00 00") },
    { name: "a width of millions", sps: hex("6742001e f8 0000 0001 0000 0001 0000 0001 80") },
  ];
  for (const { name, sps } of lies) {
    test(`${name} says nothing`, () => expect(pictureFormat("h264", sps)).toBeUndefined());
  }

  test("random sets never throw and never claim an impossible size", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom("h264", "h265"),
        (sps, codec) => {
          const format = pictureFormat(codec, sps);
          const { widthPx = 16, heightPx = 16 } = format ?? {};
          expect(widthPx).toBeGreaterThanOrEqual(16);
          expect(heightPx).toBeLessThanOrEqual(16_384);
        },
      ),
      { seed: 8, numRuns: 2_000 },
    );
  });
});

describe("versions", () => {
  const big = base64("Z00AKpWoHgCJ+WbgICAgQA==");
  const small = base64("Z0LAHtkDxWhAAAADAEAAAAwDxYuS");

  test("a repetition is no new version, a change is one with its new size", () => {
    const sets = new ParameterSets("h264");
    sets.offer(big);
    expect(sets.isComplete).toBe(false);
    sets.offer(pps);
    const first = sets.version();
    sets.offer(big);
    sets.offer(pps);
    expect(sets.version()).toBe(first);
    expect(sets.changeCount).toBe(0);
    sets.offer(small);
    expect(sets.version()).toBe(first + 1);
    expect(sets.changeCount).toBe(1);
    expect(sets.format).toMatchObject({ widthPx: 240 });
    expect(Buffer.from(sets.bytesOf(first) ?? []).includes(big)).toBe(true);
    expect(Buffer.from(sets.bytesOf(first + 1) ?? []).includes(small)).toBe(true);
  });

  test("start codes and zeros behind a set are cut off", () => {
    const sets = new ParameterSets("h264");
    sets.offer(Buffer.concat([big, hex("00000001")]));
    sets.offer(Buffer.concat([pps, hex("0000")]));
    const want = Buffer.concat([hex("00000001"), big, hex("00000001"), pps]);
    expect(Buffer.from(sets.bytesOf(sets.version()) ?? []).equals(want)).toBe(true);
  });

  test("sets of two ids live side by side, and there is an end to their number", () => {
    const sets = new ParameterSets("h264");
    sets.offer(big);
    // pps ids 0..63 as ue(v)
    for (let id = 0; id < 64; id++) {
      const code = (id + 1).toString(2);
      const bits = `${"0".repeat(code.length - 1)}${code}1`.padEnd(24, "0");
      sets.offer(
        Buffer.from([
          0x68,
          ...[0, 8, 16].map((at) => Number.parseInt(bits.slice(at, at + 8), 2)),
          0xff,
        ]),
      );
    }
    const bytes = Buffer.from(sets.bytesOf(sets.version()) ?? []);
    expect(bytes.length).toBe(4 + big.length + 16 * 9);
  });

  test("old versions are forgotten, huge sets are not taken", () => {
    const sets = new ParameterSets("h264");
    sets.offer(pps);
    const versions = Array.from({ length: 10 }, (_, index) => {
      sets.offer(Buffer.concat([big, Buffer.from([index + 1])]));
      return sets.version();
    });
    expect(sets.bytesOf(versions[0] ?? 0)).toBeUndefined();
    expect(sets.bytesOf(versions[9] ?? 0)).toBeDefined();
    sets.offer(Buffer.alloc(100_000, 0x67));
    expect(sets.version()).toBe(versions[9]);
  });
});
