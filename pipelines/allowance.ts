/**
 * The times in which a thing may be where it is, whatever allows them.
 *
 * Permits that cover its kind and place, the rule's own windows, and those of smaller zones that
 * hold it: a guidance point in a street, a marked bay beside a line. More of them never makes a
 * violation, only less of one.
 */
import type { Permit } from "./domain/permit.ts";
import type { AllowedWindow, CameraRules } from "./domain/rule.ts";
import { permitWindows } from "./permits/permits-for.ts";
import { permitsOf } from "./permits/permits-of.ts";
import type { Presence } from "./presence/presence.ts";
import type { RuleInZone } from "./rule-plan.ts";
import type { OpenCase } from "./stages/open-case.ts";
import { footprintShare } from "./zones/footprint.ts";

export function windowsFor(
  found: RuleInZone,
  { place }: Presence,
  permits: readonly Permit[],
): readonly AllowedWindow[] {
  const { rule, within } = found;
  if (within.length === 0 && permits.length === 0) return rule.allowed;
  const permitted = permits.flatMap(permitWindows);
  const inner = within.filter(
    (other) => footprintShare(place, other.zone.polygon) >= other.rule.overlapMin,
  );
  if (permitted.length === 0 && inner.length === 0) return rule.allowed;
  return [...rule.allowed, ...permitted, ...inner.flatMap((other) => other.rule.allowed)];
}

/** The hour or the date decides about this thing: nobody can say while the clock is wrong. */
export function isByTheClock(rules: CameraRules, found: RuleInZone, { place }: Presence): boolean {
  const { zone, rule, kindRule, within } = found;
  if (kindRule.isByTheClock === true || rule.allowed.length > 0 || within.length > 0) return true;
  const hasUrgentHours = Object.keys(rules.urgentTimes?.tagHours ?? {}).length > 0;
  if (rule.urgent !== undefined && hasUrgentHours) return true;
  if (rules.permits === undefined) return false;
  return permitsOf(rules, { zoneId: zone.id, kind: rule.kind, place }, 0).checked.length > 0;
}

export interface PermitsOfCase {
  /** Of this kind and place, whatever their time and whatever thing they were given for. */
  readonly checked: readonly Permit[];
  /** Of these, for this thing. */
  readonly forIt: readonly Permit[];
  /** Of these, the ones that hold now. */
  readonly covering: readonly Permit[];
}

export function permitsOfCase(
  rules: CameraRules,
  { zone, rule, kindRule }: RuleInZone,
  { place }: Presence,
  open: OpenCase,
  atMs: number,
): PermitsOfCase {
  // Asked at every sighting of every thing: a street without a list costs nothing.
  if (rules.permits === undefined || rules.permits.permits.length === 0) return noPermits;
  const question = { zoneId: zone.id, kind: rule.kind, place };
  const { checked, covering } = permitsOf(rules, question, atMs);
  const isForIt = (permit: Permit): boolean => kindRule.isPermitFor?.(permit, open, rule) ?? true;
  return { checked, forIt: checked.filter(isForIt), covering: covering.filter(isForIt) };
}

const noPermits: PermitsOfCase = { checked: [], forIt: [], covering: [] };
