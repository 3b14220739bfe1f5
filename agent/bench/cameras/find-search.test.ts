import fc from "fast-check";
import { expect, test } from "vitest";
import { mostHeld, nextCameras, type SearchRange, type Trial } from "./find-search.ts";

const range: SearchRange = { min: 1, max: 256, first: 60, step: 4 };

const rows: readonly {
  readonly name: string;
  readonly trials: readonly (readonly [cameras: number, isHeld: boolean])[];
  readonly next: number | undefined;
  readonly held: number | undefined;
}[] = [
  { name: "the search begins where it is told to", trials: [], next: 60, held: undefined },
  { name: "what holds is followed by more", trials: [[60, true]], next: 78, held: 60 },
  { name: "what fails is followed by fewer", trials: [[60, false]], next: 46, held: undefined },
  {
    name: "between both it is halved",
    trials: [
      [60, true],
      [78, false],
    ],
    next: 69,
    held: 60,
  },
  {
    name: "it ends near one that failed",
    trials: [
      [60, true],
      [64, false],
    ],
    next: undefined,
    held: 60,
  },
  { name: "it ends at the most there are", trials: [[256, true]], next: undefined, held: 256 },
  { name: "it ends at the fewest", trials: [[1, false]], next: undefined, held: undefined },
  {
    name: "what held and then fails has failed",
    trials: [
      [60, true],
      [78, false],
      [69, true],
      [69, false],
    ],
    next: 65,
    held: 60,
  },
];
test.each(rows)("$name", ({ trials, next, held }) => {
  const asked = trials.map(([cameras, isHeld]): Trial => ({ cameras, isHeld }));
  expect(nextCameras(asked, range)).toBe(next);
  expect(mostHeld(asked)).toBe(held);
});

test("a machine's limit is found to the step, in few trials", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 1, max: 256 }),
      (limit, first) => {
        const trials: Trial[] = [];
        while (trials.length < 50) {
          const cameras = nextCameras(trials, { ...range, first });
          if (cameras === undefined) break;
          trials.push({ cameras, isHeld: cameras <= limit });
        }
        expect(trials.length).toBeLessThan(35);
        const found = mostHeld(trials) ?? 0;
        expect(found).toBeLessThanOrEqual(limit);
        expect(Math.min(limit, range.max) - found).toBeLessThanOrEqual(range.step);
      },
    ),
  );
});
