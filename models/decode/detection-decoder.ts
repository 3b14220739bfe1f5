/**
 * From what a session returned to what a camera's picture shows.
 *
 * Made once for a manifest and a thread; its scratch arrays are used again for each picture, so
 * one decoder must not be shared between threads. The manifest is all it needs, and manifests can
 * be sent to a worker.
 */
import type { Detections } from "../../pipelines/domain/detections.ts";
import type { Manifest } from "../manifest.ts";
import { Candidates } from "./candidates.ts";
import { classMapOf } from "./class-map.ts";
import { readDetr } from "./detr.ts";
import { float32Row, int64Row, type ModelOutputs } from "./model-output.ts";
import { groupNumbers, type Suppression, suppress } from "./nms.ts";
import { type Placement, placeBox } from "./placement.ts";
import { gridOf, gridRowCount, gridRowSize, readGrid } from "./yolox-grid.ts";

/** More things than this are not told apart in one picture. */
const detectionsMax = 300;

/** Queries of the largest DETR-style detectors. */
const queriesMax = 1000;

/** Boxes of one picture that are weighed against each other; of more, the best. */
const candidatesMax = 30_000;

export interface DetectionDecoder {
  /** Detections of one picture of the batch, normalised to the camera's whole picture. */
  decode(outputs: ModelOutputs, batchIndex: number, placement: Placement): Detections;
}

export function detectionDecoder(manifest: Manifest): DetectionDecoder {
  const { capacity, read } = readerOf(manifest);
  const suppression: Suppression = {
    iou: manifest.nms.iou,
    groupOf: groupNumbers(manifest.groups, manifest.nms.scope),
    keptMax: detectionsMax,
  };
  const candidates = new Candidates(capacity);
  const order = new Uint32Array(capacity);
  return {
    decode(outputs, batchIndex, placement) {
      candidates.clear();
      read(outputs, batchIndex, candidates);
      const kept = suppress(candidates, suppression, order);
      return placed(candidates, order.subarray(0, kept), placement);
    },
  };
}

interface Reader {
  readonly capacity: number;
  readonly read: (outputs: ModelOutputs, batchIndex: number, candidates: Candidates) => void;
}

function readerOf(manifest: Manifest): Reader {
  const { decoder } = manifest;
  const classes = classMapOf(manifest);
  switch (decoder.kind) {
    case "yolox-grid": {
      const grid = gridOf(manifest.input, decoder);
      const rowCount = gridRowCount(grid);
      const shape = [rowCount, gridRowSize(grid)];
      return {
        // With several labels a cell there may be more for a moment: the best of them stay.
        capacity: Math.min(rowCount, candidatesMax),
        read: (outputs, batchIndex, candidates) => {
          const values = float32Row(outputs, decoder.output, batchIndex, shape);
          readGrid(values, grid, classes, candidates);
        },
      };
    }
    case "detr":
      return {
        capacity: queriesMax,
        read: (outputs, batchIndex, candidates) => {
          const scores = float32Row(outputs, decoder.scores, batchIndex, ["any"]);
          if (scores.length > queriesMax) {
            throw new RangeError(`${scores.length} queries, at most ${queriesMax} are read`);
          }
          const boxes = float32Row(outputs, decoder.boxes, batchIndex, [scores.length, 4]);
          const labels = int64Row(outputs, decoder.labels, batchIndex, [scores.length]);
          readDetr({ labels, boxes, scores }, classes, candidates);
        },
      };
  }
}

/** Arrays of their own, so that a worker may hand them over. A box in the fill alone is left out. */
function placed(candidates: Candidates, kept: Uint32Array, placement: Placement): Detections {
  const boxes = new Float32Array(kept.length * 4);
  const scores = new Float32Array(kept.length);
  const labelIndices = new Uint8Array(kept.length);
  let count = 0;
  for (const index of kept) {
    if (!placeBox(candidates.boxes, index, placement, boxes, count)) continue;
    scores[count] = candidates.scores[index] ?? 0;
    labelIndices[count] = candidates.labelIndices[index] ?? 0;
    count += 1;
  }
  return {
    count,
    boxes: boxes.subarray(0, count * 4),
    scores: scores.subarray(0, count),
    labelIndices: labelIndices.subarray(0, count),
  };
}
