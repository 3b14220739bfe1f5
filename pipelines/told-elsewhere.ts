/**
 * One violation a thing and kind is enough: was it told for another zone, or for another box on the
 * same thing that the detector also sees? Pure.
 */
import { isSameThing } from "./presence/candidates.ts";
import type { Presence } from "./presence/presence.ts";
import type { RuleInZone } from "./rule-plan.ts";
import type { OpenCase } from "./stages/open-case.ts";

export function isToldElsewhere(
  { kindRule }: RuleInZone,
  open: OpenCase,
  presence: Presence,
  cases: Iterable<OpenCase>,
  presences: readonly Presence[],
): boolean {
  for (const other of cases) {
    if (other.kind !== open.kind || other.revision === 0) continue;
    // A permit may hold for one zone and not for the next; a person's word is about the thing.
    if (other.quiet?.by === "permit" && other.quiet.untilMs === undefined) continue;
    if (other.presenceId === open.presenceId) {
      if (other.zoneId !== open.zoneId) return true;
      continue;
    }
    const told = presences.find(({ id }) => id === other.presenceId);
    if (told === undefined) continue;
    const isOne =
      kindRule.isOneCase?.(told, presence, presences) ?? isSameThing(told.place, presence.place);
    if (isOne) return true;
  }
  return false;
}
