/**
 * When is a thing gone that somebody was told of? Few sightings say little about how often its
 * detector misses it, so chance must be believed for longer than their plain mean says.
 */
import { describe, expect, test } from "vitest";
import { drawsOf } from "../domain/draws.ts";
import type { Look } from "../domain/look.ts";
import { carAt, lookAt, type Seen } from "../testing/street.ts";
import type { Presence } from "./presence.ts";
import { type PresenceSettings, stepPresences } from "./step-presences.ts";

const everySeconds = 60;
const settings: PresenceSettings = {
  everyMs: everySeconds * 1_000,
  isTracked: (thing) => thing === "motor-vehicle",
  scoreMin: 0.2,
  clearAfterMs: () => 30_000,
  isPinned: () => true,
};
const parked: Seen = { box: carAt(0.4) };

/** How many looks must miss it after so many that saw it, and none that missed it. */
function missesUntilGone(sightings: number, more: Partial<PresenceSettings> = {}): number {
  let presences: readonly Presence[] = [];
  const step = (look: Look) => {
    ({ presences } = stepPresences(presences, look, { ...settings, ...more }));
  };
  for (let index = 0; index < sightings; index++) step(lookAt(index * everySeconds, [parked]));
  let misses = 0;
  while (presences.length > 0 && misses < 50) {
    step(lookAt((sightings + misses) * everySeconds, []));
    misses += 1;
  }
  return misses;
}

describe("looks that must miss it, by the looks that saw it", () => {
  const rows = [
    { sightings: 4, told: 6, untold: 4 },
    { sightings: 5, told: 6, untold: 4 },
    { sightings: 10, told: 5, untold: 4 },
    { sightings: 100, told: 4, untold: 3 },
  ];
  for (const { sightings, told, untold } of rows) {
    test(`${sightings}: ${told} when it was told of, ${untold} when not`, () => {
      expect(missesUntilGone(sightings)).toBe(told);
      expect(missesUntilGone(sightings, { isPinned: () => false })).toBe(untold);
    });
  }
});

test("of a thousand told cars that every tenth look misses, three at most are gone within sixty", () => {
  let endedCount = 0;
  for (let seed = 1; seed <= 1_000; seed++) {
    const draws = drawsOf(seed);
    let presences: readonly Presence[] = [];
    for (let index = 0; index < 64; index++) {
      const isSeen = index < 4 || draws() >= 0.1;
      const step = stepPresences(
        presences,
        lookAt(index * everySeconds, isSeen ? [parked] : []),
        settings,
      );
      presences = step.presences;
      endedCount += step.ended.length;
    }
  }
  expect(endedCount).toBeLessThanOrEqual(3);
});
