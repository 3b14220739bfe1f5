import fc from "fast-check";
import { expect, test } from "vitest";
import { medianOf, spreadOf } from "./spread.ts";

const rows = [
  { name: "one value is all of it", values: [3], want: [3, 3, 3, 3, 3] },
  { name: "the middle of an odd number", values: [9, 1, 5], want: [1, 3, 5, 7, 9] },
  { name: "between the two middle ones", values: [4, 1, 3, 2], want: [1, 1.75, 2.5, 3.25, 4] },
  {
    name: "one turn that was disturbed",
    values: [10, 10, 10, 10, 10, 10, 500],
    want: [10, 10, 10, 10, 500],
  },
];
test.each(rows)("$name", ({ values, want }) => {
  const { median, quartiles, min, max } = spreadOf(values, 3);
  expect([min, quartiles[0], median, quartiles[1], max]).toEqual(want);
  expect(medianOf(values)).toBe(want[2]);
});

test("figures are rounded", () => {
  expect(spreadOf([1 / 3], 2).median).toBe(0.33);
});

test("nothing measured has no middle", () => {
  expect(() => spreadOf([], 1)).toThrow(/nothing was measured/);
});

test("quartiles lie between lowest and highest, in their order, whatever the order of turns", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1 }), (values) => {
      const { median, quartiles, min, max } = spreadOf(values, 3);
      const line = [min, quartiles[0], median, quartiles[1], max];
      expect(line).toEqual(line.toSorted((a, b) => a - b));
      expect(spreadOf(values.toReversed(), 3).median).toBe(median);
    }),
  );
});
