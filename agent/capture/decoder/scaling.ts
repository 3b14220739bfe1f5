/** What both decoders do alike when they scale a crop and read its colours. */
import type { CropPlace } from "./protocol.ts";

/** Planes of GBRP come in the order green, blue, red. */
export const planeOrder = { rgb: [2, 0, 1], bgr: [1, 0, 2] } as const;

/** Shrinking averages areas, as small things must not alias away; otherwise bilinear is smoother. */
export function scalingAlgorithm(place: CropPlace): "area" | "bilinear" {
  const { cropWidth, cropHeight, contentWidth, contentHeight } = place;
  return Math.min(cropWidth / contentWidth, cropHeight / contentHeight) >= 2 ? "area" : "bilinear";
}

/** Pictures that do not name their colours are read as players do: large ones as BT.709. */
export function isHighDefinition(pictureHeight: number): boolean {
  return pictureHeight >= 720;
}
