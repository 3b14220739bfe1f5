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
import { isFixed, isSetUp } from "./thing.ts";

export interface Match {
  readonly candidate: Candidate;
  /** Which of the candidates it is. */
  readonly order: number;
  /** A part of it is hidden, now or before: the box says that it is there, not how large it is. */
  readonly isPartial: boolean;
  /** With the place. */
  readonly overlap: number;
}

interface Pair extends Match {
  readonly presence: number;
  readonly isSettled: boolean;
}

/** By presence, in their order; undefined, or beyond the end: this look has no box of it. */
export type Matches = readonly (Match | undefined)[];

/**
 * `all`: every box of the look, tracked or not, since each can hide things. `view`: the part of the
 * picture that was looked at; its border cuts boxes.
 */
export function matchByPlace(
  presences: readonly Presence[],
  tracked: readonly Candidate[],
  all: readonly Candidate[],
  view: NormBox = wholePicture,
): Matches {
  if (presences.length === 0 || tracked.length === 0) return noMatches;
  const matches = presences.map(unmatched);
  const pairs: Pair[] = [];
  const isTaken = tracked.map(untaken);
  const around = { all, view };
  let isContested = false;
  for (let presence = 0; presence < presences.length; presence += 1) {
    const known = presences[presence];
    if (known === undefined) continue;
    for (let order = 0; order < tracked.length; order += 1) {
      const candidate = tracked[order];
      if (candidate === undefined || candidate.thing !== known.thing) continue;
      const overlap = boxOverlap(known.place, candidate.box);
      if (overlap < presenceLimits.overlapMinPartial) continue;
      const fit = fitOf(known, candidate.box, overlap, around);
      if (fit === "none") continue;
      const isSettled = known.seenCount >= presenceLimits.settledSeenCount;
      const pair = { presence, candidate, order, overlap, isSettled, isPartial: fit === "partial" };
      pairs.push(pair);
      isContested ||= matches[presence] !== undefined || isTaken[order] === true;
      matches[presence] = pair;
      isTaken[order] = true;
    }
  }
  // In most looks nobody wants what another wants.
  return isContested ? settle(pairs) : matches;
}

const noMatches: Matches = [];

function unmatched(): Match | undefined {
  return undefined;
}

function untaken(): boolean {
  return false;
}

/** The best pair first; whoever wanted the same goes without. */
function settle(pairs: readonly Pair[]): Matches {
  const matches: (Match | undefined)[] = [];
  const isTaken: boolean[] = [];
  for (const pair of pairs.toSorted(byStrength)) {
    if (matches[pair.presence] !== undefined || isTaken[pair.order] === true) continue;
    matches[pair.presence] = pair;
    isTaken[pair.order] = true;
  }
  return matches;
}

function byStrength(a: Pair, b: Pair): number {
  return (
    Number(b.isSettled) - Number(a.isSettled) ||
    b.overlap - a.overlap ||
    a.presence - b.presence ||
    a.order - b.order
  );
}

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
  // The first boxes of what was set up say little of its place, and no other one comes by.
  const isWide = isSetUp(presence.thing) ? isPoor || !isSettled : isPoor && isJittery(presence);
  if (isWide) return overlapMinRestless;
  const { spread } = presence;
  return Math.min(overlapMinSteady, Math.max(overlapMinJittery, 0.95 - 3 * spread));
}

function fitOf(
  known: Presence,
  box: NormBox,
  overlap: number,
  { all, view }: { readonly all: readonly Candidate[]; readonly view: NormBox },
): "whole" | "partial" | "none" {
  const { overlapMinPartial, overlapMinSame } = presenceLimits;
  if (overlap >= overlapMinSame) return "whole";
  const overlapMin = overlapMinOf(known);
  if (isFixed(known.thing) && stands(known) && isSameThing(known.place, box)) return "whole";
  if (overlap < overlapMinPartial) return "none";
  if (stands(known) && isOtherExtent(known.place, box, view)) return "partial";
  if (overlap >= overlapMin) return "whole";
  const boxes = all.map((candidate) => candidate.box);
  return visibleOverlap(known.place, box, boxes) >= overlapMin ? "partial" : "none";
}
