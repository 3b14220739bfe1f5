import fc from "fast-check";
import { expect, test } from "vitest";
import { civilDateOf, dayNumberOf, isoDateOf, weekdayOf } from "./civil.ts";

const rows = [
  { date: "1970-01-01", dayNumber: 0, weekday: "thu" },
  { date: "2000-02-29", dayNumber: 11_016, weekday: "tue" },
  { date: "2026-02-14", dayNumber: 20_498, weekday: "sat" },
  { date: "2100-03-01", dayNumber: 47_541, weekday: "mon" },
] as const;
for (const { date, dayNumber, weekday } of rows) {
  test(`${date} is day ${dayNumber}, a ${weekday}`, () => {
    expect(isoDateOf(dayNumber)).toBe(date);
    expect(weekdayOf(dayNumber)).toBe(weekday);
  });
}

test("every day number comes back from its date, as the runtime's calendar has it", () => {
  fc.assert(
    fc.property(fc.integer({ min: -30_000, max: 60_000 }), (dayNumber) => {
      expect(dayNumberOf(civilDateOf(dayNumber))).toBe(dayNumber);
      expect(isoDateOf(dayNumber)).toBe(
        new Date(dayNumber * 86_400_000).toISOString().slice(0, 10),
      );
    }),
  );
});
