/**
 * The times in which a thing may be where it is, whatever allows them.
 *
 * The rule's own windows, and those of smaller zones that hold it: a guidance point in a street, a
 * marked bay beside a line. More of them never makes a violation, only less of one.
 */
import type { AllowedWindow } from "./domain/rule.ts";
import type { Presence } from "./presence/presence.ts";
import type { RuleInZone } from "./rule-plan.ts";
import { footprintShare } from "./zones/footprint.ts";

export function windowsFor(
  { rule, within }: RuleInZone,
  { place }: Presence,
): readonly AllowedWindow[] {
  if (within.length === 0) return rule.allowed;
  const inner = within.filter(
    (other) => footprintShare(place, other.zone.polygon) >= other.rule.overlapMin,
  );
  return [...rule.allowed, ...inner.flatMap((other) => other.rule.allowed)];
}
