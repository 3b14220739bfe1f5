/** Hours of warnings in one grid: which of them are a surge. Times are hours after a first one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { surgeAt, usualSurge } from "./surge.ts";

const hourMs = 3_600_000;
const at = (hours: number): number => Math.round(hours * hourMs);
/** `count` of them, a minute apart, the last one at `hours`. */
const burst = (hours: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => at(hours) - index * 60_000);
const every = (stepHours: number, untilHours: number): readonly number[] =>
  Array.from({ length: Math.floor(untilHours / stepHours) + 1 }, (_, i) => at(i * stepHours));

const rows = [
  {
    name: "five in an hour where one a day is usual",
    past: [...every(24, 96), ...burst(100, 5)],
    want: 5,
  },
  { name: "four are none", past: [...every(24, 96), ...burst(100, 4)], want: undefined },
  {
    name: "five where three an hour are usual are none",
    past: [...every(1 / 3, 99), ...burst(100, 5)],
    want: undefined,
  },
  { name: "nine there are one", past: [...every(1 / 3, 98), ...burst(100, 9)], want: 9 },
  { name: "on the first day nothing is unusual", past: burst(20, 12).concat(0), want: undefined },
  {
    name: "a surge that goes on is told once",
    past: [...every(24, 96), ...burst(99.7, 5), ...burst(100, 5)],
    want: undefined,
  },
  {
    name: "another one on the next day is told again",
    past: [...every(24, 96), ...burst(76, 5), ...burst(100, 5)],
    want: 5,
  },
] as const;

describe("surges", () => {
  for (const { name, past, want } of rows) {
    test(name, () => expect(surgeAt(past, Math.max(...past), usualSurge)?.count).toBe(want));
  }

  test("in whatever order they are known, and whatever comes later", () => {
    const times = fc.array(fc.integer({ min: 0, max: at(200) }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, fc.nat(59), (past, index) => {
        const atMs = past[index % past.length] ?? 0;
        const known = past.filter((each) => each <= atMs);
        const told = surgeAt(past, atMs, usualSurge);
        expect(surgeAt(known.toReversed(), atMs, usualSurge)).toEqual(told);
        expect(told?.count ?? Infinity).toBeGreaterThanOrEqual(usualSurge.countMin);
      }),
    );
  });
});
