/**
 * A presence that a look did not see: hidden by something in front, or seen not to be there.
 *
 * Hidden is not absent: for a bounded time, but without end for what does not move. Absence adds up only between looks one after the other
 * that both saw the place empty; a presence is gone when that lasted for `clearAfterMs` and is
 * more than its detector misses by chance.
 */
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import type { Look } from "../domain/look.ts";
import type { Candidate } from "./candidates.ts";
import { coverAt, mayHide } from "./cover.ts";
import { isLasting, isSeenByHours, missSurpriseByHour, withMiss } from "./hours-seen.ts";
import type { MoveUp } from "./move-up.ts";
import { missRatio, type Presence, presenceLimits } from "./presence.ts";
import { missSurprise } from "./replaced.ts";
import { isFixed, isSetUp } from "./thing.ts";

/**
 * What hides the presence in this look: a box, or the mean of one that was there before. Not a bad
 * box of itself.
 */
export function coverOf(
  { thing, place, gap }: Presence,
  candidates: readonly Candidate[],
): NormBox | undefined {
  const { coveredMsMax, overlapMinRestless } = presenceLimits;
  if (!isFixed(thing) && gap.coveredMs >= coveredMsMax) return undefined;
  // Most misses have neither; then there is nothing to weigh.
  if (gap.cover === null && !candidates.some(({ box }) => mayHide(box, place))) return undefined;
  const others: NormBox[] = [];
  for (const other of candidates) {
    const isOther = other.thing !== thing || boxOverlap(place, other.box) < overlapMinRestless;
    if (isOther) others.push(other.box);
  }
  return others.length === 0 ? undefined : coverAt(place, others, gap.cover);
}

/** `cover`: where it is known what hides it. */
export function hide(
  presence: Presence,
  look: Look,
  isShort: boolean,
  cover: NormBox | null = null,
): Presence {
  const { gap } = presence;
  const stepMs = isShort ? look.capturedAtMs - presence.lastLookAtMs : 0;
  return {
    ...presence,
    lastLookAtMs: look.capturedAtMs,
    gap: {
      ...gap,
      coveredCount: gap.coveredCount + gap.doubtCount + 1,
      coveredMs: gap.coveredMs + gap.doubtMs + stepMs,
      cover,
      doubtCount: 0,
      doubtMs: 0,
      isAbsent: false,
      isBroken: gap.isBroken || !isShort,
    },
  };
}

/** `passing`: boxes of this look that are on nothing that stands. `moveUp`: what its queue did. */
export function miss(
  presence: Presence,
  look: Look,
  isShort: boolean,
  {
    passing,
    moveUp,
  }: { readonly passing: readonly Candidate[]; readonly moveUp: MoveUp | undefined },
): Presence {
  const { gap } = presence;
  if (gap.cover !== null && moveUp?.isHalfWay !== true && isDoubtful(presence)) {
    return doubt(presence, look, isShort);
  }
  // When it left is unknown, so absence runs from the first look that did not see it.
  const wasAbsent = gap.isAbsent || gap.doubtCount > 0;
  const stepMs = isShort && wasAbsent ? look.capturedAtMs - presence.lastLookAtMs : 0;
  const isCrossed =
    !isSetUp(presence.thing) &&
    passing.some(({ thing, box }) => thing === presence.thing && isAcross(box, presence));
  const crossings = Math.max(Number(isCrossed), moveUp?.crossings ?? 0);
  const missed: Presence = {
    ...presence,
    lastLookAtMs: look.capturedAtMs,
    gap: {
      ...gap,
      missCount: gap.missCount + gap.doubtCount + 1,
      crossedCount: gap.crossedCount + crossings,
      absentMs: gap.absentMs + gap.doubtMs + stepMs,
      isAbsent: true,
      cover: null,
      doubtCount: 0,
      doubtMs: 0,
      isBroken: gap.isBroken || !isShort,
      ...(isLasting(presence.thing) && {
        hourMisses: withMiss(gap.hourMisses, look.capturedAtMs),
      }),
    },
  };
  return moveUp === undefined ? missed : { ...missed, moveUps: moveUp.moveUps };
}

/** Chance may still explain that the cover is not seen: a detector misses it as it does the thing. */
function isDoubtful(presence: Presence): boolean {
  const { doubtProbabilityMin } = presenceLimits;
  return missRatio(presence) ** (presence.gap.doubtCount + 1) > doubtProbabilityMin;
}

/** Neither it nor its cover was seen. Later looks say whether it was hidden or gone. */
function doubt(presence: Presence, look: Look, isShort: boolean): Presence {
  const { gap } = presence;
  const stepMs = isShort && gap.doubtCount > 0 ? look.capturedAtMs - presence.lastLookAtMs : 0;
  return {
    ...presence,
    lastLookAtMs: look.capturedAtMs,
    gap: {
      ...gap,
      doubtCount: gap.doubtCount + 1,
      doubtMs: gap.doubtMs + stepMs,
      isAbsent: false,
      isBroken: gap.isBroken || !isShort,
    },
  };
}

/** `isTold`: somebody was told of it, and must not be told of the same thing again. */
export function isGone(presence: Presence, clearAfterMs: number, isTold = false): boolean {
  if (presence.gap.absentMs < clearAfterMs || !isSurelyAbsent(presence)) return false;
  // Traffic across its place is no chance: whoever drives there has the place to itself.
  return !isTold || presence.gap.crossedCount > 0 || isLongAbsent(presence);
}

/**
 * Also when its detector misses it more often than its sightings say. Each miss makes that more
 * likely, and the few looks that are remembered cannot tell one miss in ten from one in twenty.
 */
function isLongAbsent({ recentHits, recentMisses, gap }: Presence): boolean {
  const { missRatioMin, missRatioMax, missRatioLooks, absenceProbabilityMax } = presenceLimits;
  let surprise = 1;
  for (let missed = 0; missed < gap.missCount && surprise > absenceProbabilityMax; missed += 1) {
    const ratio =
      (recentMisses + missed + 0.5) / (recentHits + recentMisses + missed + missRatioLooks);
    surprise *= Math.min(missRatioMax, Math.max(missRatioMin, ratio));
  }
  return surprise <= absenceProbabilityMax;
}

/** Chance does not explain any more that so many looks missed it. */
export function isSurelyAbsent(presence: Presence): boolean {
  const { hours, gap } = presence;
  const surprise =
    hours !== undefined && isSeenByHours(hours)
      ? missSurpriseByHour(hours, gap.hourMisses)
      : missSurprise(presence);
  return surprise <= presenceLimits.absenceProbabilityMax;
}

/**
 * A box across the place that the thing would have to share: traffic, not a miss. In poor pictures
 * it may be a bad box of the thing itself, except where the lane is known to move up.
 */
function isAcross(box: NormBox, { place, spread, moveUps = 0 }: Presence): boolean {
  const { crossedOverlapMin, crossedOverlapMax, crossedOverlapMaxPoor, spreadStandsMax } =
    presenceLimits;
  const overlap = boxOverlap(box, place);
  if (overlap < crossedOverlapMin || overlap >= crossedOverlapMax) return false;
  return overlap < crossedOverlapMaxPoor || spread <= spreadStandsMax || moveUps > 0;
}
