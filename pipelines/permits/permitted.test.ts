/**
 * Permits in the street: what a permit covers is never told of, what was told is withdrawn when a
 * permit comes, and what stays after its end is new then.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { zoneId } from "../domain/ids.ts";
import type { Permit } from "../domain/permit.ts";
import type { CameraRules } from "../domain/rule.ts";
import { reconcile } from "../reconcile.ts";
import { permitOf, registerOf } from "../testing/permits.ts";
import {
  carAt,
  lookAt,
  looksEvery,
  morningMs,
  ruleOf,
  rulesOf,
  runLooks,
  storyOf,
  zoneOf,
} from "../testing/street.ts";

const dayMs = 86_400_000;
const parked = (seconds: number) => looksEvery(2, seconds, () => [{ box: carAt(0.4) }]);
const rulesWithPermits = (...permits: readonly Permit[]): CameraRules =>
  rulesOf({ permits: registerOf(...permits) });
const until = (minutesAfterMorning: number) => ({
  startMinute: 8 * 60,
  endMinute: 8 * 60 + minutesAfterMorning,
});

test("what a permit covers is counted as allowed and not told of", () => {
  const { changes, counts } = runLooks(rulesWithPermits(permitOf()), parked(600));
  expect(changes).toEqual([]);
  expect(counts.map(({ stage }) => stage)).toEqual(["allowed"]);
});

test("after the end of a permit time counts from there", () => {
  const rules = rulesWithPermits(permitOf({ hours: [until(10)] }));
  const { changes } = runLooks(rules, parked(1_000));
  expect(storyOf(changes)).toBe("a warned@660, a reported@900");
  expect(changes[0]?.permitsChecked).toEqual(["P-1"]);
  expect(changes[0]?.permitsVersion).toBe("2026-07");
});

test("when a permit begins, what was told is withdrawn and stays quiet until it ends", () => {
  const hours = [{ startMinute: 8 * 60 + 2, endMinute: 8 * 60 + 10 }];
  const rules = rulesWithPermits(permitOf({ hours }));
  const { changes } = runLooks(rules, parked(1_000));
  expect(storyOf(changes)).toBe("a warned@60, a withdrawn@120, b warned@660, b reported@900");
  expect(changes[1]?.endReason).toBe("permit");
  expect(changes[1]?.reason.en).toContain("a permit covers it");
  // It was none, so the second one is the first of its place.
  expect(changes[2]?.occurrences).toEqual({ days7: 1, days30: 1 });
});

test("a quiet thing that leaves is not told of", () => {
  const hours = [{ startMinute: 8 * 60 + 2, endMinute: 8 * 60 + 10 }];
  const looks = looksEvery(2, 500, (seconds) => (seconds < 300 ? [{ box: carAt(0.4) }] : []));
  const { changes, state } = runLooks(rulesWithPermits(permitOf({ hours })), looks);
  expect(storyOf(changes)).toBe("a warned@60, a withdrawn@120");
  expect(state.cases).toEqual([]);
});

test("a new list withdraws at once what it covers, and once only", () => {
  const { state } = runLooks(rulesOf(), parked(100));
  const rules = rulesWithPermits(permitOf());
  const first = reconcile(rules, state, morningMs + 100_000);
  expect(first.changes.map(({ stage, endReason }) => [stage, endReason])).toEqual([
    ["withdrawn", "permit"],
  ]);
  const again = reconcile(rules, first.state, morningMs + 101_000);
  expect(again.changes).toEqual([]);
  expect(again.state.cases.map(({ quiet }) => quiet)).toEqual([{ by: "permit" }]);
});

test("a zone that is removed while its thing is quiet ends without a word", () => {
  const { state } = runLooks(rulesOf(), parked(100));
  const withdrawn = reconcile(rulesWithPermits(permitOf()), state, morningMs + 100_000);
  const removed = reconcile(rulesOf({ zones: [] }), withdrawn.state, morningMs + 101_000);
  expect(removed.changes).toEqual([]);
  expect(removed.state.cases).toEqual([]);
});

test("a permit for one zone says nothing of the next", () => {
  const zones = [zoneOf(), zoneOf({ id: zoneId("fire-lane"), tags: ["fire-lane"] })];
  const rules = rulesOf({ zones, permits: registerOf(permitOf()) });
  const { changes } = runLooks(rules, parked(100));
  expect(changes.map(({ zoneId }) => zoneId)).toEqual(["fire-lane"]);
});

const iso = (offset: number): string =>
  new Date(morningMs + 8 * 3_600_000 + offset * dayMs).toISOString().slice(0, 10);
const permitArbitrary = fc
  .record({
    from: fc.integer({ min: -2, max: 2 }),
    length: fc.integer({ min: 0, max: 2 }),
    startMinute: fc.integer({ min: 0, max: 1_439 }),
    minutes: fc.integer({ min: 1, max: 1_439 }),
  })
  .map(({ from, length, startMinute, minutes }) =>
    permitOf({
      from: iso(from),
      to: iso(from + length),
      hours: [{ startMinute, endMinute: (startMinute + minutes) % 1_440 }],
    }),
  );

test("no stage is ever reached at a time that a permit covers, whatever else is on the list", () => {
  const rule = ruleOf({ warnAfterMs: 1, reportAfterMs: 4_000 });
  const gap = fc.oneof(fc.constant(2), fc.integer({ min: 1, max: 20_000 }));
  fc.assert(
    fc.property(
      fc.array(permitArbitrary, { maxLength: 3 }),
      fc.array(gap, { minLength: 5, maxLength: 40 }),
      (permits, gapSeconds) => {
        const seconds = gapSeconds.map((_, index) =>
          gapSeconds.slice(0, index).reduce((sum, more) => sum + more, 0),
        );
        const looks = seconds.map((second) => lookAt(second, [{ box: carAt(0.4) }]));
        const rules = rulesOf({
          permits: registerOf(...permits),
          zones: [zoneOf({ rules: [rule] })],
        });
        const told = runLooks(rules, looks).changes.filter(({ stage }) => stage !== "withdrawn");
        for (const { atMs } of told) {
          expect(permits.some((permit) => holdsByTheBook(permit, atMs))).toBe(false);
        }
      },
    ),
  );
});

/** By plain arithmetic on Chinese time, which knows no summer time. */
function holdsByTheBook({ from, to = "", hours }: Permit, atMs: number): boolean {
  const local = (daysBack: number) =>
    new Date(atMs + 8 * 3_600_000 - daysBack * dayMs).toISOString().slice(0, 10);
  const minute = Math.floor((atMs / 60_000 + 8 * 60) % 1_440);
  return [0, 1].some((daysBack) => {
    if (local(daysBack) < from || local(daysBack) > to) return false;
    return hours.some(({ startMinute, endMinute }) => {
      const end = endMinute <= startMinute ? endMinute + 1_440 : endMinute;
      const at = minute + daysBack * 1_440;
      return at >= startMinute && at < end;
    });
  });
}
