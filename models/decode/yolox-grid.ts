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
  const { thresholdMin } = classes;
  let row = 0;
  for (const stride of grid.strides) {
    const columns = grid.width / stride;
    const rowEnd = row + columns * (grid.height / stride);
    for (let cell = 0; row < rowEnd; row++, cell++) {
      const at = row * rowSize;
      // Class scores are 1 at most. Written so that NaN does not pass.
      if (!((values[at + 4] ?? 0) >= thresholdMin)) continue;
      addCell(
        values,
        at,
        cell % columns,
        Math.floor(cell / columns),
        stride,
        grid,
        classes,
        candidates,
      );
    }
  }
}

/** Plain numbers, no closure: this runs a hundred times a picture while the network waits. */
function addCell(
  values: Float32Array,
  at: number,
  column: number,
  line: number,
  stride: number,
  { labelsPerCell }: Grid,
  { thresholds, classNumbers, labelIndices }: ClassMap,
  candidates: Candidates,
): void {
  const objectness = values[at + 4] ?? 0;
  let best = -1;
  let bestScore = 0;
  for (let slot = 0; slot < thresholds.length; slot++) {
    const score = objectness * (values[at + headSize + (classNumbers[slot] ?? 0)] ?? 0);
    if (!(score >= (thresholds[slot] ?? 1) && score > bestScore)) continue;
    if (labelsPerCell === "best") {
      best = slot;
      bestScore = score;
    } else {
      addBox(values, at, column, line, stride, score, labelIndices[slot] ?? 0, candidates);
    }
  }
  if (best < 0) return;
  addBox(values, at, column, line, stride, bestScore, labelIndices[best] ?? 0, candidates);
}

function addBox(
  values: Float32Array,
  at: number,
  column: number,
  line: number,
  stride: number,
  score: number,
  labelIndex: number,
  candidates: Candidates,
): void {
  const x = ((values[at] ?? 0) + column) * stride;
  const y = ((values[at + 1] ?? 0) + line) * stride;
  const halfWidth = (Math.exp(values[at + 2] ?? 0) * stride) / 2;
  const halfHeight = (Math.exp(values[at + 3] ?? 0) * stride) / 2;
  candidates.add(score, labelIndex, x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
}
