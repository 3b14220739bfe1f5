/**
 * When something is allowed: the edges of windows in a table, summer time and the search for the
 * next change against a minute-by-minute count.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AllowedWindow, HolidayCalendar } from "../domain/rule.ts";
import { forbiddenMsBetween, isAllowedAt } from "./windows.ts";

const calendar: HolidayCalendar = {
  version: "test",
  years: [
    {
      year: 2026,
      holidays: ["2026-02-16", "2026-02-17"],
      makeupWorkdays: ["2026-02-14"],
    },
  ],
};
const at = (text: string): number => Date.parse(text);
const minute = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
};
const daily = (from: string, to: string, more: Partial<AllowedWindow> = {}): AllowedWindow => ({
  startMinute: minute(from),
  endMinute: minute(to),
  ...more,
});

interface Row {
  readonly name: string;
  readonly windows: readonly AllowedWindow[];
  readonly at: string;
  readonly zone?: string;
  readonly want: boolean;
  readonly calendar?: "known" | "missing";
}

const market = [daily("06:00", "09:00"), daily("18:00", "22:00")];
const night = daily("22:00", "02:00");

const rows: readonly Row[] = [
  {
    name: "before the morning market",
    windows: market,
    at: "2026-07-01T05:59:59+08:00",
    want: false,
  },
  {
    name: "the morning market opens",
    windows: market,
    at: "2026-07-01T06:00:00+08:00",
    want: true,
  },
  { name: "its last second", windows: market, at: "2026-07-01T08:59:59+08:00", want: true },
  { name: "it closes", windows: market, at: "2026-07-01T09:00:00+08:00", want: false },
  {
    name: "before the evening market",
    windows: market,
    at: "2026-07-01T17:59:59+08:00",
    want: false,
  },
  {
    name: "the evening market opens",
    windows: market,
    at: "2026-07-01T18:00:00+08:00",
    want: true,
  },
  { name: "its last second", windows: market, at: "2026-07-01T21:59:59+08:00", want: true },
  { name: "it closes", windows: market, at: "2026-07-01T22:00:00+08:00", want: false },
  { name: "no window allows nothing", windows: [], at: "2026-07-01T12:00:00+08:00", want: false },
  {
    name: "a night window before midnight",
    windows: [night],
    at: "2026-07-01T23:59:59+08:00",
    want: true,
  },
  { name: "and after it", windows: [night], at: "2026-07-02T01:59:59+08:00", want: true },
  { name: "until its end", windows: [night], at: "2026-07-02T02:00:00+08:00", want: false },
  {
    name: "Friday's night window still runs on Saturday morning",
    windows: [daily("22:00", "02:00", { days: ["fri"] })],
    at: "2026-07-04T01:00:00+08:00",
    want: true,
  },
  {
    name: "but does not start again on Saturday night",
    windows: [daily("22:00", "02:00", { days: ["fri"] })],
    at: "2026-07-04T23:00:00+08:00",
    want: false,
  },
  {
    name: "00:00 to 24:00 is the whole day",
    windows: [daily("00:00", "24:00")],
    at: "2026-07-01T23:59:59.999+08:00",
    want: true,
  },
  {
    name: "the same start and end is a whole day from there",
    windows: [daily("06:00", "06:00")],
    at: "2026-07-01T05:00:00+08:00",
    want: true,
  },
  {
    name: "a make-up Saturday is a working day",
    windows: [daily("08:00", "18:00", { days: ["workday"] })],
    at: "2026-02-14T10:00:00+08:00",
    want: true,
    calendar: "known",
  },
  {
    name: "a holiday Monday is not",
    windows: [daily("08:00", "18:00", { days: ["workday"] })],
    at: "2026-02-16T10:00:00+08:00",
    want: false,
    calendar: "known",
  },
  {
    name: "it is a holiday",
    windows: [daily("08:00", "18:00", { days: ["restday", "holiday"] })],
    at: "2026-02-16T10:00:00+08:00",
    want: true,
    calendar: "known",
  },
  {
    name: "without data a weekday is a working day, and the answer says so",
    windows: [daily("08:00", "18:00", { days: ["workday"] })],
    at: "2027-02-15T10:00:00+08:00",
    want: true,
    calendar: "missing",
  },
  {
    name: "weekdays by name need no data",
    windows: [daily("08:00", "18:00", { days: ["mon"] })],
    at: "2027-02-15T10:00:00+08:00",
    want: true,
  },
  {
    name: "the first day of a date range",
    windows: [daily("22:00", "02:00", { fromDate: "2026-07-01", toDate: "2026-07-02" })],
    at: "2026-07-01T22:00:00+08:00",
    want: true,
  },
  {
    name: "the night after the last day belongs to it",
    windows: [daily("22:00", "02:00", { fromDate: "2026-07-01", toDate: "2026-07-02" })],
    at: "2026-07-03T01:00:00+08:00",
    want: true,
  },
  {
    name: "the night before the first day does not",
    windows: [daily("22:00", "02:00", { fromDate: "2026-07-01", toDate: "2026-07-02" })],
    at: "2026-07-01T01:00:00+08:00",
    want: false,
  },
  {
    name: "summer time: an hour that does not exist is never allowed",
    windows: [daily("02:00", "03:00")],
    at: "2026-03-29T01:00:00Z",
    zone: "Europe/Berlin",
    want: false,
  },
  {
    name: "winter time: the hour that comes twice is allowed twice, the first time",
    windows: [daily("02:00", "03:00")],
    at: "2026-10-25T00:30:00Z",
    zone: "Europe/Berlin",
    want: true,
  },
  {
    name: "and the second time",
    windows: [daily("02:00", "03:00")],
    at: "2026-10-25T01:30:00Z",
    zone: "Europe/Berlin",
    want: true,
  },
  {
    name: "a zone with an odd offset",
    windows: [daily("06:00", "09:00")],
    at: "2026-07-01T00:15:00Z",
    zone: "Asia/Kathmandu",
    want: true,
  },
];

describe("allowed at an instant", () => {
  for (const { name, windows, at: text, zone = "Asia/Shanghai", want, ...row } of rows) {
    test(`${name}, ${text}`, () => {
      const answer = isAllowedAt(windows, at(text), zone, calendar);
      expect(answer.allowed).toBe(want);
      expect(answer.calendar).toBe(row.calendar ?? "unused");
    });
  }
});

describe("the next change", () => {
  const changes = [
    { windows: market, at: "2026-07-01T05:00:00+08:00", want: "2026-07-01T06:00:00+08:00" },
    { windows: market, at: "2026-07-01T06:00:00+08:00", want: "2026-07-01T09:00:00+08:00" },
    { windows: [night], at: "2026-07-01T23:00:00+08:00", want: "2026-07-02T02:00:00+08:00" },
    {
      // One window ends where the next begins: nothing changes there.
      windows: [daily("06:00", "09:00"), daily("09:00", "12:00")],
      at: "2026-07-01T08:00:00+08:00",
      want: "2026-07-01T12:00:00+08:00",
    },
    {
      windows: [daily("00:00", "24:00", { days: ["workday"] })],
      at: "2026-02-13T12:00:00+08:00",
      want: "2026-02-15T00:00:00+08:00",
    },
  ];
  for (const { windows, at: text, want } of changes) {
    test(`after ${text} is ${want}`, () => {
      expect(isAllowedAt(windows, at(text), "Asia/Shanghai", calendar).nextChangeAtMs).toBe(
        at(want),
      );
    });
  }

  test("there is none when every day is allowed, or no window is", () => {
    const whole = isAllowedAt(
      [daily("00:00", "24:00")],
      at("2026-07-01T00:00:00Z"),
      "UTC",
      calendar,
    );
    expect(whole.nextChangeAtMs).toBeUndefined();
    const none = isAllowedAt([], at("2026-07-01T00:00:00Z"), "UTC", calendar);
    expect(none.nextChangeAtMs).toBeUndefined();
  });
});

const window: fc.Arbitrary<AllowedWindow> = fc.record({
  startMinute: fc.integer({ min: 0, max: 1_439 }),
  endMinute: fc.integer({ min: 0, max: 1_440 }),
});
/** Around the two changes of the clock, and a plain day. */
const instant = fc
  .tuple(
    fc.constantFrom("2026-03-28T18:00:00Z", "2026-10-24T18:00:00Z", "2026-07-01T00:00:00Z"),
    fc.integer({ min: 0, max: 960 }),
  )
  .map(([from, minutes]) => at(from) + minutes * 60_000);

