/**
 * Goal: while nobody knows the time of day, nothing is told that an hour, a date or a day decides,
 * nothing of it is forgotten, and everything else is told as ever.
 * Method: the streets of the laws, looked at with a clock that is wrong.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyClock,
  betweenLooks,
  firstAlone,
  looksOf,
  steadyTicks,
  story,
  type Tick,
} from "../test-fixtures/law-stories.ts";
import { lawStreets, rulesOfStreet, windowsOf } from "../test-fixtures/law-streets.ts";
import { stepCamera } from "./camera.ts";
import type { CameraState } from "./camera-state.ts";
import { kinds } from "./domain/kind.ts";
import type { Look } from "./domain/look.ts";
import type { CameraRules } from "./domain/rule.ts";
import { reconcile } from "./reconcile.ts";
import { permitOf, registerOf } from "./testing/permits.ts";
import { carAt, lookAt, looksEvery, rulesOf, runLooks } from "./testing/street.ts";

const wrong = (look: Look): Look => ({ ...look, isClockWrong: true });
const looksToReport = 50;

for (const street of lawStreets) {
  const run = (ticks: readonly Tick[], rules: CameraRules, known = (look: Look) => look) =>
    runLooks(rules, looksOf(street, ticks).map(known), betweenLooks(ticks));
  const byTheClock = fc.oneof(
    windowsOf(street).map((window) => rulesOfStreet(street, {}, { allowed: [window] })),
    windowsOf(street).map((hours) => {
      const permits = registerOf(permitOf({ kinds, hours: [hours] }));
      return rulesOfStreet(street, { permits });
    }),
  );

  describe(street.name, () => {
    test("what a window or a permit may allow is not told, and nothing is counted", () => {
      fc.assert(
        fc.property(story(anyClock), byTheClock, (ticks, rules) => {
          const { changes, counts, state } = run(ticks, rules, wrong);
          expect(changes).toEqual([]);
          expect(counts).toEqual([]);
          expect(state.cases.map(({ heldBy }) => heldBy)).toEqual(state.cases.map(() => "clock"));
        }),
        { numRuns: 25 },
      );
    });

    test("when the clock is right again, it is told as if it had come then", () => {
      const ticks = firstAlone(steadyTicks(looksToReport * 2));
      const window = { startMinute: 0, endMinute: 0, fromDate: "2020-01-01", toDate: "2020-01-01" };
      const rules = rulesOfStreet(street, {}, { allowed: [window] });
      const looks = looksOf(street, ticks);
      const half = looks.map((look, index) => (index < looksToReport ? wrong(look) : look));
      const { changes } = runLooks(rules, half);
      const first = looks[looksToReport]?.capturedAtMs ?? 0;
      const isTold = changes.some(({ stage }) => stage === "reported");
      expect(isTold).toBe(run(ticks, rules).changes.some(({ stage }) => stage === "reported"));
      const reportAfterMs = rules.zones[0]?.rules[0]?.reportAfterMs ?? 0;
      const leastMs = { warned: 0, reported: reportAfterMs, cleared: 0, withdrawn: 0 };
      for (const { stage, atMs } of changes) {
        expect(atMs - first).toBeGreaterThanOrEqual(leastMs[stage]);
      }
    });
  });
}

for (const street of lawStreets.filter(({ kind }) => kind !== "unlicensed-signage")) {
  test(`${street.name}: what no hour decides is told as ever`, () => {
    const rules = rulesOfStreet(street);
    fc.assert(
      fc.property(story(anyClock), (ticks) => {
        const looks = looksOf(street, ticks);
        const plain = runLooks(rules, looks, betweenLooks(ticks));
        const held = runLooks(rules, looks.map(wrong), betweenLooks(ticks));
        expect(JSON.stringify(held)).toBe(JSON.stringify(plain));
      }),
      { numRuns: 25 },
    );
  });
}

describe("signs, while the clock is wrong", () => {
  test("none is told, and one that was told and is not seen does not end", () => {
    const street = lawStreets.find(({ kind }) => kind === "unlicensed-signage");
    if (street === undefined) throw new Error("there is no street with signs");
    const rules = rulesOfStreet(street);
    const looks = looksOf(street, firstAlone(steadyTicks(looksToReport)));
    expect(runLooks(rules, looks.map(wrong)).changes).toEqual([]);
    const { state } = runLooks(rules, looks);
    const told = state.cases.filter(({ revision }) => revision > 0).length;
    expect(told).toBeGreaterThan(0);
    const lastSeconds = looks.length * (street.periodMs / 1_000);
    const away = Array.from({ length: 60 }, (_, index) =>
      wrong(lookAt(lastSeconds + index * (street.periodMs / 1_000), [])),
    );
    const after = continueWith(rules, state, away);
    expect(after.cases.filter(({ revision }) => revision > 0)).toHaveLength(told);
  });
});

test("a permit that the wrong date puts in force withdraws nothing, at a look or at a start", () => {
  const looks = looksEvery(2, 400, () => [{ box: carAt(0.3) }]);
  const { state } = runLooks(rulesOf(), looks);
  const permitted = rulesOf({ permits: registerOf(permitOf({ kinds })) });
  const open = (given: CameraState) => given.cases.filter(({ quiet }) => quiet === undefined);
  const atMs = looks.at(-1)?.capturedAtMs ?? 0;
  expect(open(reconcile(permitted, state, atMs).state)).toEqual([]);
  expect(open(reconcile(permitted, state, atMs, { isClockWrong: true }).state)).toHaveLength(1);
  const next = lookAt(402, [{ box: carAt(0.3) }]);
  expect(open(continueWith(permitted, state, [next]))).toEqual([]);
  expect(open(continueWith(permitted, state, [wrong(next)]))).toHaveLength(1);
});

function continueWith(rules: CameraRules, from: CameraState, looks: readonly Look[]): CameraState {
  return looks.reduce((state, look) => stepCamera(rules, state, look).state, from);
}
