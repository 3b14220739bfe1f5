/**
 * Single steps of presences: what is remembered of a thing between two looks.
 */
import { describe, expect, test } from "vitest";
import { noDetections } from "../domain/detections.ts";
import type { Look } from "../domain/look.ts";
import { carAt, lookAt, type Seen } from "../testing/street.ts";
import { type Presence, presenceLimits } from "./presence.ts";
import { type PresenceSettings, stepPresences } from "./step-presences.ts";

const settings: PresenceSettings = {
  everyMs: 2_000,
  isTracked: (thing) => thing === "motor-vehicle",
  scoreMin: 0.2,
  clearAfterMs: () => 10_000,
  isPinned: () => false,
};
const parked: Seen = { box: carAt(0.4) };

function presencesAfter(
  looks: readonly Look[],
  more: Partial<PresenceSettings> = {},
): readonly Presence[] {
  let presences: readonly Presence[] = [];
  for (const look of looks) {
    ({ presences } = stepPresences(presences, look, { ...settings, ...more }));
  }
  return presences;
}
const every2 = (seen: readonly (readonly Seen[])[]): readonly Look[] =>
  seen.map((each, index) => lookAt(index * 2, each));

describe("three answers", () => {
  const seen = every2([[parked], [parked], [parked]]);
  const bus: Seen = { box: { xMin: 0.35, yMin: 0.4, xMax: 0.62, yMax: 0.9 }, label: "bus" };
  const rows = [
    { name: "seen there", look: lookAt(6, [parked]), misses: 0, covered: 0, observedMs: 6_000 },
    { name: "seen not there", look: lookAt(6, []), misses: 1, covered: 0, observedMs: 4_000 },
    { name: "hidden by a bus", look: lookAt(6, [bus]), misses: 0, covered: 1, observedMs: 4_000 },
    {
      name: "outside the picture",
      look: lookAt(6, [], { crop: { xMin: 0.8, yMin: 0, xMax: 1, yMax: 1 } }),
      misses: 0,
      covered: 0,
      observedMs: 4_000,
    },
    {
      name: "of a box with too low a score",
      look: lookAt(6, [{ ...parked, score: 0.1 }]),
      misses: 1,
      covered: 0,
      observedMs: 4_000,
    },
  ];
  for (const { name, look, misses, covered, observedMs } of rows) {
    test(name, () => {
      const car = presencesAfter([...seen, look]).find(({ place }) => place.xMax < 0.55);
      expect(car?.gap.missCount).toBe(misses);
      expect(car?.gap.coveredCount).toBe(covered);
      expect(car?.observedMs).toBe(observedMs);
    });
  }

  test("a look without detections is a look", () => {
    const empty = { ...lookAt(6, []), detections: noDetections };
    expect(presencesAfter([...seen, empty])[0]?.gap.missCount).toBe(1);
  });
});

describe("a box across the place", () => {
  const place = carAt(0.4);
  /** Its left side off, now this way, now that. */
  const looksOff = (off: number): readonly Look[] =>
    every2(
      [0, 1, -1, 1, -1, 0].map((way) => [{ box: { ...place, xMin: place.xMin + way * off } }]),
    );
  /** Beside it by so much of its length. */
  const beside = (share: number): Look => lookAt(12, [{ box: carAt(0.4 + share * 0.12) }]);
  const rows = [
    { name: "is another thing", off: 0.002, look: beside(0.38), crossed: 1 },
    { name: "is a bad box of it where boxes are poor", off: 0.04, look: beside(0.38), crossed: 0 },
    { name: "is another thing there, too, further on", off: 0.04, look: beside(0.54), crossed: 1 },
  ];
  for (const { name, off, look, crossed } of rows) {
    test(name, () => {
      const [car] = presencesAfter([...looksOff(off), look]);
      expect([car?.gap.missCount, car?.gap.crossedCount]).toEqual([1, crossed]);
    });
  }
});

describe("the length of a step", () => {
  const rows = [
    { name: "30 s are observed", everyMs: 2_000, stepSeconds: 30, observedMs: 32_000 },
    { name: "a little more are not", everyMs: 2_000, stepSeconds: 30.001, observedMs: 2_000 },
    {
      name: "three periods of a slow view are",
      everyMs: 60_000,
      stepSeconds: 180,
      observedMs: 182_000,
    },
    { name: "more than three are not", everyMs: 60_000, stepSeconds: 181, observedMs: 2_000 },
  ];
  for (const { name, everyMs, stepSeconds, observedMs } of rows) {
    test(name, () => {
      const looks = [lookAt(0, [parked]), lookAt(2, [parked]), lookAt(2 + stepSeconds, [parked])];
      const [presence] = presencesAfter(looks, { everyMs });
      expect(presence?.observedMs).toBe(observedMs);
      expect((presence?.observedMs ?? 0) + (presence?.unobservedMs ?? 0)).toBe(
        2_000 + stepSeconds * 1_000,
      );
    });
  }
});

describe("what is kept", () => {
  const crowd = (count: number): readonly Seen[] =>
    Array.from({ length: count }, (_, index) => ({
      box: {
        xMin: (index % 20) / 20,
        yMin: Math.floor(index / 20) / 20,
        xMax: (index % 20) / 20 + 0.04,
        yMax: Math.floor(index / 20) / 20 + 0.04,
      },
    }));

  test("beyond the limit what stood least goes first", () => {
    const standing = [{ box: carAt(0.4, 0.98) }];
    const looks = [
      lookAt(0, standing),
      lookAt(2, standing),
      lookAt(4, [...crowd(160), ...standing]),
    ];
    const presences = presencesAfter(looks);
    expect(presences).toHaveLength(presenceLimits.presencesMax);
    expect(presences.some(({ observedMs }) => observedMs === 4_000)).toBe(true);
  });

  test("what was told of is never dropped", () => {
    const [told] = presencesAfter([lookAt(0, [{ box: carAt(0.4, 0.98) }])]);
    const isPinned = ({ id }: Presence): boolean => id === told?.id;
    const looks = [
      lookAt(0, [{ box: carAt(0.4, 0.98) }]),
      lookAt(2, crowd(160)),
      lookAt(4, crowd(160)),
    ];
    const presences = presencesAfter(looks, { isPinned });
    expect(presences).toHaveLength(presenceLimits.presencesMax);
    expect(presences.some(isPinned)).toBe(true);
  });

  test("the same looks give the same ids, other looks others", () => {
    const ids = (looks: readonly Look[]) => presencesAfter(looks).map(({ id }) => id);
    const looks = every2([[parked, { box: carAt(0.7) }], [parked]]);
    expect(ids(looks)).toEqual(ids(looks));
    expect(new Set([...ids(looks), ...ids([lookAt(1, [parked])])]).size).toBe(3);
  });

  test("things that nobody asks for leave nothing behind", () => {
    expect(presencesAfter(every2([[{ box: carAt(0.4), label: "person" }]]))).toEqual([]);
  });
});
