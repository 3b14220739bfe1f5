/**
 * The state of a camera is bounded, whatever its looks see.
 *
 * Crowds of boxes drawn at random, more than a street can hold, and boxes that come and go for
 * weeks: presences, cases, the review list and the stored text stay within their limits.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type LawStreet, lawStreets, rulesOfStreet } from "../test-fixtures/law-streets.ts";
import { serialiseCameraState } from "./camera-state.ts";
import { reviewEntriesMax } from "./stages/review.ts";
import { carAt, lookAt, rulesWith, runLooks } from "./testing/street.ts";

test("cars all over the picture", () => {
  const crowd = fc.array(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 85 }), fc.integer({ min: 15, max: 99 })), {
      maxLength: 100,
    }),
    { minLength: 2, maxLength: 12 },
  );
  fc.assert(
    fc.property(crowd, (looks) => {
      const { state } = runLooks(
        rulesWith({ warnAfterMs: 20_000, reportAfterMs: 60_000, recheckAfterMs: 60_000 }),
        looks.map((cars, index) =>
          lookAt(
            index * 2,
            cars.map(([x, y]) => ({ box: carAt(x / 100, y / 100) })),
          ),
        ),
      );
      expect(state.presences.length).toBeLessThanOrEqual(128);
      expect(state.cases.length).toBeLessThanOrEqual(128);
    }),
    { numRuns: 20 },
  );
});

test("boxes of signs that come and go for weeks", () => {
  const street = signsThatNeverSettle();
  const random = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), {
    numRuns: 12_000,
    seed: 1,
  });
  const looks = Array.from({ length: 1_000 }, (_, index) =>
    lookAt(
      (index * street.periodMs) / 1_000,
      Array.from({ length: 6 }, (_box, sign) => {
        const xMin = 0.1 + (random[index * 12 + sign] ?? 0) * 0.7;
        const yMax = 0.55 + (random[index * 12 + 6 + sign] ?? 0) * 0.1;
        return { box: { xMin, yMin: 0.5, xMax: xMin + 0.05, yMax }, label: "signboard" } as const;
      }),
    ),
  );
  const { state } = runLooks(rulesOfStreet(street), looks);
  expect(state.presences.length).toBeLessThanOrEqual(128);
  expect(state.review?.entries.length ?? 0).toBeLessThanOrEqual(reviewEntriesMax);
  expect(serialiseCameraState(state).length).toBeLessThan(400_000);
});

function signsThatNeverSettle(): LawStreet {
  const street = lawStreets.find(({ kind }) => kind === "unlicensed-signage");
  if (street === undefined) throw new Error("there is no street of signs");
  const signs = { sightings: 1_000, days: 60, daylight: "always" } as const;
  return { ...street, rule: { ...street.rule, signs } };
}
