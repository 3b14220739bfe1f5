/**
 * What one camera's rules ask of every look, worked out once for each set of rules.
 *
 * Rules never change in place (a reload brings new ones), so the plan is remembered by the rules
 * object: it changes the cost of a step, never its answer.
 */
import type { CameraRules, RuleSettings, ZoneSettings } from "./domain/rule.ts";
import type { KindRule } from "./kind-rule.ts";
import { kindRuleOf } from "./kind-rules.ts";
import type { Thing } from "./presence/thing.ts";
import type { OpenCase } from "./stages/open-case.ts";

export interface RuleInZone {
  readonly zone: ZoneSettings;
  readonly rule: RuleSettings;
  readonly kindRule: KindRule;
}

export interface RulePlan {
  /** Rules that can be judged; where two zones hold a thing, the stricter rule is asked first. */
  readonly rulesInZones: readonly RuleInZone[];
  /** Things that some rule looks for. */
  readonly things: ReadonlySet<Thing>;
  /** What no rule wants to see; a rule that wants more looks at the presence's own score. */
  readonly scoreMin: number;
  readonly recurrenceWindowMsMax: number;
}

const plans = new WeakMap<CameraRules, RulePlan>();

export function planOf(rules: CameraRules): RulePlan {
  const known = plans.get(rules);
  if (known !== undefined) return known;
  const rulesInZones = rules.zones
    .flatMap((zone) =>
      zone.rules.flatMap((rule) => {
        const kindRule = kindRuleOf(rule.kind);
        return kindRule === undefined ? [] : [{ zone, rule, kindRule }];
      }),
    )
    .sort((a, b) => a.rule.reportAfterMs - b.rule.reportAfterMs);
  const settings = rulesInZones.map(({ rule }) => rule);
  const plan: RulePlan = {
    rulesInZones,
    things: new Set(rulesInZones.flatMap(({ kindRule }) => kindRule.things)),
    scoreMin: settings.reduce((min, { scoreMin }) => Math.min(min, scoreMin ?? 0), 1),
    recurrenceWindowMsMax: Math.max(0, ...settings.map((rule) => rule.recurrenceWindowMs)),
  };
  plans.set(rules, plan);
  return plan;
}

/** The rule that a case is open under, unless it is gone. */
export function ruleOfCase(
  plan: RulePlan,
  { zoneId, kind }: Pick<OpenCase, "zoneId" | "kind">,
): RuleInZone | undefined {
  return plan.rulesInZones.find(({ zone, rule }) => zone.id === zoneId && rule.kind === kind);
}
