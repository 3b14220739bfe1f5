/**
 * The dates and hours that the city and the State Council published, one row each, with the
 * calendar that ships: when stalls are allowed, and which days are working days.
 */
import { describe, expect, test } from "vitest";
import calendar from "../../config/calendars/cn.json" with { type: "json" };
import { lookAt, morningMs, ruleOf, rulesOf, runLooks, zoneOf } from "../testing/street.ts";
import { dayTypeOf } from "./calendar.ts";
import { dayNumberOf } from "./civil.ts";
import { isAllowedAt } from "./windows.ts";

const dayMs = 86_400_000;
const zone = "Asia/Shanghai";

describe("stall hours 06:00-09:00 and 18:00-22:00, half-open", () => {
  const stalls = [
    { startMinute: 360, endMinute: 540 },
    { startMinute: 1_080, endMinute: 1_320 },
  ];
  const withGrace = stalls.map((window) => ({ ...window, graceMinutes: 15 }));
  const rows = [
    { time: "05:59:59", allowed: false, packing: false },
    { time: "06:00:00", allowed: true, packing: true },
    { time: "08:59:59", allowed: true, packing: true },
    { time: "09:00:00", allowed: false, packing: true },
    { time: "09:14:59", allowed: false, packing: true },
    { time: "09:15:00", allowed: false, packing: false },
    { time: "17:59:59", allowed: false, packing: false },
    { time: "18:00:00", allowed: true, packing: true },
    { time: "21:59:59", allowed: true, packing: true },
    { time: "22:00:00", allowed: false, packing: true },
    { time: "22:14:59", allowed: false, packing: true },
    { time: "22:15:00", allowed: false, packing: false },
  ];
  for (const { time, allowed, packing } of rows) {
    const atMs = Date.parse(`2026-07-01T${time}+08:00`);
    test(`${time} ${allowed ? "yes" : "no"}, with time to pack up ${packing ? "yes" : "no"}`, () => {
      expect(isAllowedAt(stalls, atMs, zone, calendar).allowed).toBe(allowed);
      expect(isAllowedAt(withGrace, atMs, zone, calendar).allowed).toBe(packing);
    });
    test(`a stall that stands there at ${time} is ${packing ? "allowed" : "a clue"}`, () => {
      const rule = ruleOf({ kind: "street-vending", warnAfterMs: 0, allowed: withGrace });
      const seconds = (atMs - morningMs) / 1_000;
      const box = { xMin: 0.4, yMin: 0.46, xMax: 0.52, yMax: 0.6 };
      const stall = [{ box, label: "stall" } as const];
      const looks = [lookAt(seconds - 0.2, stall), lookAt(seconds, stall)];
      const { counts } = runLooks(rulesOf({ zones: [zoneOf({ rules: [rule] })] }), looks);
      expect(counts.at(-1)?.stage).toBe(packing ? "allowed" : "clue");
    });
  }
});

/** Published days as `MM-DD` or `MM-DD..MM-DD`. */
const published = [
  { year: 2025, want: "workday", days: "01-26 02-08 04-27 09-28 10-11" },
  {
    year: 2025,
    want: "holiday",
    days: "01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
  },
  { year: 2026, want: "workday", days: "01-04 02-14 02-28 05-09 09-20 10-10" },
  {
    year: 2026,
    want: "holiday",
    days: "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07",
  },
  { year: 2026, want: "workday", days: "02-14 02-28 10-10 10-08" },
  { year: 2026, want: "holiday", days: "02-16" },
  { year: 2026, want: "restday", days: "03-07 03-08 10-11" },
] as const;

const dayNumber = (date: string): number => {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return dayNumberOf({ year, month, day });
};
const datesOf = (year: number, days: string): readonly string[] =>
  days.split(" ").flatMap((span) => {
    const [first = "", last = first] = span.split("..");
    const from = dayNumber(`${year}-${first}`);
    const length = dayNumber(`${year}-${last}`) - from + 1;
    return Array.from({ length }, (_, index) =>
      new Date((from + index) * dayMs).toISOString().slice(0, 10),
    );
  });

describe("holidays with make-up working days", () => {
  for (const { year, want, days } of published) {
    for (const date of datesOf(year, days)) {
      test(`${date} is a ${want}`, () => {
        expect(dayTypeOf(dayNumber(date), calendar)).toEqual({ type: want, isKnown: true });
      });
    }
  }

  test("nothing else of these years is a holiday, and no other weekend a working day", () => {
    for (const { year, holidays, makeupWorkdays } of calendar.years) {
      const of = (want: string): readonly string[] =>
        published.flatMap((row) =>
          row.year === year && row.want === want ? datesOf(year, row.days) : [],
        );
      expect(new Set(holidays)).toEqual(new Set(of("holiday")));
      for (const date of makeupWorkdays) expect(of("workday")).toContain(date);
    }
  });

  test("2027 is not in the data: plain weekdays, and the answer says so", () => {
    expect(dayTypeOf(dayNumber("2027-02-08"), calendar)).toEqual({
      type: "workday",
      isKnown: false,
    });
    const window = [{ startMinute: 0, endMinute: 1_440, days: ["workday"] as const }];
    const atMs = Date.parse("2027-02-08T10:00:00+08:00");
    expect(isAllowedAt(window, atMs, zone, calendar)).toMatchObject({
      allowed: true,
      calendar: "missing",
    });
  });
});
