import { describe, expect, test } from "vitest";
import type { HolidayCalendar } from "../domain/rule.ts";
import { dayTypeOf } from "./calendar.ts";
import { dayNumberOf } from "./civil.ts";

const range = (prefix: string, from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${prefix}-${String(from + i).padStart(2, "0")}`);

/** The published days of 2026, and one December day that the notice of 2026 moved. */
const calendar: HolidayCalendar = {
  version: "test",
  years: [
    { year: 2025, holidays: range("2025-10", 1, 8), makeupWorkdays: ["2025-09-28", "2025-10-11"] },
    {
      year: 2026,
      holidays: [
        ...range("2026-01", 1, 3),
        ...range("2026-02", 15, 23),
        ...range("2026-04", 4, 6),
        ...range("2026-05", 1, 5),
        ...range("2026-06", 19, 21),
        ...range("2026-09", 25, 27),
        ...range("2026-10", 1, 7),
      ],
      makeupWorkdays: [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
        "2025-12-28",
      ],
    },
  ],
};

const rows = [
  { date: "2026-02-14", want: "workday", why: "a make-up Saturday" },
  { date: "2026-02-16", want: "holiday", why: "a holiday Monday" },
  { date: "2026-02-28", want: "workday", why: "a make-up Saturday" },
  { date: "2026-10-10", want: "workday", why: "a make-up Saturday" },
  { date: "2026-10-08", want: "workday", why: "the Thursday after the holiday" },
  { date: "2026-01-04", want: "workday", why: "a make-up Sunday" },
  { date: "2026-01-03", want: "holiday", why: "a holiday Saturday" },
  { date: "2026-03-07", want: "restday", why: "a plain Saturday" },
  { date: "2026-03-09", want: "workday", why: "a plain Monday" },
  { date: "2025-12-28", want: "workday", why: "a December day that next year's notice moved" },
  { date: "2027-01-01", want: "workday", why: "a Friday of a year without data", isMissing: true },
  {
    date: "2027-01-02",
    want: "restday",
    why: "a Saturday of a year without data",
    isMissing: true,
  },
] as const;

describe("day types", () => {
  for (const row of rows) {
    test(`${row.date} is a ${row.want}: ${row.why}`, () => {
      const [year = 0, month = 0, day = 0] = row.date.split("-").map(Number);
      const { type, isKnown } = dayTypeOf(dayNumberOf({ year, month, day }), calendar);
      expect(type).toBe(row.want);
      expect(isKnown).toBe(!("isMissing" in row));
    });
  }
});
