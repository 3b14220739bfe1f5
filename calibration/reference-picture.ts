/**
 * The picture that a calibration was made on, as small and grey as the watch for moved cameras looks
 * at it: a camera that was turned before the first start is found by it.
 */
import { z } from "zod";
import { pictureCells, pictureHeight, pictureWidth } from "./moved/edge-picture.ts";

const greyBytes = z
  .base64()
  .max(Math.ceil(pictureCells / 3) * 4)
  .refine((text) => Buffer.from(text, "base64").length === pictureCells, {
    error: `expected ${pictureCells} bytes`,
  });

export const referencePictureSchema = z.strictObject({
  width: z.literal(pictureWidth),
  height: z.literal(pictureHeight),
  /** A byte a cell, row after row, base64. */
  grey: greyBytes,
});
export type ReferencePicture = z.infer<typeof referencePictureSchema>;

export function referencePicture(grey: Uint8Array): ReferencePicture {
  if (grey.length !== pictureCells) {
    throw new RangeError(`a reference has ${pictureCells} bytes, got ${grey.length}`);
  }
  const text = Buffer.from(grey).toString("base64");
  return { width: pictureWidth, height: pictureHeight, grey: text };
}

export function greyOf({ grey }: ReferencePicture): Uint8Array {
  return Uint8Array.from(Buffer.from(grey, "base64"));
}
