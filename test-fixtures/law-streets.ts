/**
 * Streets drawn at random, one sort a kind, for laws that hold whatever happens in them.
 *
 * Two places: at the first a thing stands, at the second one comes, goes and changes its state.
 * Looks miss them, a lorry hides them, nobody looks for minutes or days, the agent is started
 * anew, the clock is set. Lengths are counted in the periods of the kind, so that one generator
 * serves cars that are looked at every two seconds and signs that are looked at every half hour.
 */
import fc from "fast-check";
import type { CameraState } from "../pipelines/camera-state.ts";
import { parseCameraState, serialiseCameraState } from "../pipelines/camera-state.ts";
import { detectionBox } from "../pipelines/domain/detections.ts";
import { boxOverlap, type NormBox } from "../pipelines/domain/geometry.ts";
import type { Kind } from "../pipelines/domain/kind.ts";
import type { Look } from "../pipelines/domain/look.ts";
import type { AllowedWindow, CameraRules, RuleSettings } from "../pipelines/domain/rule.ts";
import { resumeCamera } from "../pipelines/resume.ts";
import {
  carAt,
  lookAt,
  morningMs,
  ruleOf,
  rulesOf,
  type Seen,
  zoneOf,
} from "../pipelines/testing/street.ts";
import type { ViolationChange } from "../pipelines/violation-change.ts";

export interface LawStreet {
  readonly name: string;
  readonly kind: Kind;
  readonly periodMs: number;
  readonly rule: Partial<RuleSettings>;
  /** What stands at the first place. */
  readonly first: readonly Seen[];
  /** The two states of the second place. */
  readonly one: readonly Seen[];
  readonly other: readonly Seen[];
}

const times = { warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 };
const halfHourMs = 1_800_000;
const dayMs = 86_400_000;

const at = (x: number, width: number, height: number) => ({
  xMin: x,
  yMin: 0.6 - height,
  xMax: x + width,
  yMax: 0.6,
});
const bikes = (count: number, from: number): readonly Seen[] =>
  Array.from({ length: count }, (_, index) => ({
    box: at(from + index * 0.04, 0.03, 0.06),
    label: "two-wheeler" as const,
  }));
const fast = { kind: "illegal-parking", periodMs: 2_000 } as const;

export const lawStreets: readonly LawStreet[] = [
  {
    ...fast,
    name: "motor vehicles",
    rule: { subKinds: ["motor-vehicle"] },
    first: [{ box: carAt(0.2) }],
    one: [{ box: carAt(0.6) }],
    other: [{ box: carAt(0.61), label: "truck" }],
  },
  {
    ...fast,
    name: "bicycles and pile-ups",
    rule: { subKinds: ["non-motor-vehicle", "shared-bike-pile-up"], pileUpCount: 4 },
    first: bikes(2, 0.2),
    one: bikes(2, 0.28),
    other: bikes(4, 0.28),
  },
  {
    ...fast,
    name: "stalls",
    kind: "street-vending",
    rule: { vending: { cueScoreMin: 0.62, attendedMs: 30_000 } },
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
    ...fast,
    name: "bins and rubbish",
    kind: "overflowing-bin",
    rule: {},
    first: [{ box: at(0.2, 0.06, 0.04), label: "garbage" }],
    one: [{ box: at(0.6, 0.05, 0.12), label: "bin" }],
    other: [{ box: at(0.6, 0.05, 0.12), label: "overflowing-bin" }],
  },
  {
    name: "signs",
    kind: "unlicensed-signage",
    periodMs: halfHourMs,
    rule: {
      everyMs: halfHourMs,
      warnAfterMs: 0,
      reportAfterMs: 0,
      clearAfterMs: 5 * halfHourMs,
      signs: { sightings: 3, days: 2, daylight: "always" },
    },
    first: [{ box: at(0.2, 0.12, 0.08), label: "signboard" }],
    one: [{ box: at(0.6, 0.12, 0.08), label: "signboard" }],
    other: [
      { box: at(0.6, 0.12, 0.08), label: "signboard" },
      { box: { xMin: 0.55, yMin: 0.48, xMax: 0.8, yMax: 0.68 }, label: "truck" },
    ],
  },
];

export function rulesOfStreet(
  { kind, periodMs, rule }: LawStreet,
  changes: Partial<CameraRules> = {},
  ruleChanges: Partial<RuleSettings> = {},
): CameraRules {
  const own = ruleOf({ kind, everyMs: periodMs, ...times, ...rule, ...ruleChanges });
  const rules = rulesOf({ zones: [zoneOf({ rules: [own] })], ...changes });
  return { ...rules, views: rules.views.map((view) => ({ ...view, everyMs: periodMs })) };
}

/** How one look comes after the one before, and what it sees. */
export interface Tick {
  /** In periods. */
  readonly step: number;
  readonly first: boolean;
  readonly second: "away" | "one" | "other";
  readonly isHidden: boolean;
  /** Before the look: the state went to disk and back, or the agent was started anew. */
  readonly between: "nothing" | "saved" | "restarted";
}

