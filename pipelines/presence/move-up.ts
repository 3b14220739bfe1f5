/**
 * A queue that moves up, seen half way: its places are empty although others hide them.
 *
 * Half way, a car of a queue stands across the place that it left and the one that it comes to, and
 * hides both as something that passes in front would. But what passes drives beside the places;
 * these boxes lie on the line from one place to the next, and both places are empty. The looks
 * after that see cars in all places again: others. Where half the boxes are missed one such look
 * says little, so it adds up in the presence, and who is seen in its place meanwhile has stayed.
 */
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import { blend } from "./blend.ts";
import type { Candidate } from "./candidates.ts";
import type { Matches } from "./match.ts";
import { type Presence, presenceLimits } from "./presence.ts";
import { isNear } from "./replaced.ts";

/** What a look says of a place that lost its car. */
export interface MoveUp {
  /** A car is half way between it and the next, so across it; otherwise between others near it. */
  readonly isHalfWay: boolean;
  /** As telling as so many others across its place. */
  readonly crossings: number;
  /** The score of the presence after it. */
  readonly moveUps: number;
}
/** By index of the presence. */
export type MoveUps = ReadonlyMap<number, MoveUp>;

/** On the line between two places a box is on its way to or from, as well as a poor box can be. */
const onLineOverlapMin = 0.5;
/** Half way of a jam's step, there is little left of it in the place. */
const acrossOverlapMin = 0.07;
/** Of the way to the next place, and so far away from it: more is at another place. */
const wayMax = 0.8;
/** Less is a poor box of the place itself … */
const wayMin = 0.15;
/** … and so is one that fits it about as well as the line. */
const fitsBetterMin = 0.1;
/** Several cars half way are more than one, which may be a false box. */
const crossingsTogether = 2;
/** From this score on the lane is known to move up: a car half way near a place is telling, too. */
const knownMin = 2;
/** To see one in its place while its lane moves says as much as so many looks that miss it. */
const stayedWeight = 2;
const moveUpsMax = 4;

const nobody: MoveUps = new Map();

/**
 * Without the poor boxes that a car half way to the next place explains better: in a dense queue it
 * overlaps the place as much as a bad box of what stood there.
 */
export function withoutOnTheWay(matches: Matches, presences: readonly Presence[]): Matches {
  let left: (Matches[number] | undefined)[] | undefined;
  for (let index = 0; index < matches.length; index += 1) {
    const match = matches[index];
    if (match === undefined || match.overlap >= presenceLimits.crossedOverlapMax) continue;
    const presence = presences[index];
    if (presence === undefined || !isRatherOnTheWay(match.candidate.box, presence, presences)) {
      continue;
    }
    left ??= [...matches];
    left[index] = undefined;
  }
  return left ?? matches;
}

function isRatherOnTheWay(box: NormBox, from: Presence, presences: readonly Presence[]): boolean {
  if (!isOfQueue(from)) return false;
  const asked = boxOverlap(box, from.place) + fitsBetterMin;
  return presences.some((to) => {
    if (to === from || !isOfQueue(to) || !isNear(from.place, to.place)) return false;
    const way = wayOf(box, from.place, to.place);
    if (way < wayMin || way > wayMax) return false;
    return boxOverlap(box, blend(from.place, to.place, way)) >= asked;
  });
}

/**
 * Who moved up. `isSeen`: by index, in its place in this look; `strangers`: boxes on nothing that
 * stands.
 */
