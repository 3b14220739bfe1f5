/**
 * The rule asked again, with the facts that an event stores: would it decide the same?
 *
 * Pure, and apart from the way that decided: it reads the change and the rules alone. What only the
 * looks know (people near a stall, sightings of a sign) it does not ask.
 */
import type { CameraRules } from "./domain/rule.ts";
import { planOf, ruleOfCase, timesAt } from "./rule-plan.ts";
import { allowedNow } from "./schedule/windows.ts";
import type { ViolationChange } from "./violation-change.ts";
import { footprintShare } from "./zones/footprint.ts";

export function decidesAgain(rules: CameraRules, change: ViolationChange): boolean {
  const found = ruleOfCase(planOf(rules), change);
  if (found === undefined) return false;
  const { zone, rule, kindRule } = found;
  const { stage, warnedAtMs, reportedAtMs, observedMs, clearedAtMs } = change;
  const decidedAtMs = reportedAtMs ?? warnedAtMs;
  if (decidedAtMs === null) return false;
  if (stage === "cleared" && (clearedAtMs === null || clearedAtMs < decidedAtMs)) return false;
  const times = timesAt(rules, found, change.subKind, decidedAtMs);
  const isSameRule =
    times.warnAfterMs === change.rule.warnAfterMs &&
    times.reportAfterMs === change.rule.reportAfterMs &&
    times.clearAfterMs === change.rule.clearAfterMs;
  const neededMs = reportedAtMs === null ? times.warnAfterMs : times.reportAfterMs;
  const isLongEnough = kindRule.isByTheClock === true || observedMs >= neededMs;
  const { allowed } = allowedNow(rule.allowed, decidedAtMs, rules.timeZone, rules.calendar);
  return isSameRule && isLongEnough && !allowed && footprintShare(change.box, zone.polygon) > 0;
}
