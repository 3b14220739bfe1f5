/**
 * The laws of `laws.test.ts` for every kind that counts time, each on a street of its own sort.
 *
 * A street is drawn at random: things come, go, change their state, are missed and hidden, nobody
 * looks for seconds or hours, the clock is set. No such story may break what is checked here.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stepCamera } from "./camera.ts";
import { parseCameraState, serialiseCameraState } from "./camera-state.ts";
import type { Look } from "./domain/look.ts";
import type { Permit } from "./domain/permit.ts";
import type { AllowedWindow, CameraRules, RuleSettings } from "./domain/rule.ts";
import {
  carAt,
  lookAt,
  morningMs,
  ruleOf,
  rulesOf,
  runLooks,
  type Seen,
  zoneOf,
} from "./testing/street.ts";
import type { ViolationChange } from "./violation-change.ts";

const times = { warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 };

/** Two things that a look may see, the second in either of two states, and what hides both. */
interface Tick {
  readonly stepMs: number;
  readonly first: boolean;
  readonly second: "away" | "one" | "other";
  readonly isHidden: boolean;
}

const at = (x: number, width: number, height: number) => ({
  xMin: x,
  yMin: 0.6 - height,
  xMax: x + width,
  yMax: 0.6,
});
const lorry: Seen = { box: { xMin: 0.1, yMin: 0.3, xMax: 0.9, yMax: 0.79 }, label: "truck" };
const bikes = (count: number, from: number): readonly Seen[] =>
  Array.from({ length: count }, (_, index) => ({
    box: at(from + index * 0.04, 0.03, 0.06),
    label: "two-wheeler" as const,
  }));

interface Street {
  readonly name: string;
  readonly rule: Partial<RuleSettings>;
  readonly first: readonly Seen[];
  readonly one: readonly Seen[];
  readonly other: readonly Seen[];
}

const streets: readonly Street[] = [
  {
    name: "motor vehicles",
    rule: { subKinds: ["motor-vehicle"] },
    first: [{ box: carAt(0.2) }],
    one: [{ box: carAt(0.6) }],
    other: [{ box: carAt(0.61), label: "truck" }],
  },
  {
    name: "bicycles and pile-ups",
    rule: { subKinds: ["non-motor-vehicle", "shared-bike-pile-up"], pileUpCount: 4 },
    first: bikes(2, 0.2),
    one: bikes(2, 0.28),
    other: bikes(4, 0.28),
  },
  {
    name: "stalls",
    rule: { kind: "street-vending", vending: { cueScoreMin: 0.62, attendedMs: 30_000 } },
    first: [
      { box: at(0.2, 0.12, 0.14), label: "stall" },
      { box: at(0.24, 0.03, 0.12), label: "person" },
    ],
    one: [{ box: at(0.6, 0.08, 0.05), label: "goods" }],
    other: [
      { box: at(0.6, 0.08, 0.05), label: "goods" },
      { box: at(0.62, 0.03, 0.12), label: "person" },
    ],
  },
  {
    name: "bins and rubbish",
    rule: { kind: "overflowing-bin" },
    first: [{ box: at(0.2, 0.06, 0.04), label: "garbage" }],
    one: [{ box: at(0.6, 0.05, 0.12), label: "bin" }],
    other: [{ box: at(0.6, 0.05, 0.12), label: "overflowing-bin" }],
  },
];

