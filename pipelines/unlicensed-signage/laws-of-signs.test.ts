/**
 * What holds for signs whatever hangs on a façade and whoever looks: no sign before its sightings,
 * restarts change nothing, a permit is never reported, memory is bounded.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCameraState, stepCamera } from "../camera.ts";
import { parseCameraState, serialiseCameraState } from "../camera-state.ts";
import { resumeCamera } from "../resume.ts";
import { reviewEntriesMax } from "../stages/review.ts";
import {
  dayMs,
  hangs,
  hex,
  hourMs,
  lookOf,
  midnightMs,
  permit,
  red,
  type Street,
  sign,
  signRules,
  storyOf,
  watch,
} from "../testing/signs.ts";

const gap = fc.record({
  startHour: fc.integer({ min: 0, max: 95 }),
  hours: fc.integer({ min: 1, max: 30 }),
});

describe("laws of signs", () => {
  test("nothing is told before its sightings and days were really seen, whatever nobody saw", () => {
    fc.assert(
      fc.property(
        fc.array(gap, { maxLength: 5 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        (gaps, sightings, days) => {
          const rules = signRules({ signs: { sightings, days, daylight: "always" } });
          const isSeen = (hour: number) =>
            !gaps.some(({ startHour, hours }) => hour >= startHour && hour < startHour + hours);
          let state = createCameraState(rules);
          const seenDays = new Set<number>();
          let seenCount = 0;
          for (let hour = 0; hour < 96; hour += 0.5) {
            if (!isSeen(hour)) continue;
            seenCount += 1;
            seenDays.add(Math.floor(hour / 24));
            const step = stepCamera(rules, state, lookOf(hour, [{ box: sign }]));
            state = step.state;
            if (step.changes.length === 0) continue;
            expect(seenCount).toBeGreaterThan(sightings);
            expect(seenDays.size).toBeGreaterThanOrEqual(days);
            return;
          }
          // The first look only makes it known; each after it is a sighting.
          expect(seenCount > sightings && seenDays.size >= days).toBe(false);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("restarts at any time change nothing", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 95 }), { maxLength: 8 }), (hours) => {
        const rules = signRules({}, [permit({ to: "2026-07-02", appearance: hex(red) })]);
        const street: Street = () => [{ box: sign, appearance: red }];
        const restarted = watch(rules, street, {
          between: (state, hour) =>
            hours.includes(hour)
              ? resumeCamera(parseCameraState(serialiseCameraState(state), rules.cameraId).state)
              : state,
        });
        expect(storyOf(restarted.changes)).toBe(storyOf(watch(rules, street).changes));
      }),
      { numRuns: 5 },
    );
  });

  test("a permitted sign is never told of, and one more permit tells nothing more", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        (fromDay, length) => {
          const date = (day: number) =>
            new Date(midnightMs + 8 * hourMs + day * dayMs).toISOString().slice(0, 10);
          const covers = permit({ from: date(fromDay), to: date(fromDay + length) });
          const { changes } = watch(signRules({}, [covers]), hangs, { days: 6 });
          for (const { stage, atMs } of changes) {
            const day = Math.floor((atMs - midnightMs) / dayMs);
            const isCovered = day >= fromDay && day <= fromDay + length;
            expect(isCovered).toBe(stage === "withdrawn");
          }
          const more = watch(signRules({}, [covers, permit()]), hangs, { days: 3 });
          expect(more.changes).toEqual([]);
        },
      ),
      { numRuns: 12 },
    );
  });

  test("what is remembered is bounded, however many boxes come and go", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return seed / 2 ** 32;
    };
    const noise: Street = () =>
      Array.from({ length: 6 }, () => {
        const xMin = 0.1 + random() * 0.7;
        return { box: { xMin, yMin: 0.5, xMax: xMin + 0.05, yMax: 0.55 + random() * 0.1 } };
      });
    const { state } = watch(
      signRules({ signs: { sightings: 1_000, days: 60, daylight: "always" } }),
      noise,
      { days: 20 },
    );
    expect(state.presences.length).toBeLessThanOrEqual(128);
    expect(state.review?.entries.length ?? 0).toBeLessThanOrEqual(reviewEntriesMax);
    expect(serialiseCameraState(state).length).toBeLessThan(400_000);
  });
});
