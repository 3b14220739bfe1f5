/**
 * Which detection of a look a violation is about, and how much of it other things hide.
 */
import {
  type Detections,
  detectionBox,
  detectionLabel,
} from "../../pipelines/domain/detections.ts";
import { boxOverlap, boxShareInside, type NormBox } from "../../pipelines/domain/geometry.ts";
import type { Look } from "../../pipelines/domain/look.ts";

/** A violation's box is the mean of several looks: the thing in this one lies about there. */
const overlapMin = 0.5;
/** A pile's own box holds the boxes of its parts. */
const partShareMin = 0.8;
const samples = 16;

/** Its index; undefined when this look did not see it. */
export function ownDetection(
  { detections }: Pick<Look, "detections">,
  box: NormBox,
): number | undefined {
  let best: number | undefined;
  let bestOverlap = overlapMin;
  for (let index = 0; index < detections.count; index++) {
    const overlap = boxOverlap(detectionBox(detections, index), box);
    // No violation is a person, however much of a stall its vendor covers.
    if (overlap < bestOverlap || detectionLabel(detections, index) === "person") continue;
    best = index;
    bestOverlap = overlap;
  }
  return best;
}

/** A pile of several: at least two of its parts are there. */
export function hasParts({ detections }: Pick<Look, "detections">, box: NormBox): boolean {
  let count = 0;
  for (let index = 0; index < detections.count; index++) {
    if (detectionLabel(detections, index) === "person") continue;
    if (boxShareInside(detectionBox(detections, index), box) >= partShareMin) count += 1;
  }
  return count >= 2;
}

/** Share of a box that lies behind things that stand nearer: their boxes end lower. */
export function coveredShare(detections: Detections, own: number): number {
  const box = detectionBox(detections, own);
  const nearer: NormBox[] = [];
  for (let index = 0; index < detections.count; index++) {
    const other = detectionBox(detections, index);
    if (index !== own && other.yMax > box.yMax && boxOverlap(other, box) > 0) nearer.push(other);
  }
  if (nearer.length === 0) return 0;
  let covered = 0;
  for (let row = 0; row < samples; row++) {
    for (let column = 0; column < samples; column++) {
      const x = box.xMin + ((column + 0.5) / samples) * (box.xMax - box.xMin);
      const y = box.yMin + ((row + 0.5) / samples) * (box.yMax - box.yMin);
      const isHidden = nearer.some(
        ({ xMin, yMin, xMax, yMax }) => x >= xMin && x < xMax && y >= yMin && y < yMax,
      );
      if (isHidden) covered += 1;
    }
  }
  return covered / samples ** 2;
}
