/**
 * Where a crop of the camera's picture lies in a model's input, and the way back.
 *
 * What the decoder hands over with each crop has these fields and more; only these matter here.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";

export interface Placement {
  /** Where in the input the crop's content lies, in input pixels; the rest is fill. */
  readonly contentX: number;
  readonly contentY: number;
  readonly contentWidth: number;
  readonly contentHeight: number;
  /** The part of the picture that was cut, 0..1 of the picture. */
  readonly crop: NormBox;
}

/**
 * Writes box `from` of `inputBoxes` (input pixels) as box `to` of `pictureBoxes` (0..1 of the
 * picture), cut to what was looked at. False, and nothing is kept, when no area is left.
 */
export function placeBox(
  inputBoxes: Float32Array,
  from: number,
  { contentX, contentY, contentWidth, contentHeight, crop }: Placement,
  pictureBoxes: Float32Array,
  to: number,
): boolean {
  const scaleX = (crop.xMax - crop.xMin) / contentWidth;
  const scaleY = (crop.yMax - crop.yMin) / contentHeight;
  const x = (at: number) =>
    clamp(crop.xMin + ((inputBoxes[at] ?? Number.NaN) - contentX) * scaleX, crop.xMin, crop.xMax);
  const y = (at: number) =>
    clamp(crop.yMin + ((inputBoxes[at] ?? Number.NaN) - contentY) * scaleY, crop.yMin, crop.yMax);

  const source = from * 4;
  const target = to * 4;
  pictureBoxes[target] = x(source);
  pictureBoxes[target + 1] = y(source + 1);
  pictureBoxes[target + 2] = x(source + 2);
  pictureBoxes[target + 3] = y(source + 3);
  return (
    (pictureBoxes[target + 2] ?? 0) > (pictureBoxes[target] ?? 0) &&
    (pictureBoxes[target + 3] ?? 0) > (pictureBoxes[target + 1] ?? 0)
  );
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
