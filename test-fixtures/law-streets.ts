/**
 * Streets for laws that hold whatever happens in them, one sort a kind.
 *
 * Two places: at the first a thing stands, at the second one comes, goes and changes its state.
 * What happens there is drawn at random (`law-stories.ts`); what may come of it is worked out from
 * the story alone (`law-times.ts`).
 */
import fc from "fast-check";
import type { Kind } from "../pipelines/domain/kind.ts";
import type { AllowedWindow, CameraRules, RuleSettings } from "../pipelines/domain/rule.ts";
import {
  carAt,
  ruleOf,
  rulesOf,
  type Seen,
  standingAt,
  zoneOf,
} from "../pipelines/testing/street.ts";

export interface LawStreet {
  readonly name: string;
  readonly kind: Kind;
  readonly periodMs: number;
  readonly rule: Partial<RuleSettings>;
  /** Of a thing not told of yet: absence that is seen for less never ends it. */
  readonly patienceMs: number;
  /** What stands at the first place. */
  readonly first: readonly Seen[];
  /** The two states of the second place. */
  readonly one: readonly Seen[];
  readonly other: readonly Seen[];
}

export const lawTimes = { warnAfterMs: 20_000, reportAfterMs: 60_000, clearAfterMs: 10_000 };
const halfHourMs = 1_800_000;

const bikes = (count: number, from: number): readonly Seen[] =>
  Array.from({ length: count }, (_, index) => ({
    box: standingAt(from + index * 0.04, 0.03, 0.06),
    label: "two-wheeler" as const,
  }));
const fast = {
  kind: "illegal-parking",
  periodMs: 2_000,
  patienceMs: lawTimes.clearAfterMs,
} as const;

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
      { box: standingAt(0.2, 0.12, 0.14), label: "stall" },
      { box: standingAt(0.24, 0.03, 0.12), label: "person" },
    ],
    one: [{ box: standingAt(0.6, 0.08, 0.05), label: "goods" }],
    other: [
      { box: standingAt(0.6, 0.08, 0.05), label: "goods" },
      { box: standingAt(0.62, 0.03, 0.12), label: "person" },
    ],
  },
  {
    ...fast,
    name: "bins and rubbish",
    kind: "overflowing-bin",
    rule: {},
    first: [{ box: standingAt(0.2, 0.06, 0.04), label: "garbage" }],
    one: [{ box: standingAt(0.6, 0.05, 0.12), label: "bin" }],
    other: [{ box: standingAt(0.6, 0.05, 0.12), label: "overflowing-bin" }],
  },
  {
    name: "signs",
    kind: "unlicensed-signage",
    periodMs: halfHourMs,
    patienceMs: 2 * halfHourMs,
    rule: {
      everyMs: halfHourMs,
      warnAfterMs: 0,
      reportAfterMs: 0,
      clearAfterMs: 5 * halfHourMs,
      signs: { sightings: 3, days: 2, daylight: "always" },
    },
    first: [{ box: standingAt(0.2, 0.12, 0.08), label: "signboard" }],
    one: [{ box: standingAt(0.6, 0.12, 0.08), label: "signboard" }],
    other: [
      { box: standingAt(0.6, 0.12, 0.08), label: "signboard" },
      { box: { xMin: 0.55, yMin: 0.48, xMax: 0.8, yMax: 0.68 }, label: "truck" },
    ],
  },
];

export function rulesOfStreet(
  { kind, periodMs, rule }: LawStreet,
  changes: Partial<CameraRules> = {},
  ruleChanges: Partial<RuleSettings> = {},
): CameraRules {
  const own = ruleOf({ kind, everyMs: periodMs, ...lawTimes, ...rule, ...ruleChanges });
  const rules = rulesOf({ zones: [zoneOf({ rules: [own] })], ...changes });
  return { ...rules, views: rules.views.map((view) => ({ ...view, everyMs: periodMs })) };
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
