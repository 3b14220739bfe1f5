/**
 * Reads the raw grid of a YOLOX head: a row a cell, strides from fine to coarse, row-major.
 *
 * A row is cx, cy, w, h (raw), objectness, class scores (both already 0..1). The score is looked
 * at first: of 3,549 rows some dozens pass, and only these pay for an exponential. Of a cell's
 * classes the best one that passes its threshold counts.
 */
import type { Manifest } from "../manifest.ts";
import type { Candidates } from "./candidates.ts";
import type { ClassMap } from "./class-map.ts";

/** Values of a row before the class scores. */
const headSize = 5;

export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly strides: readonly number[];
  readonly classCount: number;
}

export function gridOf(
  { width, height }: Manifest["input"],
  { strides, classCount }: { readonly strides: readonly number[]; readonly classCount: number },
): Grid {
  return { width, height, strides, classCount };
}

export function gridRowCount({ width, height, strides }: Grid): number {
  return strides.reduce((sum, stride) => sum + (width / stride) * (height / stride), 0);
}

export function gridRowSize({ classCount }: Grid): number {
  return headSize + classCount;
}

export function readGrid(
  values: Float32Array,
  grid: Grid,
  classes: ClassMap,
  candidates: Candidates,
): void {
  const rowSize = gridRowSize(grid);
  let row = 0;
  for (const stride of grid.strides) {
    const columns = grid.width / stride;
    const rowEnd = row + columns * (grid.height / stride);
    for (let cell = 0; row < rowEnd; row++, cell++) {
      const at = row * rowSize;
      const objectness = values[at + 4] ?? 0;
      // Class scores are 1 at most. Written so that NaN does not pass.
      if (!(objectness >= classes.thresholdMin)) continue;
      const slot = bestSlot(values, at + headSize, objectness, classes);
      if (slot < 0) continue;

      const score = objectness * (values[at + headSize + (classes.classNumbers[slot] ?? 0)] ?? 0);
      const x = ((values[at] ?? 0) + (cell % columns)) * stride;
      const y = ((values[at + 1] ?? 0) + Math.floor(cell / columns)) * stride;
      const halfWidth = (Math.exp(values[at + 2] ?? 0) * stride) / 2;
      const halfHeight = (Math.exp(values[at + 3] ?? 0) * stride) / 2;
      candidates.add(
        score,
        classes.labelIndices[slot] ?? 0,
        x - halfWidth,
        y - halfHeight,
        x + halfWidth,
        y + halfHeight,
      );
    }
  }
}

/** -1 when no mapped class passes its threshold. */
function bestSlot(
  values: Float32Array,
  classesAt: number,
  objectness: number,
  { classNumbers, thresholds }: ClassMap,
): number {
  let best = -1;
  let bestScore = 0;
  for (let slot = 0; slot < classNumbers.length; slot++) {
    const score = objectness * (values[classesAt + (classNumbers[slot] ?? 0)] ?? 0);
    if (score >= (thresholds[slot] ?? 1) && score > bestScore) {
      best = slot;
      bestScore = score;
    }
  }
  return best;
}
