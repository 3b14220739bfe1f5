/**
 * Is a place hidden by something in front of it?
 *
 * In a street view the nearer thing reaches further down the picture. A place of which nearer
 * boxes hide at least half was not observed in that look: nobody can say whether the thing is
 * still there.
 */
import { boxArea, type NormBox } from "../domain/geometry.ts";
import { presenceLimits } from "./presence.ts";

/** A grid over the place is exact enough and does not count overlapping boxes twice. */
const cells = 10;
/** A nearer thing of less than this share of the place's size hides too little to matter. */
const areaRatioMin = 0.5;

export function isCovered(place: NormBox, others: readonly NormBox[]): boolean {
  return coveredShare(place, others) >= presenceLimits.coveredShareMin;
}

export function coveredShare(place: NormBox, others: readonly NormBox[]): number {
  const nearer = others.filter((other) => isInFront(other, place));
  if (nearer.length === 0) return 0;
  let coveredCount = 0;
  for (let row = 0; row < cells; row += 1) {
    const y = place.yMin + ((row + 0.5) / cells) * (place.yMax - place.yMin);
    for (let column = 0; column < cells; column += 1) {
      const x = place.xMin + ((column + 0.5) / cells) * (place.xMax - place.xMin);
      if (nearer.some((box) => x >= box.xMin && x < box.xMax && y >= box.yMin && y < box.yMax)) {
        coveredCount += 1;
      }
    }
  }
  return coveredCount / (cells * cells);
}

function isInFront(other: NormBox, place: NormBox): boolean {
  const tolerance = (place.yMax - place.yMin) * 0.05;
  return other.yMax > place.yMax + tolerance && boxArea(other) >= boxArea(place) * areaRatioMin;
}
