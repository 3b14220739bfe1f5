/** A camera's still as a person saved it: upright, in the calibration's shape, and small and grey. */
import sharp, { type Sharp } from "sharp";
import { pictureHeight, pictureWidth } from "../../calibration/moved/edge-picture.ts";
import { AgentError } from "../runtime/agent-error.ts";

export interface Still {
  readonly image: Sharp;
  readonly width: number;
  readonly height: number;
}

/** A still of another size is of the same camera when its shape is; a pixel for rounding. */
const shapeOffMax = 0.01;

export async function openStill(bytes: Uint8Array): Promise<Still> {
  const image = sharp(bytes).rotate();
  try {
    const { info } = await image.clone().toBuffer({ resolveWithObject: true });
    return { image, width: info.width, height: info.height };
  } catch (cause) {
    throw new AgentError(
      "USAGE",
      `the still (${bytes.length} bytes) is no picture that can be read`,
      "Give a JPEG or PNG of the camera.",
      { cause },
    );
  }
}

/** `picture`: the calibration's. */
export function checkShape(
  { width, height }: Still,
  [wide, high]: readonly [number, number],
): void {
  if (Math.abs(height / high / (width / wide) - 1) <= shapeOffMax) return;
  throw new AgentError(
    "USAGE",
    `the still has ${width} by ${height} pixels, the pairs were taken in ${wide} by ${high}`,
    "Take a still of the whole picture of the same camera; its size may differ, its shape not.",
  );
}

/** As the watch for moved cameras sees it: green, area by area. */
export async function smallGreyOf({ image }: Still): Promise<Uint8Array> {
  const grey = await image
    .clone()
    .toColourspace("srgb")
    .removeAlpha()
    .resize(pictureWidth, pictureHeight, { fit: "fill", kernel: "linear" })
    .extractChannel("green")
    .raw()
    .toBuffer();
  return Uint8Array.from(grey);
}
