import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxOverlap, type NormBox } from "../../pipelines/domain/geometry.ts";
import { judgeBoxes, type ScoredBox } from "./box-matching.ts";

const box = (xMin: number, xMax: number): NormBox => ({ xMin, xMax, yMin: 0, yMax: 1 });
const found = (score: number, xMin: number, xMax: number): ScoredBox => ({
  score,
  box: box(xMin, xMax),
});

// Widths are sums of powers of two: halves are halves to the last bit.
const rows = [
  { name: "a box on a truth is right", found: [found(0.9, 0, 0.125)], want: [true] },
  { name: "a box beside it is wrong", found: [found(0.9, 0.25, 0.375)], want: [false] },
  { name: "half of it is just enough", found: [found(0.9, 0, 0.0625)], want: [true] },
  { name: "less than half is not", found: [found(0.9, 0, 0.0624)], want: [false] },
  {
    name: "of two boxes on one truth the higher score is right, wherever it stands",
    found: [found(0.3, 0, 0.125), found(0.9, 0, 0.13)],
    want: [true, false],
  },
  {
    name: "a box takes the truth that it overlaps most",
    found: [found(0.9, 0.5, 0.625), found(0.8, 0.48, 0.6)],
    want: [true, true],
  },
  { name: "a box on an ignored region does not count", found: [found(0.9, 0.8, 0.9)], want: [] },
  { name: "half in it is enough", found: [found(0.9, 0.625, 0.875)], want: [] },
  { name: "less than half is wrong", found: [found(0.9, 0.62, 0.87)], want: [false] },
];
describe("two overlapping things, one alone, one region that nobody labelled:", () => {
  const truths = [box(0, 0.125), box(0.5, 0.625), box(0.46875, 0.59375)];
  const ignored = [box(0.75, 1)];
  test.each(rows)("$name", ({ found, want }) => {
    const judged = judgeBoxes(found, truths, ignored, 0.5);
    expect(judged.map(({ isRight }) => isRight)).toEqual(want);
  });
});

test("a truth in an ignored region can still be found", () => {
  const judged = judgeBoxes([found(0.9, 0, 0.1)], [box(0, 0.1)], [box(0, 1)], 0.5);
  expect(judged).toEqual([{ score: 0.9, isRight: true }]);
});

const anyBox: fc.Arbitrary<NormBox> = fc
  .tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 6 }))
  .map(([from, size]) => box(from / 16, (from + size) / 16));
const anyFound = fc.array(
  fc.record({ box: anyBox, score: fc.integer({ min: 1, max: 1000 }).map((n) => n / 1000) }),
  { maxLength: 12 },
);

test("never more right boxes than truths, and each of them overlaps one enough", () => {
  fc.assert(
    fc.property(anyFound, fc.array(anyBox, { maxLength: 6 }), (found, truths) => {
      const judged = judgeBoxes(found, truths, [], 0.5);
      const right = judged.filter(({ isRight }) => isRight);
      expect(right.length).toBeLessThanOrEqual(truths.length);
      expect(judged).toHaveLength(found.length);
      const possible = found.filter(({ box }) => truths.some((t) => boxOverlap(box, t) >= 0.5));
      expect(right.length).toBeLessThanOrEqual(possible.length);
      expect(right.length).toBeGreaterThanOrEqual(Math.min(1, possible.length));
    }),
  );
});

test("a stricter overlap never finds more", () => {
  fc.assert(
    fc.property(anyFound, anyBox, (found, truth) => {
      const count = (overlapMin: number) =>
        judgeBoxes(found, [truth], [], overlapMin).filter(({ isRight }) => isRight).length;
      expect(count(0.75)).toBeLessThanOrEqual(count(0.5));
    }),
  );
});
