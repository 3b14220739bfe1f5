import { expect, test } from "vitest";
import { localTimeAt, offsetAt } from "./time-zone.ts";

const rows = [
  { zone: "Asia/Shanghai", at: "2026-07-01T00:00:00Z", hours: 8 },
  { zone: "Asia/Kathmandu", at: "2026-07-01T00:00:00Z", hours: 5.75 },
  { zone: "America/St_Johns", at: "2026-01-01T00:00:00Z", hours: -3.5 },
  { zone: "Europe/Berlin", at: "2026-03-29T00:59:59.999Z", hours: 1 },
  { zone: "Europe/Berlin", at: "2026-03-29T01:00:00Z", hours: 2 },
  { zone: "Europe/Berlin", at: "2026-10-25T00:59:59.999Z", hours: 2 },
  { zone: "Europe/Berlin", at: "2026-10-25T01:00:00Z", hours: 1 },
];
for (const { zone, at, hours } of rows) {
  test(`${zone} is ${hours} hours ahead at ${at}`, () => {
    expect(offsetAt(Date.parse(at), zone)).toBe(hours * 3_600_000);
  });
}

test("local time names the local day and minute", () => {
  expect(localTimeAt(Date.parse("2026-06-30T16:05:59.999Z"), "Asia/Shanghai")).toEqual({
    dayNumber: 20_635,
    minute: 5,
    offsetMs: 28_800_000,
  });
});

test("a zone that does not exist is refused", () => {
  expect(() => offsetAt(0, "Asia/Nowhere")).toThrow(RangeError);
});
