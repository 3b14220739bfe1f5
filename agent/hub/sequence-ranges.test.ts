import fc from "fast-check";
import { expect, test } from "vitest";
import { type SequenceRange, SequenceRanges } from "./sequence-ranges.ts";

const range = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 }))
  .map(([first, length]) => ({ first, last: first + length }));
const ranges = fc.array(range, { maxLength: 20 });

/** The obvious set that the ranges stand for. */
function numbers(list: readonly SequenceRange[]): number[] {
  const all = list.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  );
  return [...new Set(all)].toSorted((a, b) => a - b);
}

test("ranges hold what was added, rise, and do not touch", () => {
  fc.assert(
    fc.property(ranges, (added) => {
      const made = SequenceRanges.of(added);
      expect(numbers(made.ranges)).toEqual(numbers(added));
      expect(made.count).toBe(numbers(added).length);
      made.ranges.forEach(({ first, last }, index) => {
        expect(last).toBeGreaterThanOrEqual(first);
        expect(first).toBeGreaterThan((made.ranges[index - 1]?.last ?? -1) + 1);
      });
    }),
  );
});

test("union, below and from are those of sets", () => {
  fc.assert(
    fc.property(ranges, ranges, fc.integer({ min: 0, max: 70 }), (one, other, at) => {
      const set = SequenceRanges.of(one);
      expect(numbers(set.union(SequenceRanges.of(other)).ranges)).toEqual(
        numbers([...one, ...other]),
      );
      expect(numbers(set.below(at).ranges)).toEqual(numbers(one).filter((n) => n < at));
      expect(numbers(set.from(at).ranges)).toEqual(numbers(one).filter((n) => n >= at));
    }),
  );
});

test("a long run without gaps is one range, and so is a declared one of any length", () => {
  const set = new SequenceRanges();
  for (let sequence = 7; sequence < 5_000; sequence++) set.add({ first: sequence, last: sequence });
  set.add({ first: 5_000, last: Number.MAX_SAFE_INTEGER });
  expect(set.ranges).toEqual([{ first: 7, last: Number.MAX_SAFE_INTEGER }]);
});
