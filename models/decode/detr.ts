/**
 * Reads the answers of a DETR-style head: a label, a box and a score a query, by falling score.
 *
 * One query may answer twice, with the same box under two labels (a car that is also a truck):
 * the first, which has the higher score, counts.
 */
import type { Candidates } from "./candidates.ts";
import type { ClassMap } from "./class-map.ts";

export interface DetrRows {
  readonly labels: BigInt64Array;
  /** 4 × queries: left, top, right, bottom in input pixels. */
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
}

export function readDetr(
  { labels, boxes, scores }: DetrRows,
  classes: ClassMap,
  candidates: Candidates,
): void {
  for (let query = 0; query < scores.length; query++) {
    const score = scores[query] ?? 0;
    // Written so that NaN does not pass.
    if (!(score >= classes.thresholdMin)) continue;
    const slot = classes.slotOf[Number(labels[query] ?? -1n)] ?? -1;
    if (slot < 0 || score < (classes.thresholds[slot] ?? 1)) continue;

    const at = query * 4;
    const box = [
      boxes[at] ?? 0,
      boxes[at + 1] ?? 0,
      boxes[at + 2] ?? 0,
      boxes[at + 3] ?? 0,
    ] as const;
    if (candidates.holdsBox(...box)) continue;
    candidates.add(score, classes.labelIndices[slot] ?? 0, ...box);
  }
}
