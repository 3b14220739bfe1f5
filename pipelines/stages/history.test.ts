import { describe, expect, test } from "vitest";
import { violationId } from "../domain/ids.ts";
import { carAt } from "../testing/street.ts";
import {
  forget,
  historyMax,
  markEnded,
  type PastViolation,
  recurrenceOf,
  remember,
} from "./history.ts";

const dayMs = 86_400_000;
const nowMs = 100 * dayMs;
const asks = {
  violationId: violationId("now"),
  kind: "illegal-parking",
  place: carAt(0.4),
  firstSeenAtMs: nowMs,
  atMs: nowMs,
  recurrenceWindowMs: 7 * dayMs,
} as const;
const past = (id: string, daysAgo: number, more: Partial<PastViolation> = {}): PastViolation => ({
  violationId: violationId(id),
  kind: "illegal-parking",
  place: carAt(0.41),
  warnedAtMs: nowMs - daysAgo * dayMs,
  endedAtMs: nowMs - daysAgo * dayMs + 600_000,
  ...more,
});

const rows = [
  { name: "the first time here", history: [], days7: 1, days30: 1, from: null },
  { name: "yesterday at the same place", history: [past("a", 1)], days7: 2, days30: 2, from: "a" },
  {
    name: "the latest is named",
    history: [past("a", 3), past("b", 1)],
    days7: 3,
    days30: 3,
    from: "b",
  },
  {
    name: "a fortnight ago counts for the month only",
    history: [past("a", 14)],
    days7: 1,
    days30: 2,
    from: null,
  },
  {
    name: "another place",
    history: [past("a", 1, { place: carAt(0.7) })],
    days7: 1,
    days30: 1,
    from: null,
  },
  {
    name: "another kind",
    history: [past("a", 1, { kind: "street-vending" })],
    days7: 1,
    days30: 1,
    from: null,
  },
  { name: "itself", history: [past("now", 0)], days7: 1, days30: 1, from: null },
];
describe("recurrence", () => {
  for (const { name, history, days7, days30, from } of rows) {
    test(`${name}: ${days7} in 7 days, ${days30} in 30, from ${from}`, () => {
      expect(recurrenceOf(history, asks)).toEqual({
        occurrences: { days7, days30 },
        recursFrom: from,
      });
    });
  }

  test("one that is still open is counted, but nothing recurs from it", () => {
    const { violationId: id, kind, place, warnedAtMs } = past("a", 1);
    const open: PastViolation = { violationId: id, kind, place, warnedAtMs };
    expect(recurrenceOf([open], asks)).toEqual({
      occurrences: { days7: 2, days30: 2 },
      recursFrom: null,
    });
    expect(recurrenceOf(markEnded([open], id, nowMs - 1), asks).recursFrom).toBe("a");
  });
});

describe("what is kept", () => {
  test("entries older than 30 days go, open ones and those of a longer window stay", () => {
    const { violationId: id, kind, place, warnedAtMs } = past("open", 50);
    const open: PastViolation = { violationId: id, kind, place, warnedAtMs };
    const history = [past("old", 40), open, past("new", 3)];
    expect(forget(history, nowMs, 7 * dayMs).map((entry) => entry.violationId)).toEqual([
      "open",
      "new",
    ]);
    expect(forget(history, nowMs, 60 * dayMs)).toBe(history);
  });

  test("the oldest go beyond the limit", () => {
    let history: readonly PastViolation[] = [];
    for (let i = 0; i < historyMax + 3; i += 1) history = remember(history, past(`v${i}`, 1));
    expect(history).toHaveLength(historyMax);
    expect(history[0]?.violationId).toBe("v3");
  });
});
