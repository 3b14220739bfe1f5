/**
 * A case as it is when a thing is first seen under a rule, or again after it was put right.
 */
import { derivedId } from "./domain/derived-id.ts";
import { violationId } from "./domain/ids.ts";
import type { SubKind } from "./domain/kind.ts";
import type { CameraRules } from "./domain/rule.ts";
import type { Presence } from "./presence/presence.ts";
import type { RuleInZone } from "./rule-plan.ts";
import { noMemory, type OpenCase } from "./stages/open-case.ts";

export function freshCase(
  { deviceId, cameraId }: CameraRules,
  { zone, rule, subKinds, kindRule }: RuleInZone,
  presence: Presence,
  startedAtMs: number,
): OpenCase {
  const id = derivedId([deviceId, cameraId, zone.id, rule.kind, presence.id, startedAtMs]);
  return {
    violationId: violationId(id),
    presenceId: presence.id,
    zoneId: zone.id,
    kind: rule.kind,
    subKind: usualSubKind(subKinds, kindRule, presence),
    stage: "clue",
    answer: "violating",
    since: null,
    forbiddenMs: 0,
    rightMs: 0,
    revision: 0,
    warnedAtMs: null,
    reportedAtMs: null,
    isClueCounted: false,
    isAllowedCounted: false,
    memory: noMemory,
    heldBy: null,
    lastChange: null,
  };
}

/** Until its kind has said which one it is. */
function usualSubKind(
  subKinds: readonly SubKind[],
  { thingsOf }: RuleInZone["kindRule"],
  { thing }: Presence,
): SubKind {
  const found = subKinds.find((subKind) => thingsOf[subKind]?.includes(thing));
  if (found === undefined) throw new RangeError(`no sub-kind is about a ${thing}`);
  return found;
}
