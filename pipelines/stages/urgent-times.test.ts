import { expect, test } from "vitest";
import { morningMs, rulesOf } from "../testing/street.ts";
import { urgencyAt } from "./urgent-times.ts";

const hourMs = 3_600_000;
/** In term, on working days, before school. The street's morning is Wednesday, 2026-07-01, 08:00. */
const school = [
  {
    startMinute: 420,
    endMinute: 540,
    days: ["workday"] as const,
    fromDate: "2026-02-24",
    toDate: "2026-07-10",
  },
];
const urgentTimes = {
  tagHours: { school },
  peakHours: [{ startMinute: 1_020, endMinute: 1_140 }],
};
const tags = ["school", "market", "fire-lane"];

const rows = [
  { name: "before school, in term", atMs: morningMs, want: tags },
  { name: "in class", atMs: morningMs + 2 * hourMs, want: ["market", "fire-lane"] },
  { name: "on a Saturday", atMs: morningMs + 72 * hourMs, want: ["market", "fire-lane"] },
  { name: "in the holidays", atMs: morningMs + 14 * 24 * hourMs, want: ["market", "fire-lane"] },
] as const;
for (const { name, atMs, want } of rows) {
  test(`tags that count ${name}`, () => {
    expect(urgencyAt(rulesOf({ urgentTimes }), tags, atMs).tags).toEqual(want);
  });
}

test("without hours every tag always counts, and no hour is a peak", () => {
  expect(urgencyAt(rulesOf(), tags, morningMs)).toEqual({ tags, isPeakHour: false });
});

test("a peak hour is half-open", () => {
  const isPeak = (hours: number) =>
    urgencyAt(rulesOf({ urgentTimes }), [], morningMs + hours * hourMs).isPeakHour;
  expect([8.99, 9, 10.99, 11].map(isPeak)).toEqual([false, true, true, false]);
});
