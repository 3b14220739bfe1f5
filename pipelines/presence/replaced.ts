/**
 * Has another thing of the same size taken the place of one that left?
 *
 * A queue's first car always stops at the same line: place and size cannot tell one from the
 * next, but what happened between two sightings can. Evidence adds up: the thing was missing for
 * longer than its detector misses it, others drove across its place, those that stood around it
 * left with it, its lane was seen to move up, its box came back different. One of these alone is a headlight or a bad look.
 */
import { boxOverlap, boxShareInside, type NormBox } from "../domain/geometry.ts";
import { missRatio, type Presence, presenceLimits, stands } from "./presence.ts";

const evidenceMin = 3;
const crossingsMax = 2;
const laneEvidence = 2;
/** One look half way may be a false box between two that were missed. */
const moveUpsByChance = 1;
const moveUpEvidenceMax = 2;
/** So far off, and reaching out of its place: no part of the thing that something hides. */
const elsewhereDeviationMin = 0.25;

export function isReplaced(presence: Presence, box: NormBox, laneMoved: boolean): boolean {
  const { gap, spread } = presence;
  if (gap.missCount === 0) return false;
  const surprise = missSurprise(presence);
  const deviation = 1 - boxOverlap(presence.place, box);
  const evidence =
    (surprise <= presenceLimits.surpriseMax ? 1 : 0) +
    (surprise <= presenceLimits.absenceProbabilityMax ? 1 : 0) +
    Math.min(crossingsMax, gap.crossedCount) +
    (laneMoved ? laneEvidence : 0) +
    Math.min(moveUpEvidenceMax, Math.max(0, (presence.moveUps ?? 0) - moveUpsByChance)) +
    (deviation > 2 * spread + 0.05 ? 1 : 0) +
    (isElsewhere(presence, box, deviation) && surprise <= longAbsenceSurpriseMax ? 1 : 0);
  return evidence >= evidenceMin + (gap.crossedCount === 0 && !laneMoved ? 1 : 0);
}

/** The place was empty for twice as long as chance explains. */
const longAbsenceSurpriseMax = presenceLimits.absenceProbabilityMax ** 2;

/** The box is not the thing's, however much of that is hidden: it kept stiller than that. */
function isElsewhere({ place, spread }: Presence, box: NormBox, deviation: number): boolean {
  const { partShareInsideMin } = presenceLimits;
  return (
    deviation > Math.max(elsewhereDeviationMin, 2 * spread + 0.05) &&
    boxShareInside(box, place) < partShareInsideMin
  );
}

/** How likely the thing, being there, would be missed so often in a row. */
export function missSurprise(presence: Presence): number {
  return missRatio(presence) ** presence.gap.missCount;
}

/** Things that stood, and that their last looks did not see: leaving, as far as one can tell. */
export function leavingOf(presences: readonly Presence[]): readonly Presence[] {
  return presences.filter(
    (presence) =>
      presence.gap.missCount > 1 &&
      presence.observedMs >= presenceLimits.stoodMsMin &&
      (presence.spread <= presenceLimits.spreadMax || stands(presence)) &&
      missSurprise(presence) <= presenceLimits.leavingSurpriseMax,
  );
}

/**
 * Notes in each that left with its lane that it did: by the time it is seen again, others took the
 * places of those that left with it.
 */
export function withLaneMoved(
  presences: readonly Presence[],
  leaving: readonly Presence[],
): readonly Presence[] {
  if (leaving.length <= presenceLimits.togetherCountMin) return presences;
  const left = new Set(
    leaving.filter((each) => !each.gap.laneMoved && hasLaneMoved(each, leaving)),
  );
  if (left.size === 0) return presences;
  return presences.map((each) =>
    left.has(each) ? { ...each, gap: { ...each.gap, laneMoved: true } } : each,
  );
}

/** At least two that stood near it left at about the time of its last sighting. */
export function hasLaneMoved(presence: Presence, leaving: readonly Presence[]): boolean {
  if (leaving.length < presenceLimits.togetherCountMin) return false;
  const near = leaving.filter(
    (other) =>
      other.id !== presence.id &&
      other.thing === presence.thing &&
      Math.abs(other.lastSeenAtMs - presence.lastSeenAtMs) <= presenceLimits.togetherMs &&
      isNear(other.place, presence.place),
  );
  return near.length >= presenceLimits.togetherCountMin;
}

export function isNear(a: NormBox, b: NormBox): boolean {
  const reach = presenceLimits.nearSizes * Math.max(sizeOf(a), sizeOf(b));
  return (
    Math.abs(a.xMin + a.xMax - b.xMin - b.xMax) / 2 <= reach &&
    Math.abs(a.yMin + a.yMax - b.yMin - b.yMax) / 2 <= reach
  );
}

function sizeOf(box: NormBox): number {
  return Math.max(box.xMax - box.xMin, box.yMax - box.yMin);
}
