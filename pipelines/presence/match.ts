/**
 * Which box of a look is which presence: one-to-one, by overlap with the presence's place.
 *
 * Detections carry no picture features, so place and size are the appearance. How much overlap is
 * asked depends on how much this thing's box jitters: a steady car that is suddenly elsewhere by a
 * third of its length is another car. Best overlap first; with the overlap asked for, two things
 * can hardly want the same box, so this is the best assignment. A thing that settled comes before
 * what was seen once or twice, which may be a bad box of it. Ties fall to the older presence, then
 * to the better score.
 */
import { boxOverlap, type NormBox, wholePicture } from "../domain/geometry.ts";
import { type Candidate, isSameThing } from "./candidates.ts";
import { visibleOverlap } from "./cover.ts";
import { isOtherExtent } from "./extent.ts";
import { isJittery, type Presence, presenceLimits, stands } from "./presence.ts";
import { isFixed } from "./thing.ts";

export interface Match {
  readonly candidate: Candidate;
  /** Which of the candidates it is. */
  readonly order: number;
  /** A part of it is hidden, now or before: the box says that it is there, not how large it is. */
  readonly isPartial: boolean;
}

interface Pair extends Match {
  readonly presence: number;
  readonly overlap: number;
  readonly isSettled: boolean;
}

/**
 * `all`: every box of the look, tracked or not, since each can hide things. `view`: the part of the
 * picture that was looked at; its border cuts boxes.
 */
export function matchByPlace(
  presences: readonly Presence[],
  tracked: readonly Candidate[],
  all: readonly NormBox[],
  view: NormBox = wholePicture,
): ReadonlyMap<number, Match> {
  if (presences.length === 0 || tracked.length === 0) return noMatches;
  const pairs: Pair[] = [];
  for (let presence = 0; presence < presences.length; presence += 1) {
    const known = presences[presence];
    if (known === undefined) continue;
    for (let order = 0; order < tracked.length; order += 1) {
      const candidate = tracked[order];
      if (candidate === undefined || candidate.thing !== known.thing) continue;
      const overlap = boxOverlap(known.place, candidate.box);
      if (overlap < presenceLimits.overlapMinPartial) continue;
      const fit = fitOf(known, candidate.box, overlap, { all, view });
      if (fit === "none") continue;
      const isSettled = known.seenCount >= presenceLimits.settledSeenCount;
      pairs.push({ presence, candidate, order, overlap, isSettled, isPartial: fit === "partial" });
    }
  }
  if (pairs.length > 1) {
    pairs.sort(
      (a, b) =>
        Number(b.isSettled) - Number(a.isSettled) ||
        b.overlap - a.overlap ||
        a.presence - b.presence ||
        a.order - b.order,
    );
  }
  const matched = new Map<number, Match>();
  const isTaken: boolean[] = [];
  for (const pair of pairs) {
    if (matched.has(pair.presence) || isTaken[pair.order] === true) continue;
    matched.set(pair.presence, pair);
    isTaken[pair.order] = true;
  }
  return matched;
}

const noMatches: ReadonlyMap<number, Match> = new Map();

/** What cannot drive is the same thing, too, when one box holds the other: it filled, or was emptied. */
export function isOnePlace({ thing, place }: Presence, other: Pick<Presence, "place">): boolean {
  if (boxOverlap(place, other.place) >= presenceLimits.overlapMinJittery) return true;
  return isFixed(thing) && isSameThing(place, other.place);
}

/** Three times its usual deviation, within bounds; wider ones where it is known to jitter. */
export function overlapMinOf(presence: Presence): number {
  const { overlapMinSteady, overlapMinJittery, overlapMinRestless } = presenceLimits;
  const isSettled = presence.seenCount >= presenceLimits.settledSeenCount;
  const isPoor = presence.spread > presenceLimits.spreadStandsMax;
  if (isPoor && (isJittery(presence) || (isSettled && isFixed(presence.thing)))) {
    return overlapMinRestless;
  }
  const { spread } = presence;
  return Math.min(overlapMinSteady, Math.max(overlapMinJittery, 0.95 - 3 * spread));
}

function fitOf(
  known: Presence,
  box: NormBox,
  overlap: number,
  { all, view }: { readonly all: readonly NormBox[]; readonly view: NormBox },
): "whole" | "partial" | "none" {
  const { overlapMinPartial, overlapMinSame } = presenceLimits;
  if (overlap >= overlapMinSame) return "whole";
  const overlapMin = overlapMinOf(known);
  if (isFixed(known.thing) && stands(known) && isSameThing(known.place, box)) return "whole";
  if (overlap < overlapMinPartial) return "none";
  if (stands(known) && isOtherExtent(known.place, box, view)) return "partial";
  if (overlap >= overlapMin) return "whole";
  return visibleOverlap(known.place, box, all) >= overlapMin ? "partial" : "none";
}
