import { expect, test } from "vitest";
import { slopeOf } from "./slope.ts";

const line = (perUnit: number, waver: (x: number) => number) =>
  Array.from({ length: 60 }, (_, x) => ({ x, y: 300 + perUnit * x + waver(x) }));

test("a straight line has its slope and no spread", () => {
  const { perUnit, spread } = slopeOf(line(0.5, () => 0));
  expect(perUnit).toBeCloseTo(0.5, 9);
  expect(spread).toBeCloseTo(0, 9);
});

test("what only goes up and down has no slope beyond its spread", () => {
  const { perUnit, spread } = slopeOf(line(0, (x) => 5 * Math.sin(x / 3)));
  expect(Math.abs(perUnit)).toBeLessThan(spread);
});

test("what grows under such waves is seen", () => {
  const { perUnit, spread } = slopeOf(line(1, (x) => 5 * Math.sin(x / 3)));
  expect(perUnit).toBeGreaterThan(spread);
});

test("two points are no measurement", () => {
  expect(() =>
    slopeOf([
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ]),
  ).toThrow("three points at least, got 2");
});
