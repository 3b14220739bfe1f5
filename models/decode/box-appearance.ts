/**
 * What the boxes of one look look like, taken from the input that the detector saw: the mean colour
 * of each cell of a 4 × 4 grid (`pipelines/domain/appearance.ts`).
 *
 * Only of labels whose rules ask for it, so a street of cars costs nothing; a sign costs less than
 * a thousandth of its detection.
 */
import { appearanceBytes } from "../../pipelines/domain/appearance.ts";
import type { Detections } from "../../pipelines/domain/detections.ts";
import { type Label, labelIndex } from "../../pipelines/domain/label.ts";
import type { Placement } from "./placement.ts";

export interface PlanarInput {
  /** Three planes of height × width bytes. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: "rgb" | "bgr";
}

const askedLabels: readonly Label[] = ["signboard"];
const askedIndices: readonly number[] = askedLabels.map(labelIndex);

const side = 4;
/** Smaller boxes hold no picture to speak of, in input pixels. */
const sideMin = 8;

export function withAppearances(
  detections: Detections,
  input: PlanarInput,
  placement: Placement,
): Detections {
  const { count, labelIndices } = detections;
  if (!labelIndices.some((index) => askedIndices.includes(index))) return detections;
  const appearances = new Uint8Array(count * appearanceBytes);
  for (let index = 0; index < count; index += 1) {
    if (!askedIndices.includes(labelIndices[index] ?? -1)) continue;
    const box = inputBox(detections.boxes, index, placement);
    if (box.xMax - box.xMin < sideMin || box.yMax - box.yMin < sideMin) continue;
    take(input, box, appearances.subarray(index * appearanceBytes, (index + 1) * appearanceBytes));
  }
  return { ...detections, appearances };
}

interface InputBox {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

/** The way back from shares of the picture to pixels of the input. */
function inputBox(boxes: Float32Array, index: number, placement: Placement): InputBox {
  const { contentX, contentY, contentWidth, contentHeight, crop } = placement;
  const scaleX = contentWidth / (crop.xMax - crop.xMin);
  const scaleY = contentHeight / (crop.yMax - crop.yMin);
  const at = index * 4;
  const x = (value = 0) => contentX + (value - crop.xMin) * scaleX;
  const y = (value = 0) => contentY + (value - crop.yMin) * scaleY;
  return {
    xMin: x(boxes[at]),
    yMin: y(boxes[at + 1]),
    xMax: x(boxes[at + 2]),
    yMax: y(boxes[at + 3]),
  };
}

/** Red, green and blue of each cell; 1 at least, because a zero means that nothing was taken. */
function take(
  { bytes, width, height, channels }: PlanarInput,
  box: InputBox,
  into: Uint8Array,
): void {
  const plane = width * height;
  for (let cell = 0; cell < side * side; cell += 1) {
    const [left, right] = edges(box.xMin, box.xMax, cell % side, width);
    const [top, bottom] = edges(box.yMin, box.yMax, Math.floor(cell / side), height);
    for (let channel = 0; channel < 3; channel += 1) {
      const from = plane * (channels === "rgb" ? channel : 2 - channel);
      let sum = 0;
      for (let y = top; y < bottom; y += 1) {
        for (let x = left; x < right; x += 1) sum += bytes[from + y * width + x] ?? 0;
      }
      const mean = sum / ((right - left) * (bottom - top));
      into[cell * 3 + channel] = Math.max(1, Math.round(mean));
    }
  }
}

/** Whole pixels of one of four equal parts, one at least. */
function edges(min: number, max: number, part: number, size: number): readonly [number, number] {
  const step = (max - min) / side;
  const first = Math.min(size - 1, Math.max(0, Math.round(min + part * step)));
  const end = Math.min(size, Math.max(first + 1, Math.round(min + (part + 1) * step)));
  return [first, end];
}
