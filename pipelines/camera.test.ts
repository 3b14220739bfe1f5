/**
 * The whole way of a camera's looks: what a street does, and which stages come of it when.
 *
 * Each row is a street for some minutes, looked at every two seconds unless it says otherwise; the
 * rule warns after 20 s, reports after 60 s and clears after 10 s of absence.
 */
import { describe, expect, test } from "vitest";
import { carAt, looksEvery, rulesWith, runLooks, type Seen, storyOf } from "./testing/street.ts";

const rules = rulesWith({ warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 });
const parked: Seen = { box: carAt(0.4) };

interface Row {
  readonly name: string;
  readonly untilSeconds?: number;
  readonly everySeconds?: number;
  readonly seenAt: (seconds: number, index: number) => readonly Seen[];
  readonly want: string;
}

const rows: readonly Row[] = [
  { name: "an empty street tells nothing", seenAt: () => [], want: "" },
  {
    name: "a car that stays is warned, then reported",
    seenAt: () => [parked],
    want: "warned@20 reported@60",
  },
  {
    name: "a car that leaves is cleared after the absence was seen",
    untilSeconds: 120,
    seenAt: (s) => (s <= 70 ? [parked] : []),
    want: "warned@20 reported@60 cleared@82",
  },
  {
    name: "a car that leaves before the warning is no event",
    seenAt: (s) => (s <= 18 ? [parked] : []),
    want: "",
  },
  {
    name: "a detector that misses every second look neither delays nor clears",
    untilSeconds: 120,
    seenAt: (_, index) => (index % 2 === 0 ? [parked] : []),
    want: "warned@20 reported@60",
  },
  {
    name: "labels that flip do not split a presence",
    seenAt: (_, index) => [
      { box: carAt(0.4), label: index % 3 === 0 ? "truck" : index % 3 === 1 ? "bus" : "car" },
    ],
    want: "warned@20 reported@60",
  },
  {
    name: "a car that drives through tells nothing",
    seenAt: (s) => [{ box: carAt(0.06 + s * 0.012) }],
    want: "",
  },
];

describe("stages", () => {
  for (const { name, untilSeconds = 80, everySeconds = 2, seenAt, want } of rows) {
    test(name, () => {
      const { changes } = runLooks(rules, looksEvery(everySeconds, untilSeconds, seenAt));
      expect(storyOf(changes)).toBe(want);
    });
  }
});
