/**
 * Is a place hidden by something in front of it, and how well does a box fit what is left to see?
 *
 * In a street view the nearer thing reaches further down the picture. A place of which nearer
 * boxes hide at least half was not observed in that look: nobody can say whether the thing is
 * still there. Of a place that is hidden in part, a detector sees the rest.
 */
import { boxArea, boxOverlap, type NormBox } from "../domain/geometry.ts";
import { blend } from "./blend.ts";
import { presenceLimits } from "./presence.ts";

/** Weight of one look in the mean of a cover: it follows one that drives away. */
const coverWeight = 0.25;
/** A grid is exact enough and does not count overlapping boxes twice. */
const cells = 12;
/** A nearer thing of less than this share of the place's size hides too little to matter. */
const areaRatioMin = 0.5;
/** Wheels of the nearer thing are lower by at least this share of the place's height. */
const lowerRatioMin = 0.05;

/**
 * What hides the place: the boxes of this look, or the cover known before, where one of them is
 * still it. A nearer box is large, so a little of it off is much of the place: one look in which it
 * ends above the place's foot does not mean that it drove away.
 */
export function coverAt(
  place: NormBox,
  others: readonly NormBox[],
  known: NormBox | null,
): NormBox | undefined {
  const same =
    known === null
      ? undefined
      : others.find((other) => boxOverlap(known, other) >= presenceLimits.overlapMinRestless);
  if (known !== null && same !== undefined) {
    const cover = blend(known, same, coverWeight);
    if (isCovered(place, [cover])) return cover;
  }
  if (!isCovered(place, others)) return undefined;
  return others
    .filter((other) => isInFront(other, place))
    .reduce((most, other) =>
      coveredShare(place, [other]) > coveredShare(place, [most]) ? other : most,
    );
}

export function isCovered(place: NormBox, others: readonly NormBox[]): boolean {
  return coveredShare(place, others) >= presenceLimits.coveredShareMin;
}

export function coveredShare(place: NormBox, others: readonly NormBox[]): number {
  const nearer = others.filter((other) => mayHide(other, place));
  if (nearer.length === 0) return 0;
  let coveredCount = 0;
  forEachCell(place, (x, y) => {
    if (nearer.some((box) => holds(box, x, y))) coveredCount += 1;
  });
  return coveredCount / (cells * cells);
}

/** Intersection over union of the place and a box, where nothing nearer is in the way. */
export function visibleOverlap(
  place: NormBox,
  candidate: NormBox,
  others: readonly NormBox[],
): number {
  const nearer = others.filter((other) => other !== candidate && isInFront(other, place));
  if (nearer.length === 0) return 0;
  const around: NormBox = {
    xMin: Math.min(place.xMin, candidate.xMin),
    yMin: Math.min(place.yMin, candidate.yMin),
    xMax: Math.max(place.xMax, candidate.xMax),
    yMax: Math.max(place.yMax, candidate.yMax),
  };
  let sharedCount = 0;
  let eitherCount = 0;
  forEachCell(around, (x, y) => {
    if (nearer.some((box) => holds(box, x, y))) return;
    const inPlace = holds(place, x, y);
    const inCandidate = holds(candidate, x, y);
    if (inPlace && inCandidate) sharedCount += 1;
    if (inPlace || inCandidate) eitherCount += 1;
  });
  return eitherCount === 0 ? 0 : sharedCount / eitherCount;
}

/** Nearer, and not beside it: other boxes hide no cell of it. */
export function mayHide(other: NormBox, place: NormBox): boolean {
  return (
    other.xMin <= place.xMax &&
    other.xMax >= place.xMin &&
    other.yMin <= place.yMax &&
    isInFront(other, place)
  );
}

function isInFront(other: NormBox, place: NormBox): boolean {
  const tolerance = (place.yMax - place.yMin) * lowerRatioMin;
  return other.yMax > place.yMax + tolerance && boxArea(other) >= boxArea(place) * areaRatioMin;
}

function holds(box: NormBox, x: number, y: number): boolean {
  return x >= box.xMin && x < box.xMax && y >= box.yMin && y < box.yMax;
}

function forEachCell(box: NormBox, visit: (x: number, y: number) => void): void {
  for (let row = 0; row < cells; row += 1) {
    const y = box.yMin + ((row + 0.5) / cells) * (box.yMax - box.yMin);
    for (let column = 0; column < cells; column += 1) {
      visit(box.xMin + ((column + 0.5) / cells) * (box.xMax - box.xMin), y);
    }
  }
}
