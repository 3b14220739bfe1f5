/**
 * Laws that hold for every kind, every street, every gap, every restart and every clock.
 *
 * The streets are drawn at random (`test-fixtures/law-streets.ts`); what is checked is what no such
 * story may break. The tables of each kind say what should happen in particular ones.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyClock,
  anyStep,
  betweenLooks,
  firstAlone,
  looksOf,
  plainStep,
  secondsOf,
  steadyTicks,
  story,
  type Tick,
} from "../test-fixtures/law-stories.ts";
import { lawStreets, rulesOfStreet, windowsOf } from "../test-fixtures/law-streets.ts";
import {
  isEnough,
  isOfFirst,
  looksUntil,
  possibleMs,
  staying,
} from "../test-fixtures/law-times.ts";
import { createCameraState, stepCamera } from "./camera.ts";
import { serialiseCameraState } from "./camera-state.ts";
import { cameraId } from "./domain/ids.ts";
import { kinds } from "./domain/kind.ts";
import type { AllowedWindow } from "./domain/rule.ts";
import { holdsAt } from "./permits/permits-for.ts";
import { permitOf, registerOf } from "./testing/permits.ts";
import { lookAt, runLooks } from "./testing/street.ts";
import type { ViolationChange } from "./violation-change.ts";

const runs = { numRuns: 25 };
/** Enough for the slowest of them to be reported. */
const looksToReport = 50;

