/**
 * People near a spot, look by look: who lingers and who passes. A letter is where somebody stands;
 * a row is what each look sees.
 */
import { describe, expect, test } from "vitest";
import { drawsOf } from "../domain/draws.ts";
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import { poorBox } from "../testing/poor-detector.ts";
import { standingAt } from "../testing/street.ts";
import { followPeople, lingers } from "./people-near.ts";
import type { PersonNear } from "./vending-memory.ts";

const [width, height] = [0.03, 0.12];
/** `a` to `z`, each a person's width from the next. */
const personAt = (letter: string): NormBox =>
  standingAt(0.1 + (letter.charCodeAt(0) - 97) * width, width, height);

function follow(
  looks: readonly (readonly NormBox[])[],
  isNear: (box: NormBox) => boolean = () => true,
): readonly PersonNear[] {
  return looks.reduce<readonly PersonNear[]>(
    (known, boxes) => followPeople(known, boxes, isNear),
    [],
  );
}

const rows: readonly {
  readonly name: string;
  readonly looks: readonly string[];
  readonly lingering: number;
  readonly passing: number;
}[] = [
  { name: "nobody", looks: ["", ""], lingering: 0, passing: 0 },
  { name: "somebody seen once may pass", looks: ["a"], lingering: 0, passing: 1 },
  { name: "who is there again lingers", looks: ["a", "a"], lingering: 1, passing: 0 },
  { name: "also with misses between", looks: ["a", "", "", "", "a"], lingering: 1, passing: 0 },
  { name: "for as long as these may be", looks: ["a", "a", "", "", ""], lingering: 1, passing: 0 },
  { name: "and no longer", looks: ["a", "a", "", "", "", ""], lingering: 0, passing: 0 },
  {
    name: "too late he is somebody new",
    looks: ["a", "", "", "", "", "a"],
    lingering: 0,
    passing: 1,
  },
  { name: "who walks on passes", looks: ["a", "c", "e", "g"], lingering: 0, passing: 4 },
  { name: "two stay beside each other", looks: ["ab", "ba", "ab"], lingering: 2, passing: 0 },
  { name: "one stays while others walk by", looks: ["ac", "ad", "ae"], lingering: 1, passing: 3 },
];

describe("who lingers", () => {
  for (const { name, looks, lingering, passing } of rows) {
    test(name, () => {
      const people = follow(looks.map((letters) => Array.from(letters, personAt)));
      const stay = people.filter(lingers).length;
      expect([stay, people.length - stay]).toEqual([lingering, passing]);
    });
  }

  test("poor boxes of one who stays do, in 18 of 20 draws", () => {
    const stay = Array.from({ length: 20 }, (_, index) => index + 1).filter((seed) => {
      const random = drawsOf(seed);
      const looks = Array.from({ length: 8 }, () =>
        random() < 0.3 ? [] : [poorBox(personAt("a"), 0.2, random)],
      );
      return follow(looks).some(lingers);
    });
    expect(stay.length).toBeGreaterThanOrEqual(18);
  });
});

describe("where they are", () => {
  const [near, far] = [personAt("b"), personAt("h")];
  const isNear = (box: NormBox): boolean => box.xMax < 0.2;

  test("who is far is not begun with", () => {
    expect(follow([[near, far]], isNear)).toHaveLength(1);
  });

  test("who was near stays followed when a box puts his feet a little outside", () => {
    const atBorder = { ...near, xMin: near.xMin + 0.01, xMax: near.xMax + 0.01 };
    const people = follow([[near], [near], [atBorder]], (box) => box.xMax <= near.xMax);
    expect(people.map(({ seenCount, missCount }) => [seenCount, missCount])).toEqual([[3, 0]]);
  });

  test("his place is the mean of the last boxes: one that is off does not lose him", () => {
    const off = { ...near, xMin: near.xMin + 0.012, xMax: near.xMax + 0.012 };
    const [person] = follow([[near], [near], [near], [off]]);
    expect(boxOverlap(person?.box ?? far, near)).toBeGreaterThan(boxOverlap(off, near));
  });

  test("in a crowd those seen last stay, and no more than sixteen", () => {
    const crowd = (from: number): readonly NormBox[] =>
      Array.from({ length: 12 }, (_, index) => standingAt((from + index) * width, width, height));
    const people = follow([crowd(0), crowd(12)]);
    expect(people).toHaveLength(16);
    expect(people.filter(({ missCount }) => missCount === 0)).toHaveLength(12);
  });
});
