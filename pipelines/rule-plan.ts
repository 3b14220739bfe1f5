/**
 * What one camera's rules ask of every look, worked out once for each set of rules.
 *
 * Rules never change in place (a reload brings new ones), so the plan is remembered by the rules
 * object: it changes the cost of a step, never its answer.
 */
import type { SubKind } from "./domain/kind.ts";
import type { CameraRules, RuleSettings, RuleTimes, ZoneSettings } from "./domain/rule.ts";
import type { KindRule } from "./kind-rule.ts";
import { kindRuleOf } from "./kind-rules.ts";
import type { HeapSettings } from "./presence/heap.ts";
import type { Thing } from "./presence/thing.ts";
import type { OpenCase } from "./stages/open-case.ts";
import { urgencyAt } from "./stages/urgent-times.ts";
import { polygonArea } from "./zones/polygon.ts";

export interface RuleInZone {
  readonly zone: ZoneSettings;
  readonly rule: RuleSettings;
  readonly kindRule: KindRule;
  readonly subKinds: readonly SubKind[];
  /** Things that can be one of these. */
  readonly things: readonly Thing[];
  /** Rules of the kind with windows, in smaller zones: where they allow a thing, this one does. */
  readonly within: readonly RuleInZone[];
}

export interface RulePlan {
  /** Rules that can be judged; where two zones hold a thing, the stricter rule is asked first. */
  readonly rulesInZones: readonly RuleInZone[];
  /** The same, by the thing they look for. */
  readonly rulesOf: ReadonlyMap<Thing, readonly RuleInZone[]>;
  /** Zones in which many things of one sort are one violation. */
  readonly heaps: readonly HeapSettings[];
  /** Things that are remembered: violations, and what tells something about one. */
  readonly things: ReadonlySet<Thing>;
  /** What no rule wants to see; a rule that wants more looks at the presence's own score. */
  readonly scoreMin: number;
  readonly recurrenceWindowMsMax: number;
}

const plans = new WeakMap<CameraRules, RulePlan>();

export function planOf(rules: CameraRules): RulePlan {
  const known = plans.get(rules);
  if (known !== undefined) return known;
  const plan = madeFor(rules);
  plans.set(rules, plan);
  return plan;
}

function madeFor(rules: CameraRules): RulePlan {
  const rulesInZones = rules.zones
    .flatMap((zone) => zone.rules.flatMap((rule) => ruleInZone(zone, rule)))
    .map((found, _, all) => ({ ...found, within: withinOf(found, all) }))
    .sort(
      (a, b) =>
        strictestMs(a.rule) - strictestMs(b.rule) ||
        polygonArea(a.zone.polygon) - polygonArea(b.zone.polygon),
    );
  const settings = rulesInZones.map(({ rule }) => rule);
  const things = new Set(rulesInZones.flatMap((found) => found.things));
  const rulesOf = new Map(
    [...things].map((thing) => [
      thing,
      rulesInZones.filter((found) => found.things.includes(thing)),
    ]),
  );
  for (const { kindRule, subKinds } of rulesInZones) {
    for (const subKind of subKinds) {
      for (const thing of kindRule.sideThingsOf?.[subKind] ?? []) things.add(thing);
    }
  }
  const heaps = rulesInZones.flatMap(heapSettings);
  for (const { of } of heaps) things.add(of);
  return {
    rulesInZones,
    rulesOf,
    heaps,
    things,
    scoreMin: settings.reduce((min, { scoreMin }) => Math.min(min, scoreMin ?? 0), 1),
    recurrenceWindowMsMax: Math.max(0, ...settings.map((rule) => rule.recurrenceWindowMs)),
  };
}

/** The rule that a case is open under, unless it is gone. */
export function ruleOfCase(
  plan: RulePlan,
  { zoneId, kind, subKind }: Pick<OpenCase, "zoneId" | "kind" | "subKind">,
): RuleInZone | undefined {
  return plan.rulesInZones.find(
    ({ zone, rule, subKinds }) =>
      zone.id === zoneId && rule.kind === kind && subKinds.includes(subKind),
  );
}

export function timesOf(rule: RuleSettings, subKind: SubKind): RuleTimes {
  return rule.timesOf?.[subKind] ?? rule;
}

/** The same at an instant: while a tag of the zone counts they may be shorter. */
export function timesAt(
  rules: CameraRules,
  { zone, rule }: RuleInZone,
  subKind: SubKind,
  atMs: number,
): RuleTimes {
  const { urgent } = rule;
  const usual = timesOf(rule, subKind);
  if (urgent === undefined) return usual;
  const tags = zone.tags.filter((tag) => urgent.tags.includes(tag));
  if (urgencyAt(rules, tags, atMs).tags.length === 0) return usual;
  return urgent.timesOf?.[subKind] ?? urgent.times;
}

function strictestMs({ reportAfterMs, urgent }: RuleSettings): number {
  return Math.min(reportAfterMs, urgent?.times.reportAfterMs ?? reportAfterMs);
}

function ruleInZone(zone: ZoneSettings, rule: RuleSettings): readonly RuleInZone[] {
  const kindRule = kindRuleOf(rule.kind);
  if (kindRule === undefined) return [];
  const subKinds = rule.subKinds ?? kindRule.usualSubKinds;
  const things = [...new Set(subKinds.flatMap((subKind) => kindRule.thingsOf[subKind] ?? []))];
  return [{ zone, rule, kindRule, subKinds, things, within: [] }];
}

function heapSettings({ zone, rule, kindRule, subKinds }: RuleInZone): readonly HeapSettings[] {
  const { heap } = kindRule;
  if (heap === undefined || !subKinds.includes(heap.subKind)) return [];
  return [
    {
      zoneId: zone.id,
      polygon: zone.polygon,
      of: heap.of,
      countMin: heap.countMin(rule),
      overlapMin: rule.overlapMin,
      clearAfterMs: timesOf(rule, heap.subKind).clearAfterMs,
    },
  ];
}

function withinOf(found: RuleInZone, all: readonly RuleInZone[]): readonly RuleInZone[] {
  const area = polygonArea(found.zone.polygon);
  return all.filter(
    (other) =>
      other.rule.kind === found.rule.kind &&
      other.rule.allowed.length > 0 &&
      other.subKinds.some((subKind) => found.subKinds.includes(subKind)) &&
      polygonArea(other.zone.polygon) < area,
  );
}
