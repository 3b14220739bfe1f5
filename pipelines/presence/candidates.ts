/**
 * What a look offers to presences: its boxes as things, doubled boxes folded into one.
 *
 * Class-aware suppression keeps a car and a truck on the same vehicle; here they become one thing
 * whose best-scored label wins. Every box, tracked or not, can hide what is behind it.
 */
import { type Detections, detectionBox, detectionLabel } from "../domain/detections.ts";
import { boxArea, boxOverlap, type NormBox } from "../domain/geometry.ts";
import type { Label } from "../domain/label.ts";
import { presenceLimits } from "./presence.ts";
import { type Thing, thingOf } from "./thing.ts";

export interface Candidate {
  readonly thing: Thing;
  readonly label: Label;
  readonly score: number;
  readonly box: NormBox;
}

/** By falling score, as the detections are. */
export function candidatesOf(detections: Detections): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (let index = 0; index < detections.count; index += 1) {
    const box = detectionBox(detections, index);
    if (!(boxArea(box) > 0)) continue;
    const label = detectionLabel(detections, index);
    const thing = thingOf(label);
    const isDoubled = candidates.some(
      (known) =>
        known.thing === thing && boxOverlap(known.box, box) >= presenceLimits.doubleOverlapMin,
    );
    if (!isDoubled) candidates.push({ thing, label, score: detections.scores[index] ?? 0, box });
  }
  return candidates;
}
