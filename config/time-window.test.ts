import fc from "fast-check";
import { expect, test } from "vitest";
import type { AllowedWindow } from "../pipelines/domain/rule.ts";
import { allowedWindow } from "./rule-defaults.ts";
import { windowSchema } from "./schema/window.ts";
import { isDate, parseDaily, printWindow, windowDays } from "./time-window.ts";

const rows = [
  { text: "06:00-09:00", want: { startMinute: 360, endMinute: 540 } },
  { text: "22:00-02:00", want: { startMinute: 1320, endMinute: 120 } },
  { text: "00:00-24:00", want: { startMinute: 0, endMinute: 1440 } },
  { text: "18:30-00:00", want: { startMinute: 1110, endMinute: 0 } },
  { text: "6:00-9:00", want: undefined },
  { text: "06:00 - 09:00", want: undefined },
  { text: "06:00-06:00", want: undefined },
  { text: "24:00-06:00", want: undefined },
  { text: "06:00-24:01", want: undefined },
  { text: "06:60-09:00", want: undefined },
  { text: "06:00-09:00-10:00", want: undefined },
];
for (const { text, want } of rows) {
  test(`"${text}" ${want === undefined ? "is no span of hours" : "is a span of hours"}`, () => {
    expect(parseDaily(text)).toEqual(want);
  });
}

test("a date must exist", () => {
  expect(["2026-02-28", "2028-02-29", "2026-12-31"].filter(isDate)).toHaveLength(3);
  expect(["2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "1-1-2026"].filter(isDate)).toEqual(
    [],
  );
});

const anyDate = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const anyWindow: fc.Arbitrary<AllowedWindow> = fc
  .record(
    {
      startMinute: fc.integer({ min: 0, max: 1439 }),
      endMinute: fc.integer({ min: 0, max: 1440 }),
      days: fc.uniqueArray(fc.constantFrom(...windowDays), { minLength: 1 }),
      fromDate: anyDate,
      toDate: anyDate,
    },
    { requiredKeys: ["startMinute", "endMinute"] },
  )
  .filter(({ startMinute, endMinute }) => startMinute !== endMinute);

test("what is printed parses to the same window", () => {
  fc.assert(
    fc.property(anyWindow, (window) => {
      expect(allowedWindow(windowSchema.parse(printWindow(window)))).toEqual(window);
    }),
  );
});
