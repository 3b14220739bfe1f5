/**
 * What a view's own crop would have shown, out of what was found in a larger one.
 *
 * A box that lies in the crop by more than half is the view's, cut at the crop's edge; the others
 * are not. What boxes look like is taken again where an edge cut one, from the same input.
 */
import { type PlanarInput, withAppearances } from "../../models/decode/box-appearance.ts";
import type { Placement } from "../../models/decode/placement.ts";
import { appearanceBytes } from "../../pipelines/domain/appearance.ts";
import { type Detections, noDetections } from "../../pipelines/domain/detections.ts";
import type { NormBox } from "../../pipelines/domain/geometry.ts";

const shareInsideMin = 0.5;

/** `input` and `placement`: of the larger crop, as the detector saw it. */
export function detectionsWithin(
  found: Detections,
  crop: NormBox,
  input: PlanarInput,
  placement: Placement,
): Detections {
  const boxes = new Float32Array(found.count * 4);
  const kept: number[] = [];
  let hasCut = false;
  for (let index = 0; index < found.count; index += 1) {
    const end = cutBox(found.boxes, index, crop, boxes, kept.length);
    if (end === "outside") continue;
    kept.push(index);
    hasCut ||= end === "cut";
  }
  if (kept.length === found.count && !hasCut) return found;
  if (kept.length === 0) return noDetections;
  const within: Detections = {
    count: kept.length,
    boxes: boxes.subarray(0, kept.length * 4),
    scores: Float32Array.from(kept, (index) => found.scores[index] ?? 0),
    labelIndices: Uint8Array.from(kept, (index) => found.labelIndices[index] ?? 0),
  };
  const { appearances } = found;
  if (appearances === undefined) return within;
  return hasCut
    ? withAppearances(within, input, placement)
    : { ...within, appearances: appearancesOf(appearances, kept) };
}

/** Writes what lies in `crop` of box `from` as box `to`. */
function cutBox(
  boxes: Float32Array,
  from: number,
  crop: NormBox,
  target: Float32Array,
  to: number,
): "whole" | "cut" | "outside" {
  const [xMin = 0, yMin = 0, xMax = 0, yMax = 0] = boxes.subarray(from * 4, from * 4 + 4);
  const left = Math.max(xMin, crop.xMin);
  const top = Math.max(yMin, crop.yMin);
  const right = Math.min(xMax, crop.xMax);
  const bottom = Math.min(yMax, crop.yMax);
  if (!(right > left && bottom > top)) return "outside";
  const share = ((right - left) * (bottom - top)) / ((xMax - xMin) * (yMax - yMin));
  if (!(share > shareInsideMin)) return "outside";
  target.set([left, top, right, bottom], to * 4);
  return share < 1 ? "cut" : "whole";
}

function appearancesOf(all: Uint8Array, kept: readonly number[]): Uint8Array {
  const own = new Uint8Array(kept.length * appearanceBytes);
  for (const [to, from] of kept.entries()) {
    const row = all.subarray(from * appearanceBytes, (from + 1) * appearanceBytes);
    own.set(row, to * appearanceBytes);
  }
  return own;
}
