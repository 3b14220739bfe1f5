/**
 * Laws that hold for every street, every gap, every restart and every clock.
 *
 * A street is drawn at random: cars that stand or drive, looks that miss them, gaps of seconds to
 * hours, looks that come late, clocks that are set. What is checked is what no such story may
 * break; the tables of `camera.test.ts` say what should happen in particular ones.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCameraState, stepCamera } from "./camera.ts";
import { parseCameraState, serialiseCameraState } from "./camera-state.ts";
import type { AllowedWindow } from "./domain/rule.ts";
import { carAt, lookAt, morningMs, rulesWith, runLooks, type Seen } from "./testing/street.ts";
import type { ViolationChange } from "./violation-change.ts";

const thresholds = { warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 };
const rules = rulesWith(thresholds);
const stepMsMax = 30_000;

/** How one look comes after the one before, and what it sees of two places. */
interface Tick {
  readonly stepMs: number;
  readonly sees: readonly boolean[];
  readonly drivesAt: number | undefined;
  readonly jitter: number;
}
const tick = (steps: fc.Arbitrary<number>): fc.Arbitrary<Tick> =>
  fc.record({
    stepMs: steps,
    sees: fc.tuple(
      fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.boolean() }),
      fc.boolean(),
    ),
    drivesAt: fc.option(
      fc.integer({ min: 5, max: 80 }).map((x) => x / 100),
      { nil: undefined },
    ),
    jitter: fc.integer({ min: -4, max: 4 }).map((x) => x / 1_000),
  });

const plainStep = fc.constant(2_000);
const anyStep = fc.oneof(
  { weight: 8, arbitrary: plainStep },
  { weight: 2, arbitrary: fc.integer({ min: 500, max: 29_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 31_000, max: 7_200_000 }) },
);
const anyClock = fc.oneof(
  { weight: 8, arbitrary: anyStep },
  { weight: 1, arbitrary: fc.integer({ min: -7_200_000, max: 0 }) },
);
const street = (steps: fc.Arbitrary<number>) =>
  fc.array(tick(steps), { minLength: 5, maxLength: 90 });

function looksOf(ticks: readonly Tick[]) {
  let atMs = 0;
  return ticks.map(({ stepMs, sees, drivesAt, jitter }) => {
    atMs += stepMs;
    const seen: Seen[] = [];
    if (sees[0]) seen.push({ box: carAt(0.4 + jitter) });
    if (sees[1]) seen.push({ box: carAt(0.7 + jitter) });
    if (drivesAt !== undefined) seen.push({ box: carAt(drivesAt, 0.75) });
    return lookAt(atMs / 1_000, seen);
  });
}

function byViolation(changes: readonly ViolationChange[]): readonly (readonly ViolationChange[])[] {
  return [...Map.groupBy(changes, ({ violationId }) => violationId).values()];
}