const tick = (steps: fc.Arbitrary<number>): fc.Arbitrary<Tick> =>
  fc.record({
    stepMs: steps,
    first: fc.oneof(
      { weight: 5, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    second: fc.constantFrom("away", "one", "other", "other", "other"),
    isHidden: fc.oneof(
      { weight: 8, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
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
/** Each state lasts for some looks, as in a street; a state a look is noise. */
const story = (steps: fc.Arbitrary<number>): fc.Arbitrary<readonly Tick[]> =>
  fc
    .array(fc.tuple(tick(steps), fc.integer({ min: 1, max: 10 })), { minLength: 2, maxLength: 8 })
    .chain((runs) => {
      const count = runs.reduce((sum, [, looks]) => sum + looks, 0);
      return fc
        .array(steps, { minLength: count, maxLength: count })
        .map((lengths) =>
          runs
            .flatMap(([each, looks]) => Array.from({ length: looks }, () => each))
            .map((each, index) => ({ ...each, stepMs: lengths[index] ?? each.stepMs })),
        );
    });

function looksOf(street: Street, ticks: readonly Tick[]): readonly Look[] {
  let atMs = 0;
  return ticks.map(({ stepMs, first, second, isHidden }) => {
    atMs += stepMs;
    if (isHidden) return lookAt(atMs / 1_000, [lorry]);
    const seen = [
      ...(first ? street.first : []),
      ...(second === "away" ? [] : second === "one" ? street.one : street.other),
    ];
    return lookAt(atMs / 1_000, seen);
  });
}

function rulesOfStreet({ rule }: Street, changes: Partial<CameraRules> = {}): CameraRules {
  return rulesOf({ zones: [zoneOf({ rules: [ruleOf({ ...times, ...rule })] })], ...changes });
}

const runs = { numRuns: 25 };

for (const street of streets) {
  const rules = rulesOfStreet(street);

  describe(street.name, () => {
    test("the street can become a violation: the laws are about something", () => {
      const steady = Array.from(
        { length: 60 },
        (): Tick => ({ stepMs: 2_000, first: true, second: "other", isHidden: false }),
      );
      expect(runLooks(rules, looksOf(street, steady)).changes.map(({ stage }) => stage)).toContain(
        "reported",
      );
    });

    test("stages go forward, revisions are unbroken, and no violation has less than its time", () => {
      fc.assert(
        fc.property(story(anyClock), (ticks) => {
          const { changes } = runLooks(rules, looksOf(street, ticks));
          for (const told of Map.groupBy(changes, ({ violationId }) => violationId).values()) {
            expect(told.map(({ stage }) => stage).join(" ")).toMatch(
              /^warned( reported)?( cleared)?$/,
            );
            expect(told.map(({ revision }) => revision)).toEqual(told.map((_, i) => i + 1));
          }
          const possibleMs = ticks.reduce(
            (sum, { stepMs }) => sum + (stepMs > 0 && stepMs <= 30_000 ? stepMs : 0),
            0,
          );
          for (const { stage, observedMs, unobservedMs, ...of } of changes) {
            expect(observedMs).toBeGreaterThanOrEqual(0);
            expect(unobservedMs).toBeGreaterThanOrEqual(0);
            expect(of.lastSeenAtMs).toBeGreaterThanOrEqual(of.firstSeenAtMs);
            if (stage === "cleared") continue;
            const leastMs = stage === "warned" ? times.warnAfterMs : times.reportAfterMs;
            expect(observedMs).toBeGreaterThanOrEqual(leastMs);
            expect(observedMs).toBeLessThanOrEqual(possibleMs);
          }
        }),
        runs,
      );
    });

    test("observed and unobserved time fill the time in between", () => {
      fc.assert(
        fc.property(story(anyStep), (ticks) => {
          for (const change of runLooks(rules, looksOf(street, ticks)).changes) {
            expect(change.observedMs + change.unobservedMs).toBe(
              change.lastSeenAtMs - change.firstSeenAtMs,
            );
          }
        }),
        runs,
      );
    });

    test("nobody looking forgets nothing", () => {
      fc.assert(
        fc.property(story(plainStep), fc.integer({ min: 31, max: 500_000 }), (ticks, seconds) => {
          const looks = looksOf(street, ticks);
          const { state } = runLooks(rules, looks);
          const told = state.cases.filter(({ revision }) => revision > 0);
          const lastMs = looks.at(-1)?.capturedAtMs ?? morningMs;
          const elsewhere = { xMin: 0, yMin: 0, xMax: 0.1, yMax: 0.1 };
          const later = lookAt((lastMs - morningMs) / 1_000 + seconds, [], { crop: elsewhere });
          const next = stepCamera(rules, state, later);
          expect(next.changes).toEqual([]);
          expect(next.state.cases.filter(({ revision }) => revision > 0)).toEqual(told);
        }),
        runs,
      );
    });

    const window: fc.Arbitrary<AllowedWindow> = fc.record({
      startMinute: fc.integer({ min: 470, max: 490 }),
      endMinute: fc.integer({ min: 471, max: 495 }),
      graceMinutes: fc.nat(3),
    });

    test("a permit never adds time in violation", () => {
      fc.assert(
        fc.property(story(anyStep), window, (ticks, hours) => {
          const looks = looksOf(street, ticks);
          const without = runLooks(rules, looks).changes;
          const permitted = rulesOfStreet(street, { permits: registerOf(hours) });
          const { changes } = runLooks(permitted, looks);
          // It withdraws what was told, and what stays beyond it is told anew.
          for (const { atMs } of changes) {
            expect(openAt(changes, atMs)).toBeLessThanOrEqual(openAt(without, atMs));
          }
        }),
        runs,
      );
    });

    test("one more window never brings a stage, nor brings it earlier", () => {
      fc.assert(
        fc.property(story(anyStep), window, (ticks, more) => {
          const looks = looksOf(street, ticks);
          const without = toldAt(runLooks(rules, looks).changes);
          const allowing = rulesOfStreet({ ...street, rule: { ...street.rule, allowed: [more] } });
          const withMore = toldAt(runLooks(allowing, looks).changes);
          for (const stage of ["warned", "reported"] as const) {
            withMore[stage].forEach((atMs, index) => {
              expect(without[stage][index]).toBeLessThanOrEqual(atMs);
            });
          }
        }),
        runs,
      );
    });

    test("restarts, and looks that come in other batches, change nothing", () => {
      fc.assert(
        fc.property(story(anyClock), fc.array(fc.boolean(), { maxLength: 150 }), (ticks, cuts) => {
          const looks = looksOf(street, ticks);
          let index = 0;
          const inBatches = runLooks(rules, looks, (state) => {
            index += 1;
            if (cuts[index] !== true) return state;
            return parseCameraState(serialiseCameraState(state), rules.cameraId).state;
          });
          expect(inBatches).toEqual(runLooks(rules, looks));
        }),
        runs,
      );
    });
  });
}

function toldAt(changes: readonly ViolationChange[]) {
  const of = (wanted: "warned" | "reported") =>
    changes.filter(({ stage }) => stage === wanted).map(({ atMs }) => atMs);
  return { warned: of("warned"), reported: of("reported") };
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

function registerOf({ startMinute, endMinute }: AllowedWindow) {
  const permit: Permit = {
    number: "P-1",
    kinds: ["street-vending", "illegal-parking", "overflowing-bin"],
    place: { type: "zone", cameraId: "east", zoneId: "kerb" },
    from: "2026-06-01",
    to: "2026-07-31",
    hours: [{ startMinute, endMinute }],
    isConfirmed: true,
  };
  return { version: "1", hash: "0".repeat(64), permits: [permit] };
}
