import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import { carAt, lookAt } from "../testing/street.ts";
import { type Candidate, candidatesOf, isSameThing } from "./candidates.ts";
import { matchByPlace, overlapMinOf } from "./match.ts";
import type { Presence } from "./presence.ts";
import { meet } from "./sighting.ts";

const candidate = (box: NormBox, label: Candidate["label"] = "car"): Candidate => {
  const [first] = candidatesOf(lookAt(0, [{ box, label }]).detections, 0);
  if (first === undefined) throw new Error("one box, one candidate");
  return first;
};
const presence = (box: NormBox, spread = 0.05): Presence => ({
  ...meet(candidate(box), lookAt(0, [])),
  spread,
});
const matchOf = (presences: readonly Presence[], candidates: readonly Candidate[]) =>
  matchByPlace(presences, candidates, candidates).flatMap((match, index) =>
    match === undefined ? [] : [[index, candidates.indexOf(match.candidate)]],
  );

describe("matching by place", () => {
  test("each box goes to the presence whose place it is", () => {
    const presences = [presence(carAt(0.2)), presence(carAt(0.4))];
    const boxes = [candidate(carAt(0.41)), candidate(carAt(0.19))];
    expect(matchOf(presences, boxes).toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test("one box is never two presences, the better overlap wins", () => {
    const presences = [presence(carAt(0.4)), presence(carAt(0.42))];
    expect(matchOf(presences, [candidate(carAt(0.418))])).toEqual([[1, 0]]);
  });

  test("ties fall to the older presence", () => {
    const presences = [presence(carAt(0.4)), presence(carAt(0.4))];
    expect(matchOf(presences, [candidate(carAt(0.4))])).toEqual([[0, 0]]);
  });

  test("a person in a car's place is not the car, a truck is", () => {
    const presences = [presence(carAt(0.4))];
    expect(matchOf(presences, [candidate(carAt(0.4), "person")])).toEqual([]);
    expect(matchOf(presences, [candidate(carAt(0.4), "truck")])).toEqual([[0, 0]]);
  });

  test("a steady thing is asked for more overlap than one whose box jitters", () => {
    const shifted = candidate(carAt(0.4 + 0.12 * 0.28));
    expect(matchOf([presence(carAt(0.4), 0.02)], [shifted])).toEqual([]);
    expect(matchOf([presence(carAt(0.4), 0.18)], [shifted])).toEqual([[0, 0]]);
    expect(overlapMinOf(presence(carAt(0.4), 0.02))).toBe(0.6);
    expect(overlapMinOf(presence(carAt(0.4), 0.9))).toBe(0.5);
  });
});

test("the best pair comes first, whoever wanted the same goes without", () => {
  const spot = fc.integer({ min: 0, max: 40 }).map((x) => carAt(x / 100));
  const anyKnown = fc.record({ box: spot, seenCount: fc.constantFrom(1, 9) });
  fc.assert(
    fc.property(
      fc.array(anyKnown, { maxLength: 6 }),
      fc.array(spot, { maxLength: 6 }),
      (known, boxes) => {
        const presences = known.map(({ box, seenCount }) => ({ ...presence(box), seenCount }));
        const best: number[][] = [];
        const pairs = presences
          .flatMap(({ place, seenCount }, index) =>
            boxes.map((box, order) => ({
              index,
              order,
              overlap: boxOverlap(place, candidate(box).box),
              isSettled: Number(seenCount > 1),
            })),
          )
          .filter(({ overlap }) => overlap >= 0.6)
          .toSorted((a, b) => b.isSettled - a.isSettled || b.overlap - a.overlap);
        for (const { index, order } of pairs) {
          if (best.some(([a, b]) => a === index || b === order)) continue;
          best.push([index, order]);
        }
        const candidates = boxes.map((box) => candidate(box));
        expect(matchOf(presences, candidates)).toEqual(best.toSorted(byFirst));
      },
    ),
  );
});

function byFirst([a = 0]: readonly number[], [b = 0]: readonly number[]): number {
  return a - b;
}

test("a part counts as the same thing only when it is large and inside", () => {
  const whole: NormBox = { xMin: 0.2, yMin: 0.2, xMax: 0.6, yMax: 0.6 };
  expect(isSameThing(whole, { xMin: 0.2, yMin: 0.25, xMax: 0.45, yMax: 0.6 })).toBe(true);
  expect(isSameThing(whole, { xMin: 0.2, yMin: 0.4, xMax: 0.35, yMax: 0.6 }), "small").toBe(false);
  expect(isSameThing(whole, { xMin: 0.5, yMin: 0.2, xMax: 0.8, yMax: 0.6 }), "beside").toBe(false);
});

test("the matching is one-to-one and never below the overlap asked for", () => {
  const spot = fc.integer({ min: 0, max: 85 }).map((x) => carAt(x / 100));
  fc.assert(
    fc.property(
      fc.array(spot, { maxLength: 8 }),
      fc.array(spot, { maxLength: 8 }),
      (places, boxes) => {
        const presences = places.map((box) => presence(box));
        const candidates = boxes.map((box) => candidate(box));
        const matches = matchOf(presences, candidates);
        expect(new Set(matches.map(([, box]) => box)).size).toBe(matches.length);
        for (const [place = 0, box = 0] of matches) {
          const [a, b] = [places[place], boxes[box]];
          if (a === undefined || b === undefined) throw new Error("a match of nothing");
          expect(boxOverlap(a, b)).toBeGreaterThanOrEqual(0.6 - 1e-6);
        }
      },
    ),
  );
});
