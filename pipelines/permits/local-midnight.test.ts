import { expect, test } from "vitest";
import { endOfDayMs } from "./local-midnight.ts";

const rows: readonly { date: string; timeZone: string; want: string }[] = [
  { date: "2026-12-31", timeZone: "Asia/Shanghai", want: "2026-12-31T16:00:00.000Z" },
  { date: "2026-02-28", timeZone: "UTC", want: "2026-03-01T00:00:00.000Z" },
  // Summer time begins and ends on these days.
  { date: "2026-03-28", timeZone: "Europe/Berlin", want: "2026-03-28T23:00:00.000Z" },
  { date: "2026-03-29", timeZone: "Europe/Berlin", want: "2026-03-29T22:00:00.000Z" },
  { date: "2026-10-25", timeZone: "Europe/Berlin", want: "2026-10-25T23:00:00.000Z" },
];
for (const { date, timeZone, want } of rows) {
  test(`${date} ends in ${timeZone} at ${want}`, () => {
    expect(new Date(endOfDayMs(date, timeZone)).toISOString()).toBe(want);
  });
}
