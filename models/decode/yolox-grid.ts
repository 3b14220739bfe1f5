/**
 * Reads the raw grid of a YOLOX head: a row a cell, strides from fine to coarse, row-major.
 *
 * A row is cx, cy, w, h (raw), objectness, class scores (both already 0..1). The score is looked
 * at first: of 3,549 rows some dozens pass, and only these pay for an exponential. Of a cell's
 * classes that pass their threshold the manifest's `labelsPerCell` takes the best, or all: a bin
 * that is nearly overflowing is then both, until suppression decides.
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
  readonly labelsPerCell: "best" | "all";
}

export function gridOf(
  { width, height }: Manifest["input"],
  { strides, classCount, labelsPerCell = "best" }: Manifest["decoder"] & { kind: "yolox-grid" },
): Grid {
  return { width, height, strides, classCount, labelsPerCell };
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
      const classesAt = at + headSize;
      const best = bestSlot(values, classesAt, objectness, classes);
      if (best < 0) continue;

      const x = ((values[at] ?? 0) + (cell % columns)) * stride;
      const y = ((values[at + 1] ?? 0) + Math.floor(cell / columns)) * stride;
      const halfWidth = (Math.exp(values[at + 2] ?? 0) * stride) / 2;
      const halfHeight = (Math.exp(values[at + 3] ?? 0) * stride) / 2;
      const add = (slot: number): void => {
        candidates.add(
          scoreOf(values, classesAt, objectness, classes, slot),
          classes.labelIndices[slot] ?? 0,
          x - halfWidth,
          y - halfHeight,
          x + halfWidth,
          y + halfHeight,
        );
      };
      if (grid.labelsPerCell === "best") {
        add(best);
        continue;
      }
      for (let slot = 0; slot < classes.thresholds.length; slot++) {
        const score = scoreOf(values, classesAt, objectness, classes, slot);
        if (score >= (classes.thresholds[slot] ?? 1) && score > 0) add(slot);
      }
    }
  }
}

/** -1 when no mapped class passes its threshold. */
function bestSlot(
  values: Float32Array,
  classesAt: number,
  objectness: number,
  classes: ClassMap,
): number {
  let best = -1;
  let bestScore = 0;
  for (let slot = 0; slot < classes.thresholds.length; slot++) {
    const score = scoreOf(values, classesAt, objectness, classes, slot);
    if (score >= (classes.thresholds[slot] ?? 1) && score > bestScore) {
      best = slot;
      bestScore = score;
    }
  }
  return best;
}

function scoreOf(
  values: Float32Array,
  classesAt: number,
  objectness: number,
  { classNumbers }: ClassMap,
  slot: number,
): number {
  return objectness * (values[classesAt + (classNumbers[slot] ?? 0)] ?? 0);
}
