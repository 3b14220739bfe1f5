/**
 * A picture file as a camera's picture.
 *
 * A JPEG that stands upright goes as it is; everything else becomes one of high quality.
 */
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import { unreadablePicture } from "../bench/pictures/unreadable-picture.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { jpegPicture } from "./jpeg-picture.ts";

export interface StillPicture {
  readonly picture: EncodedPicture;
  readonly width: number;
  readonly height: number;
}

const quality = 95;

export async function stillPicture(
  path: string,
  as: { readonly cameraId: CameraId; readonly capturedAtMs: number },
): Promise<StillPicture> {
  try {
    const bytes = await readFile(path);
    const image = sharp(bytes);
    const { format, orientation = 1, space, autoOrient } = await image.metadata();
    const isAsItIs = format === "jpeg" && orientation === 1 && space === "srgb";
    const unit = isAsItIs
      ? bytes
      : await image.autoOrient().flatten().toColourspace("srgb").jpeg({ quality }).toBuffer();
    const { width, height } = autoOrient;
    return { picture: jpegPicture(unit, as), width, height };
  } catch (cause) {
    throw unreadablePicture(path, cause);
  }
}