describe("laws of the stages", () => {
  test("revisions are unbroken, stages go forward, what ended stays ended", () => {
    fc.assert(
      fc.property(street(anyClock), (ticks) => {
        for (const changes of byViolation(runLooks(rules, looksOf(ticks)).changes)) {
          const stages = changes.map(({ stage }) => stage).join(" ");
          expect(stages).toMatch(/^warned( reported)?( cleared)?$/);
          expect(changes.map(({ revision }) => revision)).toEqual(
            changes.map((_, index) => index + 1),
          );
        }
      }),
    );
  });

  test("a thing is one violation at a time: told and cleared alternate", () => {
    fc.assert(
      fc.property(street(anyClock), (ticks) => {
        let open = 0;
        const { changes } = runLooks(
          rules,
          looksOf(
            ticks.map((each) => ({
              ...each,
              sees: [each.sees[0] ?? false, false],
              drivesAt: undefined,
            })),
          ),
        );
        for (const { stage } of changes) {
          if (stage === "warned") open += 1;
          if (stage === "cleared") open -= 1;
          expect(open).toBeGreaterThanOrEqual(0);
          expect(open).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("laws of time", () => {
  test("no gaps and clocks make a violation from less observed time than its threshold", () => {
    fc.assert(
      fc.property(street(anyClock), (ticks) => {
        const looks = looksOf(ticks);
        for (const { stage, observedMs, atMs } of runLooks(rules, looks).changes) {
          if (stage === "cleared") continue;
          const leastMs = stage === "warned" ? thresholds.warnAfterMs : thresholds.reportAfterMs;
          expect(observedMs).toBeGreaterThanOrEqual(leastMs);
          // What any look could have observed until then: the short steps forward.
          let possibleMs = 0;
          for (const [index, { stepMs }] of ticks.entries()) {
            if ((looks[index]?.capturedAtMs ?? 0) <= atMs || ticks.some((t) => t.stepMs < 0)) {
              possibleMs += stepMs > 0 && stepMs <= stepMsMax ? stepMs : 0;
            }
          }
          expect(observedMs).toBeLessThanOrEqual(possibleMs);
        }
      }),
    );
  });

  test("observed and unobserved time are whole, never negative, and fill the time in between", () => {
    fc.assert(
      fc.property(street(anyStep), (ticks) => {
        const { changes, state } = runLooks(rules, looksOf(ticks));
        for (const each of [...changes, ...state.presences]) {
          expect(each.observedMs).toBeGreaterThanOrEqual(0);
          expect(each.unobservedMs).toBeGreaterThanOrEqual(0);
          expect(each.observedMs + each.unobservedMs).toBe(each.lastSeenAtMs - each.firstSeenAtMs);
        }
      }),
    );
  });

  test("a clock that is set back leaves no negative time", () => {
    fc.assert(
      fc.property(street(anyClock), (ticks) => {
        const { changes, state } = runLooks(rules, looksOf(ticks));
        for (const each of [...changes, ...state.presences]) {
          expect(each.observedMs).toBeGreaterThanOrEqual(0);
          expect(each.unobservedMs).toBeGreaterThanOrEqual(0);
          expect(each.lastSeenAtMs).toBeGreaterThanOrEqual(each.firstSeenAtMs);
        }
      }),
    );
  });

  test("a gap between any two looks never makes an earlier or a further stage", () => {
    fc.assert(
      fc.property(
        street(plainStep),
        fc.nat(90),
        fc.integer({ min: 31, max: 5_000 }),
        (ticks, where, seconds) => {
          const cut = where % ticks.length;
          const withGap = ticks.map((each, index) =>
            index === cut ? { ...each, stepMs: each.stepMs + seconds * 1_000 } : each,
          );
          const count = (of: readonly Tick[]) =>
            runLooks(rules, looksOf(of)).changes.filter(({ stage }) => stage !== "cleared").length;
          const steady = ticks.map((each) => ({
            ...each,
            sees: [true, false],
            drivesAt: undefined,
          }));
          const steadyGap = withGap.map((each) => ({
            ...each,
            sees: [true, false],
            drivesAt: undefined,
          }));
          expect(count(steadyGap)).toBeLessThanOrEqual(count(steady));
        },
      ),
    );
  });

  test("nobody looking forgets nothing: after any gap what is open is still open", () => {
    fc.assert(
      fc.property(street(plainStep), fc.integer({ min: 31, max: 500_000 }), (ticks, seconds) => {
        const looks = looksOf(ticks);
        const { state } = runLooks(rules, looks);
        const told = state.cases.filter(({ revision }) => revision > 0);
        const lastMs = looks.at(-1)?.capturedAtMs ?? morningMs;
        const elsewhere = { xMin: 0, yMin: 0, xMax: 0.3, yMax: 0.3 };
        const later = lookAt((lastMs - morningMs) / 1_000 + seconds, [], { crop: elsewhere });
        const next = stepCamera(rules, state, later);
        expect(next.changes).toEqual([]);
        expect(next.state.cases.filter(({ revision }) => revision > 0)).toEqual(told);
      }),
    );
  });
});

describe("laws of the schedule", () => {
  const window: fc.Arbitrary<AllowedWindow> = fc.record({
    startMinute: fc.integer({ min: 470, max: 490 }),
    endMinute: fc.integer({ min: 471, max: 495 }),
  });

  test("one more allowed window never adds a stage or makes it come earlier", () => {
    fc.assert(
      fc.property(
        street(anyStep),
        fc.array(window, { maxLength: 2 }),
        window,
        (ticks, allowed, more) => {
          const looks = looksOf(ticks.map((each) => ({ ...each, drivesAt: undefined })));
          const told = (windows: readonly AllowedWindow[]) =>
            runLooks(rulesWith({ ...thresholds, allowed: windows }), looks).changes.filter(
              ({ stage }) => stage !== "cleared",
            );
          const without = told(allowed);
          for (const change of told([...allowed, more])) {
            const earlier = without.find(
              ({ violationId, stage }) =>
                violationId === change.violationId && stage === change.stage,
            );
            expect(earlier?.atMs).toBeLessThanOrEqual(change.atMs);
          }
        },
      ),
    );
  });
});

describe("laws of the state", () => {
  test("a restart between any two looks changes nothing", () => {
    fc.assert(
      fc.property(
        street(anyClock),
        fc.array(fc.boolean(), { minLength: 90, maxLength: 90 }),
        (ticks, restarts) => {
          const looks = looksOf(ticks);
          let index = 0;
          const restarted = runLooks(rules, looks, (state) => {
            index += 1;
            if (!restarts[index]) return state;
            return parseCameraState(serialiseCameraState(state), rules.cameraId).state;
          });
          expect(restarted).toEqual(runLooks(rules, looks));
        },
      ),
    );
  });

  test("a step does not touch the state it was given", () => {
    fc.assert(
      fc.property(street(anyClock), (ticks) => {
        let state = createCameraState(rules);
        for (const look of looksOf(ticks)) {
          const before = serialiseCameraState(state);
          const step = stepCamera(rules, state, look);
          expect(serialiseCameraState(state)).toBe(before);
          expect(stepCamera(rules, state, look)).toEqual(step);
          ({ state } = step);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("whatever is seen, the state is bounded", () => {
    const crowd = fc.array(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 85 }), fc.integer({ min: 15, max: 99 })), {
        maxLength: 100,
      }),
      { minLength: 2, maxLength: 12 },
    );
    fc.assert(
      fc.property(crowd, (looks) => {
        const { state } = runLooks(
          rules,
          looks.map((cars, index) =>
            lookAt(
              index * 2,
              cars.map(([x, y]) => ({ box: carAt(x / 100, y / 100) })),
            ),
          ),
        );
        expect(state.presences.length).toBeLessThanOrEqual(128);
        expect(state.cases.length).toBeLessThanOrEqual(128);
      }),
      { numRuns: 20 },
    );
  });
});
