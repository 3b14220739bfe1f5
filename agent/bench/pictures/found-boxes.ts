/** What a model found in a picture, as a list, of the labels that are asked for. */
import type { FoundBox } from "../../../models/evaluation/evaluate.ts";
import type { Manifest } from "../../../models/manifest.ts";
import {
  type Detections,
  detectionBox,
  detectionLabel,
} from "../../../pipelines/domain/detections.ts";
import type { Label } from "../../../pipelines/domain/label.ts";

export function foundBoxes(detections: Detections, wanted: ReadonlySet<Label>): FoundBox[] {
  return Array.from({ length: detections.count }, (_, index) => ({
    label: detectionLabel(detections, index),
    box: detectionBox(detections, index),
    score: detections.scores[index] ?? 0,
  })).filter(({ label }) => wanted.has(label));
}

/** Labels that both models can say. */
export function commonLabels(one: Manifest, other: Manifest): ReadonlySet<Label> {
  const known = new Set(Object.values(other.classes));
  return new Set(Object.values(one.classes).filter((label) => known.has(label)));
}
