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
import { isCovered } from "./cover.ts";
import { type Presence, presenceLimits } from "./presence.ts";
import { missSurprise } from "./replaced.ts";
import type { Thing } from "./thing.ts";

/** What hides one of these cannot have taken its place, however long it stands there. */
const fixedThings: ReadonlySet<Thing> = new Set(["bin", "garbage", "signboard"]);

export function isHidden(presence: Presence, boxes: readonly NormBox[]): boolean {
  const isBelieved =
    fixedThings.has(presence.thing) || presence.gap.coveredMs < presenceLimits.coveredMsMax;
  return isBelieved && isCovered(presence.place, boxes);
}

export function hide(presence: Presence, look: Look, isShort: boolean): Presence {
  const { gap } = presence;
  const stepMs = isShort ? look.capturedAtMs - presence.lastLookAtMs : 0;
  return {
    ...presence,
    lastLookAtMs: look.capturedAtMs,
    gap: {
      ...gap,
      coveredCount: gap.coveredCount + 1,
      coveredMs: gap.coveredMs + stepMs,
      isAbsent: false,
      isBroken: gap.isBroken || !isShort,
    },
  };
}

/** `passing`: boxes of this look that are on nothing that stands. */
export function miss(
  presence: Presence,
  look: Look,
  isShort: boolean,
  passing: readonly Candidate[],
): Presence {
  const { gap } = presence;
  // When it left is unknown, so absence runs from the first look that did not see it.
  const stepMs = isShort && gap.isAbsent ? look.capturedAtMs - presence.lastLookAtMs : 0;
  const isCrossed = passing.some(
    ({ thing, box }) => thing === presence.thing && isAcross(box, presence.place),
  );
  return {
    ...presence,
    lastLookAtMs: look.capturedAtMs,
    gap: {
      ...gap,
      missCount: gap.missCount + 1,
      crossedCount: gap.crossedCount + (isCrossed ? 1 : 0),
      absentMs: gap.absentMs + stepMs,
      isAbsent: true,
      isBroken: gap.isBroken || !isShort,
    },
  };
}

export function isGone(presence: Presence, clearAfterMs: number): boolean {
  return (
    presence.gap.absentMs >= clearAfterMs &&
    missSurprise(presence) <= presenceLimits.absenceProbabilityMax
  );
}

/** A box across the place that the thing would have to share: traffic, not a miss. */
function isAcross(box: NormBox, place: NormBox): boolean {
  const overlap = boxOverlap(box, place);
  return overlap >= presenceLimits.crossedOverlapMin && overlap < presenceLimits.crossedOverlapMax;
}
