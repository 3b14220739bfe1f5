/**
 * Non-maximum suppression: of the boxes on one thing, the one with the highest score stays.
 *
 * Boxes suppress each other only within their group: with scope `group` a car and a truck on one
 * vehicle become one detection, with scope `label` they stay two. The result does not depend on
 * the order in which the boxes came.
 */
import { type Label, labelIndex, labels } from "../../pipelines/domain/label.ts";
import type { Candidates } from "./candidates.ts";

export interface Suppression {
  /** Boxes that overlap by more than this are one thing, 0..1. */
  readonly iou: number;
  /** Label index → number of its group. */
  readonly groupOf: Uint8Array;
  /** No more boxes than this stay. */
  readonly keptMax: number;
}

/** Writes the indices that stay to the front of `order`, by falling score; returns how many. */
export function suppress(
  candidates: Candidates,
  { iou, groupOf, keptMax }: Suppression,
  order: Uint32Array,
): number {
  const sorted = order.subarray(0, candidates.count);
  for (let index = 0; index < sorted.length; index++) sorted[index] = index;
  sorted.sort((a, b) => candidates.compare(a, b));

  const group = (index: number) => groupOf[candidates.labelIndices[index] ?? 0];
  let kept = 0;
  for (const index of sorted) {
    if (kept === keptMax) break;
    let isCovered = false;
    for (let earlier = 0; earlier < kept && !isCovered; earlier++) {
      const other = sorted[earlier] ?? 0;
      isCovered = group(other) === group(index) && candidates.overlap(other, index) > iou;
    }
    // What stays moves to the front, where only boxes lie that have been judged.
    if (!isCovered) sorted[kept++] = index;
  }
  return kept;
}

/** A label in no group is a group of its own. */
export function groupNumbers(
  groups: readonly (readonly Label[])[],
  scope: "group" | "label",
): Uint8Array {
  const numbers = Uint8Array.from(labels, (_, index) => index);
  if (scope === "label") return numbers;
  for (const group of groups) {
    const first = Math.min(...group.map(labelIndex));
    for (const label of group) numbers[labelIndex(label)] = first;
  }
  return numbers;
}