/** Periods: as in a street without trouble, with gaps, with a clock that is set. */
export const plainStep = fc.constant(1);
export const anyStep = fc.oneof(
  { weight: 8, arbitrary: plainStep },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 12 }).map((quarters) => quarters / 4) },
  { weight: 1, arbitrary: fc.integer({ min: 20, max: 3_600 }) },
);
export const anyClock = fc.oneof(
  { weight: 8, arbitrary: anyStep },
  { weight: 1, arbitrary: fc.integer({ min: -3_600, max: 0 }) },
);

const mostly = (usual: boolean, weight: number): fc.Arbitrary<boolean> =>
  fc.oneof(
    { weight, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constant(!usual) },
  );

/** Each state lasts for some looks, as in a street; a state a look would be noise. */
export function story(steps: fc.Arbitrary<number>): fc.Arbitrary<readonly Tick[]> {
  const part = fc.record({
    first: mostly(true, 5),
    second: fc.constantFrom("away", "one", "other", "other", "other"),
    isHidden: mostly(false, 8),
    looks: fc.array(
      fc.record({
        step: steps,
        between: fc.oneof(
          { weight: 8, arbitrary: fc.constant("nothing" as const) },
          { weight: 1, arbitrary: fc.constantFrom("saved" as const, "restarted" as const) },
        ),
      }),
      { minLength: 1, maxLength: 10 },
    ),
  });
  return fc
    .array(part, { minLength: 2, maxLength: 8 })
    .map((parts) => parts.flatMap(({ looks, ...is }) => looks.map((look) => ({ ...is, ...look }))));
}

/** The first thing is there in every look, the second place is empty. */
export function withoutAbsence(ticks: readonly Tick[]): readonly Tick[] {
  return ticks.map((tick) => ({ ...tick, first: true, second: "away", isHidden: false }));
}

export const steadyTicks = (count: number): readonly Tick[] =>
  Array.from({ length: count }, () => ({
    step: 1,
    first: true,
    second: "other",
    isHidden: false,
    between: "nothing",
  }));

const lorry: Seen = { box: { xMin: 0.1, yMin: 0.3, xMax: 0.9, yMax: 0.79 }, label: "truck" };

export function looksOf(street: LawStreet, ticks: readonly Tick[]): readonly Look[] {
  let atMs = 0;
  return ticks.map(({ step, first, second, isHidden }) => {
    atMs += step * street.periodMs;
    if (isHidden) return lookAt(atMs / 1_000, [lorry]);
    const seen = [
      ...(first ? street.first : []),
      ...(second === "away" ? [] : second === "one" ? street.one : street.other),
    ];
    return lookAt(atMs / 1_000, seen);
  });
}

/** For `runLooks`: what happens to the state before each look. `saved` must change nothing. */
export function betweenLooks(ticks: readonly Tick[]): (state: CameraState) => CameraState {
  let index = 0;
  return (state) => {
    const between = ticks[index]?.between ?? "nothing";
    index += 1;
    if (between === "nothing") return state;
    const saved = parseCameraState(serialiseCameraState(state), state.cameraId).state;
    return between === "saved" ? saved : resumeCamera(saved);
  };
}

/** Time that short steps forward could have observed; nobody observed more. */
export function possibleMs({ periodMs }: LawStreet, ticks: readonly Tick[]): number {
  const shortMs = Math.max(30_000, 3 * periodMs);
  return ticks.reduce((sum, { step, between }) => {
    const stepMs = step * periodMs;
    return sum + (between !== "restarted" && stepMs > 0 && stepMs <= shortMs ? stepMs : 0);
  }, 0);
}

/** Was enough of it seen for this stage, by what the looks showed and nothing else? */
export function isEnough(
  { kind, rule }: LawStreet,
  change: ViolationChange,
  looks: readonly Look[],
): boolean {
  const { stage, observedMs, box, atMs } = change;
  if (kind !== "unlicensed-signage") {
    return observedMs >= (stage === "warned" ? times.warnAfterMs : times.reportAfterMs);
  }
  const { sightings = 0, days = 0 } = rule.signs ?? {};
  const until = looks.findLastIndex(({ capturedAtMs }) => capturedAtMs === atMs);
  const sightedAtMs = looks
    .slice(0, until + 1)
    .filter((look) => boxesOf(look).some((seen) => boxOverlap(seen, box) > 0.5))
    .map(({ capturedAtMs }) => capturedAtMs);
  const seenDays = new Set(sightedAtMs.map((ms) => Math.floor((ms + 8 * 3_600_000) / dayMs)));
  // The first look only makes it known; each after it is a sighting.
  return sightedAtMs.length > sightings && seenDays.size >= days;
}

function boxesOf({ detections }: Look): readonly NormBox[] {
  return Array.from({ length: detections.count }, (_, index) => detectionBox(detections, index));
}

/** Around the time of the street: minutes for what takes minutes, any hour for what takes days. */
export function windowsOf({ periodMs }: LawStreet): fc.Arbitrary<AllowedWindow> {
  const isFast = periodMs < 60_000;
  const minutes = isFast ? { min: 470, max: 495 } : { min: 0, max: 1_439 };
  return fc.record({
    startMinute: fc.integer(minutes),
    endMinute: fc.integer(minutes),
    graceMinutes: fc.nat(3),
  });
}

export const secondsOf = (look: Look | undefined): number =>
  ((look?.capturedAtMs ?? morningMs) - morningMs) / 1_000;
