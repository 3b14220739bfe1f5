import { expect, test } from "vitest";
import { resampledInterval } from "./resampling.ts";

const options = { pictureCount: 100, drawCount: 1000, seed: 7 };
/** The share of the first 30 pictures among those drawn. */
const shareOfFirst = (times: Uint32Array) =>
  times.subarray(0, 30).reduce((sum, count) => sum + count, 0) / 100;

test("the interval of a share is the textbook's", () => {
  // 0.3 ± 1.96 × √(0.3 × 0.7 / 100)
  const interval = resampledInterval(options, shareOfFirst);
  expect(interval?.low).toBeCloseTo(0.21, 1);
  expect(interval?.high).toBeCloseTo(0.39, 1);
  expect(interval?.low).toBeLessThan(0.24);
  expect(interval?.high).toBeGreaterThan(0.36);
});

test("each draw takes as many pictures as there are", () => {
  resampledInterval({ ...options, drawCount: 50 }, (times) => {
    expect(times.reduce((sum, count) => sum + count, 0)).toBe(100);
    return 0;
  });
});

test("the same seed gives the same interval, another seed another", () => {
  const run = (seed: number) =>
    resampledInterval({ ...options, drawCount: 20, seed }, shareOfFirst);
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
});

test("draws that cannot be measured are left out; without any there is no interval", () => {
  expect(resampledInterval(options, () => undefined)).toBeUndefined();
  let calls = 0;
  const interval = resampledInterval(options, () => (calls++ % 2 === 0 ? 0.5 : undefined));
  expect(interval).toEqual({ low: 0.5, high: 0.5 });
});
