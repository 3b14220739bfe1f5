/** What both decoders do alike when they scale a crop and read its colours. */
import { placeCrop } from "./crop-place.ts";
import type { CropRequest } from "./decoder.ts";
import type { CropPlace } from "./protocol.ts";

/** Planes of GBRP come in the order green, blue, red. */
export const planeOrder = { rgb: [2, 0, 1], bgr: [1, 0, 2] } as const;

/** Shrinking averages areas, as small things must not alias away; otherwise bilinear is smoother. */
export function scalingAlgorithm(place: CropPlace): "area" | "bilinear" {
  return shrinkFactor(place) >= 2 ? "area" : "bilinear";
}

/** Nine pixels or more become one, in every crop: edges of blocks do not show any more. */
export function isShrunkFar(crops: readonly CropRequest[], width: number, height: number): boolean {
  return (
    crops.length > 0 && crops.every((crop) => shrinkFactor(placeCrop(crop, width, height)) >= 3)
  );
}

function shrinkFactor({ cropWidth, cropHeight, contentWidth, contentHeight }: CropPlace): number {
  return Math.min(cropWidth / contentWidth, cropHeight / contentHeight);
}

/** Pictures that do not name their colours are read as players do: large ones as BT.709. */
export function isHighDefinition(pictureHeight: number): boolean {
  return pictureHeight >= 720;
}
