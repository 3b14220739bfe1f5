import { expect, test } from "vitest";
import { drawnPictures, intervalOf, medianOf } from "./resampling.ts";

const options = { pictureCount: 100, drawCount: 1000, seed: 7 };

/** In each draw, the share of the first 30 pictures among those drawn. */
const sharesOfFirst = (changes: Partial<typeof options> = {}) => [
  ...drawnShares({ ...options, ...changes }),
];

function* drawnShares(all: typeof options): Generator<number> {
  for (const times of drawnPictures(all)) {
    yield times.subarray(0, 30).reduce((sum, count) => sum + count, 0) / 100;
  }
}

test("the interval of a share is the textbook's", () => {
  // 0.3 ± 1.96 × √(0.3 × 0.7 / 100)
  const interval = intervalOf(sharesOfFirst());
  expect(interval?.low).toBeCloseTo(0.21, 1);
  expect(interval?.high).toBeCloseTo(0.39, 1);
  expect(interval?.low).toBeLessThan(0.24);
  expect(interval?.high).toBeGreaterThan(0.36);
  expect(medianOf(sharesOfFirst())).toBeCloseTo(0.3, 1);
});

test("each draw takes as many pictures as there are", () => {
  for (const times of drawnPictures({ ...options, drawCount: 50 })) {
    expect(times.reduce((sum, count) => sum + count, 0)).toBe(100);
  }
});

test("the same seed draws the same pictures, another seed others", () => {
  const run = (seed: number) => sharesOfFirst({ drawCount: 20, seed });
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
});

test("without values there is neither interval nor median", () => {
  expect(intervalOf([])).toBeUndefined();
  expect(medianOf([])).toBeUndefined();
  expect(intervalOf([0.5])).toEqual({ low: 0.5, high: 0.5 });
  expect(medianOf([3, 1, Number.POSITIVE_INFINITY])).toBe(3);
});
