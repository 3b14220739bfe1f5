/**
 * A queue that moves up, seen half way: its places are empty although others hide them.
 *
 * Half way, a car of a queue stands across the place that it left and the one that it comes to, and
 * hides both as something that passes in front would. But what passes drives beside the places;
 * these boxes lie on the line from one place to the next, and several places lost their car in the
 * same look. The looks after that see cars in all places again: others.
 */
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import { blend } from "./blend.ts";
import type { Candidate } from "./candidates.ts";
import { type Presence, presenceLimits, stands } from "./presence.ts";
import { isNear } from "./replaced.ts";

/** On the line between two places a box is on its way to or from, as well as a poor box can be. */
const onLineOverlapMin = 0.5;
/** Half way of a jam's step, there is little left of it in the place. */
const acrossOverlapMin = 0.07;
/** Of the way to the next place, and so far away from it: more is at another place. */
const wayMax = 0.8;

const nobody: ReadonlySet<number> = new Set();

/**
 * Indices of the presences that moved up. `isSeen`: by index, in its place in this look; `strangers`:
 * boxes on nothing that stands.
 */
export function movedUp(
  presences: readonly Presence[],
  isSeen: (index: number) => boolean,
  strangers: readonly Candidate[],
): ReadonlySet<number> {
  if (strangers.length < presenceLimits.togetherCountMin) return nobody;
  const left: number[] = [];
  for (let index = 0; index < presences.length; index += 1) {
    const presence = presences[index];
    if (presence !== undefined && !isSeen(index) && isOfQueue(presence)) left.push(index);
  }
  if (left.length < presenceLimits.togetherCountMin) return nobody;
  const moved = new Set<number>();
  const onTheWay = new Set<Candidate>();
  for (const index of left) {
    for (const stranger of strangers) {
      const isOnTheWay = left.some(
        (other) => fitOf(stranger, presences[index], presences[other]) >= onLineOverlapMin,
      );
      if (!isOnTheWay) continue;
      moved.add(index);
      onTheWay.add(stranger);
    }
  }
  const { togetherCountMin } = presenceLimits;
  return moved.size >= togetherCountMin && onTheWay.size >= togetherCountMin ? moved : nobody;
}

/** Bicycles do not queue, and what cannot drive does not move up. */
function isOfQueue(presence: Presence): boolean {
  return (
    presence.thing === "motor-vehicle" &&
    presence.observedMs >= presenceLimits.stoodMsMin &&
    (presence.spread <= presenceLimits.spreadMax || stands(presence))
  );
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
