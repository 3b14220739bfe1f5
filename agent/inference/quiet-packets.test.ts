/** Goal: packets are believed where they have shown what moved, and only there. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PictureSizes } from "./ports.ts";
import { PacketQuiet } from "./quiet-packets.ts";

/** A group of two seconds: `mean` bytes a picture, give or take a hundredth. */
function group(mean: number, index = 0, changes: Partial<PictureSizes> = {}): PictureSizes {
  const wobble = 1 + 0.01 * Math.sin(index * 12.9898);
  return {
    isUnbroken: true,
    betweenCount: 49,
    betweenBytes: Math.round(mean * wobble * 49),
    betweenBytesMax: Math.round(mean * wobble * 1.2),
    keyBytes: Math.round(90_000 * wobble),
    ...changes,
  };
}

function learnt({ still = 40, moves = 10, quiet = 2_000, moving = 2_600 } = {}): PacketQuiet {
  const packets = new PacketQuiet();
  for (let index = 0; index < still; index += 1) packets.learnSame([group(quiet, index)]);
  for (let index = 0; index < moves; index += 1) packets.learnChanged([group(moving, index)]);
  return packets;
}

test("nothing is said before there is a baseline, nor of what cannot be measured", () => {
  expect(new PacketQuiet().isQuiet(group(2_000))).toBeUndefined();
  expect(new PacketQuiet().isBelieved).toBe(false);
  const packets = learnt();
  expect(packets.isQuiet(group(2_000, 0, { isUnbroken: false }))).toBeUndefined();
  // Motion JPEG: every picture decodes alone.
  expect(packets.isQuiet(group(0, 0, { betweenCount: 0, betweenBytes: 0 }))).toBeUndefined();
});

describe("a camera whose packets show what moves", () => {
  const packets = learnt();
  test("is believed", () => expect(packets.isBelieved).toBe(true));
  const rows: readonly (readonly [string, PictureSizes, boolean])[] = [
    ["the same again is quiet", group(2_000, 3), true],
    ["a little less is quiet", group(1_950, 3), true],
    ["a tenth more is not", group(2_200, 3), false],
    ["one large picture is not", group(2_000, 3, { betweenBytesMax: 9_000 }), false],
    [
      "another keyframe is not: the light was switched",
      group(2_000, 3, { keyBytes: 120_000 }),
      false,
    ],
    ["a gap is not", group(2_000, 3, { isUnbroken: false }), false],
  ];
  for (const [name, sizes, want] of rows) {
    test(name, () => expect(packets.isQuiet(sizes) === true).toBe(want));
  }
});

describe("a camera whose pictures between weigh next to nothing", () => {
  test("is believed before anything moved: no rate control fills them", () => {
    const packets = learnt({ quiet: 400, moves: 0 });
    expect(packets.isBelieved).toBe(true);
    expect(packets.isQuiet(group(400, 5))).toBe(true);
    expect(packets.isQuiet(group(440, 5))).toBe(false);
  });

  test("must prove itself after a change that they did not show", () => {
    const packets = learnt({ quiet: 400, moves: 0 });
    packets.learnChanged([group(400, 1)]);
    expect(packets.isBelieved).toBe(false);
    for (let index = 0; index < 8; index += 1) packets.learnChanged([group(600, index)]);
    expect(packets.isBelieved).toBe(true);
  });
});

test("a camera that has not shown enough is not believed", () => {
  expect(learnt({ moves: 7 }).isBelieved).toBe(false);
});

test("a camera at a constant rate shows nothing and is never believed", () => {
  const packets = new PacketQuiet();
  for (let index = 0; index < 400; index += 1) {
    if (index % 5 === 4) packets.learnChanged([group(10_000, index)]);
    else packets.learnSame([group(10_000, index)]);
    expect(packets.isBelieved).toBe(false);
  }
  expect(packets.wrongCount).toBeGreaterThan(10);
});

test("one change that packets did not show, and they must prove themselves again", () => {
  const packets = learnt();
  packets.learnChanged([group(2_000, 1)]);
  expect(packets.wrongCount).toBe(1);
  expect(packets.isBelieved).toBe(false);
  for (let index = 0; index < 8; index += 1) packets.learnChanged([group(2_600, index)]);
  expect(packets.isBelieved).toBe(true);
});

test("what was proved by day is not believed in the noise of the night", () => {
  const packets = learnt();
  for (let index = 0; index < 64; index += 1) packets.learnSame([group(5_000, index)]);
  expect(packets.isBelieved).toBe(false);
  for (let index = 0; index < 8; index += 1) packets.learnChanged([group(6_500, index)]);
  expect(packets.isBelieved).toBe(true);
});

test("whatever it learnt, more bytes are never quieter", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 500, max: 4_000 }), { minLength: 24, maxLength: 64 }),
      fc.integer({ min: 500, max: 8_000 }),
      fc.integer({ min: 1, max: 4_000 }),
      (still, bytes, more) => {
        const packets = new PacketQuiet();
        for (const [index, mean] of still.entries()) packets.learnSame([group(mean, index)]);
        const [less, greater] = [
          packets.isQuiet(group(bytes)),
          packets.isQuiet(group(bytes + more)),
        ];
        expect(Number(greater)).toBeLessThanOrEqual(Number(less));
      },
    ),
    { numRuns: 50 },
  );
});
