/**
 * What one detector saw in one look: a struct of arrays, no object a box.
 *
 * Boxes are normalised to the camera's whole picture (not the crop), sorted by falling score.
 */
import type { NormBox } from "./geometry.ts";
import { type Label, labels } from "./label.ts";

export interface Detections {
  readonly count: number;
  /** 4 × count: xMin, yMin, xMax, yMax, each 0..1 of the camera's picture. */
  readonly boxes: Float32Array;
  /** 0..1, falling. */
  readonly scores: Float32Array;
  /** Index into `labels` (label.ts). */
  readonly labelIndices: Uint8Array;
  /** What the boxes look like (`appearance.ts`), where anybody asked; zeros where nobody did. */
  readonly appearances?: Uint8Array;
}

export const noDetections: Detections = {
  count: 0,
  boxes: new Float32Array(0),
  scores: new Float32Array(0),
  labelIndices: new Uint8Array(0),
};

export function detectionBox(detections: Detections, index: number): NormBox {
  const at = index * 4;
  return {
    xMin: detections.boxes[at] ?? 0,
    yMin: detections.boxes[at + 1] ?? 0,
    xMax: detections.boxes[at + 2] ?? 0,
    yMax: detections.boxes[at + 3] ?? 0,
  };
}

export function detectionLabel(detections: Detections, index: number): Label {
  const label = labels[detections.labelIndices[index] ?? -1];
  if (label === undefined)
    throw new RangeError(`detection ${index} of ${detections.count} has no label`);
  return label;
}

/** For tests and truth files; the inference loop fills the arrays directly. */
export function detectionsOf(
  list: readonly { readonly label: Label; readonly score: number; readonly box: NormBox }[],
): Detections {
  const sorted = list.toSorted((a, b) => b.score - a.score);
  return {
    count: sorted.length,
    boxes: Float32Array.from(sorted.flatMap(({ box }) => [box.xMin, box.yMin, box.xMax, box.yMax])),
    scores: Float32Array.from(sorted.map(({ score }) => score)),
    labelIndices: Uint8Array.from(sorted.map(({ label }) => labels.indexOf(label))),
  };
}
