/** What a thing's hours of the day say of looks that missed it. */
import { expect, test } from "vitest";
import {
  type HoursSeen,
  isSeenByHours,
  missSurpriseByHour,
  withMiss,
  withSighting,
} from "./hours-seen.ts";

const hourMs = 3_600_000;
const at = (day: number, hour: number, minute = 0): number =>
  (day * 24 + hour) * hourMs + minute * 60_000;

/** Seen for so many looks a day in these hours, missed in those, for some days. */
function learnt(days: number, seenIn: readonly number[], missedIn: readonly number[]): HoursSeen {
  let hours: HoursSeen = {};
  for (let day = 0; day < days; day += 1) {
    for (let hour = 0; hour < 24; hour += 1) {
      for (const minute of [0, 30]) {
        const misses = withMiss(undefined, at(day, hour, minute));
        if (seenIn.includes(hour)) hours = withSighting(hours, {}, at(day, hour, minute));
        else if (missedIn.includes(hour))
          hours = withSighting(hours, misses, at(day, seenIn[0] ?? 0));
      }
    }
  }
  return hours;
}

function surpriseAt(hours: HoursSeen, missedAt: readonly number[]): number {
  let misses = {};
  for (const atMs of missedAt) misses = withMiss(misses, atMs);
  return missSurpriseByHour(hours, misses);
}

const noon = [at(9, 12), at(9, 12, 10), at(9, 12, 20), at(9, 12, 30)];
const morning = [at(9, 8), at(9, 8, 10), at(9, 8, 20), at(9, 8, 30)];

test.each([
  { name: "an hour in which it never was seen", hours: learnt(5, [8, 16], []), missed: noon },
  { name: "an hour that missed it day by day", hours: learnt(5, [8, 16], [12]), missed: noon },
])("$name says nothing", ({ hours, missed }) => {
  expect(surpriseAt(hours, missed)).toBe(1);
});

test("an hour in which it always was seen says that it is gone", () => {
  expect(surpriseAt(learnt(5, [8, 16], [12]), morning)).toBeLessThan(0.001);
});

test("one sighting in an hour that always missed it hardly says more", () => {
  const hours = withSighting(learnt(5, [8, 16], [12]), {}, at(9, 12));
  expect(surpriseAt(hours, noon)).toBeGreaterThan(0.1);
});

test("its day is known from three hours on", () => {
  expect(isSeenByHours(learnt(5, [8, 16], [12]))).toBe(false);
  expect(isSeenByHours(learnt(1, [8, 9, 16], []))).toBe(true);
});
