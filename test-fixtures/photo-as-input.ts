/**
 * For tests: a photo as a model's input, the way the golden numbers were made (sharp, linear).
 *
 * The product itself scales in the decoder; the two differ by a little, so scores here are exact
 * and scores of cameras are near them.
 */
import sharp from "sharp";
import type { Placement } from "../models/decode/placement.ts";
import type { Manifest } from "../models/manifest.ts";
import { wholePicture } from "../pipelines/domain/geometry.ts";

export interface PlacedPhoto {
  readonly planes: Uint8Array;
  readonly placement: Placement;
  readonly width: number;
  readonly height: number;
}

export async function photoAsInput(path: string, input: Manifest["input"]): Promise<PlacedPhoto> {
  const image = sharp(path).removeAlpha().toColourspace("srgb");
  const { width, height } = await image.metadata();
  const ratio = Math.min(input.width / width, input.height / height);
  const isStretched = input.fit === "stretch";
  const contentWidth = isStretched ? input.width : Math.floor(width * ratio);
  const contentHeight = isStretched ? input.height : Math.floor(height * ratio);
  const pixels = await image
    .resize(contentWidth, contentHeight, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();

  const planeSize = input.width * input.height;
  const planes = new Uint8Array(3 * planeSize).fill(input.fill);
  for (let y = 0; y < contentHeight; y++) {
    for (let x = 0; x < contentWidth; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const plane = input.channels === "bgr" ? 2 - channel : channel;
        const byte = pixels[(y * contentWidth + x) * 3 + channel] ?? 0;
        planes[plane * planeSize + y * input.width + x] = byte;
      }
    }
  }
  const placement = { contentX: 0, contentY: 0, contentWidth, contentHeight, crop: wholePicture };
  return { planes, placement, width, height };
}