export function movedUp(
  presences: readonly Presence[],
  isSeen: (index: number) => boolean,
  strangers: readonly Candidate[],
): MoveUps {
  if (strangers.length === 0) return nobody;
  const left: number[] = [];
  for (let index = 0; index < presences.length; index += 1) {
    const presence = presences[index];
    if (presence !== undefined && !isSeen(index) && isOfQueue(presence)) left.push(index);
  }
  if (left.length < presenceLimits.togetherCountMin) return nobody;
  const halfWay: number[] = [];
  const onTheWay = new Set<Candidate>();
  for (const index of left) {
    let hasLeft = false;
    for (const stranger of strangers) {
      const isOnTheWay = left.some(
        (other) => fitOf(stranger, presences[index], presences[other]) >= onLineOverlapMin,
      );
      if (!isOnTheWay) continue;
      hasLeft = true;
      onTheWay.add(stranger);
    }
    if (hasLeft) halfWay.push(index);
  }
  if (halfWay.length === 0) return nobody;
  const { togetherCountMin } = presenceLimits;
  const isTogether = halfWay.length >= togetherCountMin && onTheWay.size >= togetherCountMin;
  const moved = new Map<number, MoveUp>();
  // Places that one queue moves through have one score: what the best known of them has.
  const best = Math.max(...halfWay.map((index) => scoreOf(presences[index])));
  for (const index of halfWay) {
    const score = scoreOf(presences[index]);
    moved.set(index, {
      isHalfWay: true,
      crossings: isTogether ? crossingsTogether : 1,
      moveUps: Math.min(moveUpsMax, score < 0 ? score + 1 : Math.max(score + 1, best)),
    });
  }
  for (const index of left) {
    const presence = presences[index];
    if (moved.has(index) || presence === undefined) continue;
    if (!isNearAny(presence, presences, halfWay)) continue;
    const score = scoreOf(presence);
    moved.set(index, {
      isHalfWay: false,
      crossings: score >= knownMin ? 1 : 0,
      moveUps: Math.min(moveUpsMax, score + 1),
    });
  }
  return moved;
}

function scoreOf(presence: Presence | undefined): number {
  return presence?.moveUps ?? 0;
}

/** The same thing, after a look that saw it in its place: when its lane moved, it stayed. */
export function afterMoveUp(
  presence: Presence,
  presences: readonly Presence[],
  moved: MoveUps,
): Presence {
  if (moved.size === 0 || !isOfQueue(presence)) return presence;
  if (!isNearAny(presence, presences, moved.keys())) return presence;
  const moveUps = Math.max(-moveUpsMax, scoreOf(presence) - stayedWeight);
  return { ...presence, moveUps };
}

/** Where one moved up the next will, too: what comes has the score of what it replaced. */
export function inPlaceOf(before: Presence, presence: Presence): Presence {
  const { moveUps = 0 } = before;
  return moveUps > 0 ? { ...presence, moveUps } : presence;
}

/** Bicycles do not queue, and what cannot drive does not move up. */
function isOfQueue({ thing, observedMs }: Presence): boolean {
  return thing === "motor-vehicle" && observedMs >= presenceLimits.stoodMsMin;
}

function isNearAny(
  { place }: Presence,
  presences: readonly Presence[],
  indices: Iterable<number>,
): boolean {
  for (const index of indices) {
    const other = presences[index];
    if (other !== undefined && isNear(place, other.place)) return true;
  }
  return false;
}

/** How well the box, across the place, is where a car would be between it and the other. */
function fitOf({ thing, box }: Candidate, from?: Presence, to?: Presence): number {
  if (from === undefined || to === undefined || from === to) return 0;
  if (thing !== from.thing || !isNear(from.place, to.place)) return 0;
  const overlap = boxOverlap(box, from.place);
  if (overlap < acrossOverlapMin || overlap >= presenceLimits.crossedOverlapMax) return 0;
  const way = wayOf(box, from.place, to.place);
  return Math.abs(way) > wayMax ? 0 : boxOverlap(box, blend(from.place, to.place, way));
}

/** How far along the line between their middles: 0 at the one, 1 at the other. */
function wayOf(box: NormBox, from: NormBox, to: NormBox): number {
  const x = to.xMin + to.xMax - from.xMin - from.xMax;
  const y = to.yMin + to.yMax - from.yMin - from.yMax;
  const boxX = box.xMin + box.xMax - from.xMin - from.xMax;
  const boxY = box.yMin + box.yMax - from.yMin - from.yMax;
  const length = x * x + y * y;
  return length === 0 ? 0 : (x * boxX + y * boxY) / length;
}
