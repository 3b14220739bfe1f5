/**
 * A picture file as a camera's picture: the JPEG that the decoder host decodes as it decodes MJPEG.
 *
 * A JPEG that stands upright goes as it is; everything else becomes one of high quality.
 */
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { AgentError } from "../runtime/agent-error.ts";

export interface StillPicture {
  readonly picture: EncodedPicture;
  readonly width: number;
  readonly height: number;
}

const quality = 95;

export async function stillPicture(
  path: string,
  { cameraId, capturedAtMs }: { readonly cameraId: CameraId; readonly capturedAtMs: number },
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
    return { picture: encoded(unit, cameraId, capturedAtMs), width, height };
  } catch (cause) {
    throw new AgentError(
      "USAGE",
      `${path} is no picture that can be read: ${cause instanceof Error ? cause.message : "?"}`,
      "Repair the file or take it out of the folder.",
      { cause },
    );
  }
}

function encoded(unit: Uint8Array, cameraId: CameraId, capturedAtMs: number): EncodedPicture {
  return {
    cameraId,
    stream: "main",
    codec: "mjpeg",
    parameterSets: new Uint8Array(0),
    units: [unit],
    pictureNumber: capturedAtMs,
    capturedAtMs,
    capturedUncertaintyMs: 0,
    clockSource: "arrival",
  };
}
