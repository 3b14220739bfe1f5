/**
 * Goal: the judge forgives what chance made look like another car, and nothing else. Method: looks
 * written by hand, each row a place seen (its number) or not.
 */
import { expect, test } from "vitest";
import { chanceSplits, isByChance } from "./chance.ts";
import type { CameraPlan, Stay } from "./plan.ts";

const camera: CameraPlan = {
  id: "c0",
  everyMs: 10_000,
  isAllowed: false,
  gaps: [],
  clockSteps: [],
  missRatio: 0.1,
};
const stay: Stay = {
  camera: "c0",
  place: 2,
  box: { xMin: 0.42, yMin: 0.5, xMax: 0.54, yMax: 0.6 },
  fromMs: 0,
  untilMs: 1_000_000,
};
/** Seen again in the last look of the row. */
const rows = [
  {
    name: "three misses of one in ten are told again by a fault",
    looks: ["2", "", "", "", "2"],
    missRatio: 0.1,
    want: false,
  },
  {
    name: "four are rarer than the rules promise to believe",
    looks: ["2", "", "", "", "", "2"],
    missRatio: 0.1,
    want: true,
  },
  {
    name: "a detector that misses nothing has no chance",
    looks: ["2", "", "", "", "", "2"],
    missRatio: 0,
    want: false,
  },
  {
    name: "one miss, and two that left with it",
    looks: ["0 2 4", "", "2"],
    missRatio: 0.1,
    want: true,
  },
  {
    name: "one miss, and one that left with it",
    looks: ["0 2 4", "0", "0 2"],
    missRatio: 0.1,
    want: false,
  },
  {
    name: "one miss, and two that are back in the next look",
    looks: ["0 2 4", "", "0 2 4"],
    missRatio: 0.1,
    want: false,
  },
  {
    name: "two misses, and two others that left a look apart",
    looks: ["0 2 4", "2 4", "", "0", "0 2 4"],
    missRatio: 0.1,
    want: true,
  },
  { name: "no miss", looks: ["0 2 4", "2", "2"], missRatio: 0.1, want: false },
  {
    name: "misses that were over long before",
    looks: ["2", "", "", "", "", "2", "2", "2", "2", "2"],
    missRatio: 0.1,
    want: false,
  },
];
for (const { name, looks, missRatio, want } of rows) {
  test(name, () => {
    const seen = looks.map((text, index) => ({
      atMs: index * 10_000,
      places: text === "" ? [] : text.split(" ").map(Number),
    }));
    const againMs = (looks.length - 1) * 10_000;
    expect(isByChance({ ...camera, missRatio }, seen, stay, againMs)).toBe(want);
  });
}

/** What `none is forgotten` may leave out: only the gap in which the car looked like another one. */
test("a split is from the last sight to the next, and no other gap is one", () => {
  const looks = ["2 4", "", "2 4", "2", "", "", "", "", "2", "2 4"];
  const seen = looks.map((text, index) => ({
    atMs: index * 10_000,
    places: text === "" ? [] : text.split(" ").map(Number),
  }));
  expect(chanceSplits(camera, seen, stay)).toEqual([{ fromMs: 30_000, untilMs: 80_000 }]);
  expect(chanceSplits({ ...camera, missRatio: 0 }, seen, stay)).toEqual([]);
  expect(chanceSplits(camera, seen, { ...stay, untilMs: 70_000 })).toEqual([]);
});