for (const street of lawStreets) {
  const rules = rulesOfStreet(street);
  const run = (ticks: readonly Tick[], under = rules) =>
    runLooks(under, looksOf(street, ticks), betweenLooks(ticks));

  describe(street.name, () => {
    test("the street can become a violation: the laws are about something", () => {
      const { changes } = run(steadyTicks(looksToReport));
      expect(changes.map(({ stage }) => stage)).toContain("reported");
    });

    test("stages go forward, revisions are unbroken, what ended stays ended", () => {
      fc.assert(
        fc.property(story(anyClock), (ticks) => {
          for (const told of byViolation(run(ticks).changes)) {
            const stages = told.map(({ stage }) => stage).join(" ");
            expect(stages).toMatch(/^warned( reported)?( cleared)?$/);
            expect(told.map(({ revision }) => revision)).toEqual(told.map((_, i) => i + 1));
          }
        }),
        runs,
      );
    });

    test("no gaps, restarts and clocks make a violation from less than its threshold", () => {
      fc.assert(
        fc.property(story(anyClock), (ticks) => {
          const looks = looksOf(street, ticks);
          for (const change of run(ticks).changes) {
            const until = 1 + looks.findLastIndex((look) => look.capturedAtMs === change.atMs);
            const mostMs = possibleMs(street, ticks.slice(0, until));
            expect(change.observedMs).toBeLessThanOrEqual(mostMs);
            const isOver = change.stage === "cleared";
            expect(isOver || isEnough(street, change, looks.slice(0, until))).toBe(true);
          }
        }),
        runs,
      );
    });

    describe("a thing that stays", () => {
      const { changes: due } = run(firstAlone(steadyTicks(looksToReport)));
      const countOf = (stage: "warned" | "reported", changes: readonly ViolationChange[]) =>
        changes.filter((change) => change.stage === stage && isOfFirst(street, change)).length;

      test("no gaps, restarts and clocks forget it, end it or make two of it", () => {
        fc.assert(
          fc.property(story(anyClock), (ticks) => {
            const ticksOn = [...ticks, ...steadyTicks(looksToReport)];
            const always = staying(street, firstAlone(ticksOn));
            const first = run(always.slice(0, 1)).state.presences.map(({ id }) => id);
            const { changes, state } = run(always);
            expect(state.presences.map(({ id }) => id)).toEqual(expect.arrayContaining(first));
            const told = changes.filter((change) => isOfFirst(street, change));
            expect(told.filter(({ stage }) => stage === "cleared")).toEqual([]);
            expect(byViolation(told).length).toBeLessThanOrEqual(byViolation(due).length);
          }),
          runs,
        );
      });

      test("is told on the look that has observed enough of it", () => {
        const anyStage = fc.constantFrom("warned" as const, "reported" as const);
        fc.assert(
          fc.property(story(anyClock), anyStage, (ticks, stage) => {
            const ticksOn = [...ticks, ...steadyTicks(looksToReport)];
            const always = staying(street, firstAlone(ticksOn));
            const { changes } = run(always.slice(0, looksUntil(street, always, stage)));
            expect(countOf(stage, changes)).toBe(countOf(stage, due));
          }),
          runs,
        );
      });
    });

    test("nobody looking forgets nothing, and one look that sees nothing ends nothing", () => {
      fc.assert(
        fc.property(story(plainStep), fc.integer({ min: 31, max: 500_000 }), (ticks, seconds) => {
          const { state } = run(ticks);
          const last = looksOf(street, ticks).at(-1);
          const isSeen = (id: string) =>
            state.presences.some(
              (each) => each.id === id && each.lastSeenAtMs === last?.capturedAtMs,
            );
          const told = state.cases.filter(({ revision }) => revision > 0);
          const laterSeconds = secondsOf(last) + seconds * (street.periodMs / 1_000);
          const elsewhere = { xMin: 0, yMin: 0, xMax: 0.1, yMax: 0.1 };
          const away = stepCamera(rules, state, lookAt(laterSeconds, [], { crop: elsewhere }));
          expect(away.changes).toEqual([]);
          expect(away.state.cases.filter(({ revision }) => revision > 0)).toEqual(told);
          const empty = stepCamera(rules, state, lookAt(laterSeconds, []));
          const left = empty.state.cases.map(({ violationId }) => violationId);
          const seen = told.filter(({ presenceId }) => isSeen(presenceId));
          expect(left).toEqual(expect.arrayContaining(seen.map(({ violationId }) => violationId)));
        }),
        runs,
      );
    });

    test("observed and unobserved time fill the time in between", () => {
      fc.assert(
        fc.property(story(anyStep), (ticks) => {
          const { changes, state } = run(ticks);
          for (const each of [...changes, ...state.presences]) {
            expect(each.observedMs).toBeGreaterThanOrEqual(0);
            expect(each.unobservedMs).toBeGreaterThanOrEqual(0);
            const betweenMs = each.lastSeenAtMs - each.firstSeenAtMs;
            expect(each.observedMs + each.unobservedMs).toBe(betweenMs);
          }
        }),
        runs,
      );
    });

    test("a clock that is set back leaves no negative time", () => {
      fc.assert(
        fc.property(story(anyClock), (ticks) => {
          const { changes, state } = run(ticks);
          for (const each of [...changes, ...state.presences]) {
            expect(each.observedMs).toBeGreaterThanOrEqual(0);
            expect(each.unobservedMs).toBeGreaterThanOrEqual(0);
            expect(each.lastSeenAtMs).toBeGreaterThanOrEqual(each.firstSeenAtMs);
          }
        }),
        runs,
      );
    });

    test("a longer window, or one more, never adds time in violation", () => {
      const windows = windowsOf(street);
      fc.assert(
        fc.property(
          story(anyStep),
          fc.array(windows, { maxLength: 2 }),
          windows,
          fc.nat(60),
          (ticks, allowed, more, longerMinutes) => {
            const told = (by: readonly AllowedWindow[]) =>
              run(ticks, rulesOfStreet(street, {}, { allowed: by })).changes;
            const without = told(allowed);
            expectNoMoreOpen(told([...allowed, more]), without);
            const [first, ...others] = allowed;
            if (first === undefined) return;
            const { graceMinutes = 0 } = first;
            const longer = { ...first, graceMinutes: graceMinutes + longerMinutes };
            expectNoMoreOpen(told([longer, ...others]), without);
          },
        ),
        runs,
      );
    });

    test("a permit never adds time in violation, and nothing is told while it holds", () => {
      fc.assert(
        fc.property(story(anyStep), windowsOf(street), (ticks, hours) => {
          const permit = permitOf({ kinds, hours: [hours] });
          const permits = registerOf(permit);
          const { changes } = run(ticks, rulesOfStreet(street, { permits }));
          expectNoMoreOpen(changes, run(ticks).changes);
          for (const { stage, atMs } of changes) {
            if (stage !== "warned" && stage !== "reported") continue;
            expect(holdsAt(permit, atMs, rules.timeZone)).toBe(false);
          }
        }),
        runs,
      );
    });

    test("a rule that requires evidence reports with it alone, and else tells the same", () => {
      const strict = rulesOfStreet(street, {}, { evidenceRequire: "complete" });
      fc.assert(
        fc.property(story(anyClock), fc.array(fc.boolean()), (ticks, isKnown) => {
          const step = betweenLooks(ticks);
          let state = createCameraState(strict);
          const told: ViolationChange[] = [];
          for (const [index, look] of looksOf(street, ticks).entries()) {
            const before = step(state);
            const open = before.cases.map(({ violationId }) => violationId);
            const completeEvidence = isKnown[index] === true ? open : [];
            const after = stepCamera(strict, before, { ...look, completeEvidence });
            const reported = after.changes.filter(({ stage }) => stage === "reported");
            const ids = reported.map(({ violationId }) => violationId);
            expect(completeEvidence).toEqual(expect.arrayContaining(ids));
            told.push(...after.changes);
            ({ state } = after);
          }
          const others = ({ stage }: ViolationChange) => stage !== "reported";
          const where = ({ stage, violationId, atMs }: ViolationChange) =>
            [stage, violationId, atMs] as const;
          expect(told.filter(others).map(where)).toEqual(
            run(ticks).changes.filter(others).map(where),
          );
        }),
        runs,
      );
    });

    test("looks in other batches, with saves and other cameras between, give the same bytes", () => {
      fc.assert(
        fc.property(story(anyClock), (ticks) => {
          const straight = ticks.map((tick) =>
            tick.between === "saved" ? { ...tick, between: "nothing" as const } : tick,
          );
          const { changes, counts, state } = run(straight);
          const other = rulesOfStreet(street, { cameraId: cameraId("west") });
          let west = createCameraState(other);
          const step = betweenLooks(ticks);
          const looks = looksOf(street, ticks);
          let index = 0;
          const inBatches = runLooks(structuredClone(rules), looks, (before) => {
            const look = looks[index];
            const after = step(before);
            if (look !== undefined && ticks[index]?.between !== "nothing") {
              west = stepCamera(other, west, { ...look, cameraId: other.cameraId }).state;
            }
            index += 1;
            return after;
          });
          expect(JSON.stringify([inBatches.changes, inBatches.counts])).toBe(
            JSON.stringify([changes, counts]),
          );
          expect(serialiseCameraState(inBatches.state)).toBe(serialiseCameraState(state));
        }),
        runs,
      );
    });

    test("a step does not touch the state it was given", () => {
      fc.assert(
        fc.property(story(anyClock), (ticks) => {
          let state = createCameraState(rules);
          for (const look of looksOf(street, ticks)) {
            const before = serialiseCameraState(state);
            const step = stepCamera(rules, state, look);
            expect(serialiseCameraState(state)).toBe(before);
            expect(stepCamera(rules, state, look)).toEqual(step);
            ({ state } = step);
          }
        }),
        { numRuns: 5 },
      );
    });
  });
}

function byViolation(changes: readonly ViolationChange[]): readonly (readonly ViolationChange[])[] {
  return [...Map.groupBy(changes, ({ violationId }) => violationId).values()];
}

/** At no time are more violations open than without what allows more. */
function expectNoMoreOpen(
  changes: readonly ViolationChange[],
  without: readonly ViolationChange[],
): void {
  for (const { atMs } of changes) {
    expect(openAt(changes, atMs)).toBeLessThanOrEqual(openAt(without, atMs));
  }
}

/** Violations that are open after all changes up to then. */
function openAt(changes: readonly ViolationChange[], atMs: number): number {
  let open = 0;
  for (const change of changes) {
    if (change.atMs > atMs) continue;
    if (change.stage === "warned") open += 1;
    if (change.stage === "cleared" || change.stage === "withdrawn") open -= 1;
  }
  return open;
}
