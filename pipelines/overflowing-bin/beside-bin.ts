/**
 * Does rubbish belong to a bin: it lies on it, or beside it and touches it?
 */
import type { NormBox, NormPoint } from "../domain/geometry.ts";
import { isSurelyAbsent } from "../presence/missing.ts";
import { isWithinGrace, type Presence } from "../presence/presence.ts";

/** Of the bin's width to both sides, and of its height below and above. */
const reachSide = 0.35;
const reachBelow = 0.3;
const reachAbove = 0.15;

export function isBesideBin(garbage: NormBox, bin: NormBox): boolean {
  const side = (bin.xMax - bin.xMin) * reachSide;
  const height = bin.yMax - bin.yMin;
  return (
    garbage.xMax >= bin.xMin - side &&
    garbage.xMin <= bin.xMax + side &&
    garbage.yMax >= bin.yMin - height * reachAbove &&
    garbage.yMin <= bin.yMax + height * reachBelow
  );
}

/** A bin of which only a point is known: as large as the rubbish. */
export function isBesidePoint(garbage: NormBox, { x, y }: NormPoint): boolean {
  const width = garbage.xMax - garbage.xMin;
  const height = garbage.yMax - garbage.yMin;
  return (
    x >= garbage.xMin - width / 2 &&
    x <= garbage.xMax + width / 2 &&
    y >= garbage.yMin - height &&
    y <= garbage.yMax + height / 2
  );
}

/** Rubbish that lies there, by what is known of it: not a box of one look, and within its grace. */
export function lies(garbage: Presence): boolean {
  return garbage.seenCount >= 2 && isWithinGrace(garbage);
}

/** Rubbish that was missed for longer, and that chance may still have hidden. */
export function mayLie(garbage: Presence): boolean {
  return garbage.seenCount >= 2 && !isSurelyAbsent(garbage);
}
