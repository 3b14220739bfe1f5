/**
 * The times in which a thing may be where it is, whatever allows them.
 *
 * Permits that cover its kind and place, the rule's own windows, and those of smaller zones that hold it: a guidance point in a street, a
 * marked bay beside a line. More of them never makes a violation, only less of one.
 */
import type { Permit } from "./domain/permit.ts";
import type { AllowedWindow, CameraRules } from "./domain/rule.ts";
import { permitsFor, permitWindows } from "./permits/permits-for.ts";
import type { Presence } from "./presence/presence.ts";
import type { RuleInZone } from "./rule-plan.ts";
import { footprintShare } from "./zones/footprint.ts";

export function windowsFor(
  found: RuleInZone,
  { place }: Presence,
  permits: readonly Permit[],
): readonly AllowedWindow[] {
  const { rule, within } = found;
  const permitted = permits.flatMap(permitWindows);
  if (within.length === 0 && permitted.length === 0) return rule.allowed;
  const inner = within.filter(
    (other) => footprintShare(place, other.zone.polygon) >= other.rule.overlapMin,
  );
  return [...rule.allowed, ...permitted, ...inner.flatMap((other) => other.rule.allowed)];
}

/** Permits of this kind and place, and the ones of them that hold now. */
export function permitsOf(
  rules: CameraRules,
  { zone, rule }: RuleInZone,
  { place }: Presence,
  atMs: number,
): { readonly checked: readonly Permit[]; readonly covering: readonly Permit[] } {
  const { permits, position, cameraId, timeZone } = rules;
  if (permits === undefined) return { checked: [], covering: [] };
  const about = { kind: rule.kind, cameraId, zoneId: zone.id, box: place };
  const question = { ...about, ...(position === undefined ? {} : { point: position }) };
  return permitsFor(permits, question, atMs, timeZone);
}