describe("laws", () => {
  test("nothing changes before the next change, and there it does, summer time or not", () => {
    fc.assert(
      fc.property(fc.array(window, { maxLength: 3 }), instant, (windows, fromMs) => {
        const at = (ms: number) => isAllowedAt(windows, ms, "Europe/Berlin", calendar);
        const { allowed, nextChangeAtMs = Infinity } = at(fromMs);
        const untilMs = fromMs + 30 * 3_600_000;
        let scannedMs = fromMs;
        while (scannedMs < untilMs && at(scannedMs).allowed === allowed) scannedMs += 60_000;
        expect(Math.min(nextChangeAtMs, untilMs)).toBe(scannedMs);
      }),
      { numRuns: 25 },
    );
  });

  test("forbidden time is what a count by the second gives, and adds up over any cut", () => {
    const fromMs = at("2026-07-01T05:58:30.250+08:00");
    fc.assert(
      fc.property(
        fc.array(window, { maxLength: 3 }),
        fc.nat(400_000),
        fc.nat(400_000),
        (windows, a, b) => {
          const between = (from: number, to: number): number =>
            forbiddenMsBetween(windows, from, to, "Asia/Shanghai", calendar);
          const whole = between(fromMs, fromMs + a + b);
          expect(whole).toBe(between(fromMs, fromMs + a) + between(fromMs + a, fromMs + a + b));
          expect(whole).toBeGreaterThanOrEqual(0);
          expect(whole).toBeLessThanOrEqual(a + b);
        },
      ),
    );
  });

  test("one more window never adds forbidden time", () => {
    fc.assert(
      fc.property(fc.array(window, { maxLength: 3 }), window, instant, (windows, more, fromMs) => {
        const toMs = fromMs + 3_600_000;
        const without = forbiddenMsBetween(windows, fromMs, toMs, "Europe/Berlin", calendar);
        const withMore = forbiddenMsBetween(
          [...windows, more],
          fromMs,
          toMs,
          "Europe/Berlin",
          calendar,
        );
        expect(withMore).toBeLessThanOrEqual(without);
      }),
    );
  });

  test("asked again and again, in any order, it answers as if it never was asked", () => {
    const minutes = fc.array(fc.tuple(instant, fc.constantFrom("UTC", "Europe/Berlin")));
    fc.assert(
      fc.property(fc.array(window, { maxLength: 3 }), minutes, (windows, questions) => {
        for (const [atMs, timeZone] of questions) {
          const again = isAllowedAt(windows, atMs, timeZone, calendar);
          expect(again).toEqual(isAllowedAt([...windows], atMs, timeZone, { ...calendar }));
        }
      }),
    );
  });

  test("time that runs backwards is no time", () => {
    expect(forbiddenMsBetween([], 2_000, 1_000, "UTC", calendar)).toBe(0);
  });
});
