/**
 * What a look offers to presences: its boxes as things.
 *
 * A detector may put several boxes on one vehicle: a car and a truck that class-aware suppression
 * keeps, or the visible part beside the whole. All may match a presence; only one may found one.
 */
import { appearanceAt } from "../domain/appearance.ts";
import { type Detections, detectionBox, detectionLabel } from "../domain/detections.ts";
import { boxArea, boxOverlap, boxShareInside, type NormBox } from "../domain/geometry.ts";
import type { Label } from "../domain/label.ts";
import { presenceLimits } from "./presence.ts";
import { type Thing, thingOf } from "./thing.ts";

export interface Candidate {
  readonly thing: Thing;
  readonly label: Label;
  readonly score: number;
  readonly box: NormBox;
  readonly appearance?: string;
}

/** By falling score, as the detections are. */
export function candidatesOf(detections: Detections, scoreMin: number): readonly Candidate[] {
  if (detections.count === 0) return noCandidates;
  const candidates: Candidate[] = [];
  for (let index = 0; index < detections.count; index += 1) {
    const box = detectionBox(detections, index);
    const score = detections.scores[index] ?? 0;
    if (!(boxArea(box) > 0) || score < scoreMin) continue;
    const label = detectionLabel(detections, index);
    const plain = { thing: thingOf(label), label, score, box };
    const appearance = appearanceAt(detections.appearances, index);
    candidates.push(appearance === undefined ? plain : { ...plain, appearance });
  }
  return candidates;
}

const noCandidates: readonly Candidate[] = [];

/** Two boxes on one thing: nearly the same, or one the greater part of the other. */
export function isSameThing(a: NormBox, b: NormBox): boolean {
  const overlap = boxOverlap(a, b);
  if (overlap >= presenceLimits.doubleOverlapMin) return true;
  if (overlap === 0) return false;
  const [smaller, larger] = boxArea(a) <= boxArea(b) ? [a, b] : [b, a];
  return (
    boxArea(smaller) >= presenceLimits.partAreaRatioMin * boxArea(larger) &&
    boxShareInside(smaller, larger) >= presenceLimits.partShareInsideMin
  );
}
