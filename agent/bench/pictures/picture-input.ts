/**
 * A picture file as a model's input: the one place where sharp stands in for swscale.
 *
 * Cameras send video, which the decoder host decodes and scales; a JPEG would have to become an
 * H.264 keyframe first and would lose by it. So files are read and scaled by sharp, and placed by
 * the decoder's own arithmetic: size, place and fill are the same to the pixel, values differ by
 * the two filters (scores by up to 0.03).
 */
import sharp from "sharp";
import type { Placement } from "../../../models/decode/placement.ts";
import type { Manifest } from "../../../models/manifest.ts";
import { wholePicture } from "../../../pipelines/domain/geometry.ts";
import { placeCrop } from "../../capture/decoder/crop-place.ts";
import { AgentError } from "../../runtime/agent-error.ts";

export interface PictureInput {
  /** 3 × height × width bytes in the model's channel order, in shared memory. */
  readonly planes: Uint8Array;
  readonly placement: Placement;
}

export async function readPicture(path: string, input: Manifest["input"]): Promise<PictureInput> {
  try {
    return await read(path, input);
  } catch (cause) {
    throw new AgentError(
      "USAGE",
      `${path} is no picture that can be read: ${cause instanceof Error ? cause.message : "?"}`,
      "Repair the file or take it out of the folder.",
      { cause },
    );
  }
}

async function read(path: string, input: Manifest["input"]): Promise<PictureInput> {
  // Labels are drawn on the picture as it is shown: a camera's rotation mark is obeyed.
  const image = sharp(path, { sequentialRead: true }).autoOrient();
  const { autoOrient } = await image.metadata();
  const { width, height, fit, fill, channels } = input;
  const place = placeCrop(
    { crop: wholePicture, width, height, fit, fill, channels },
    autoOrient.width,
    autoOrient.height,
  );
  const { contentX, contentY, contentWidth, contentHeight } = place;
  const pixels = await image
    .flatten()
    .toColourspace("srgb")
    .resize(contentWidth, contentHeight, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();

  const planes = new Uint8Array(new SharedArrayBuffer(3 * width * height)).fill(fill);
  for (let channel = 0; channel < 3; channel++) {
    const plane = (channels === "bgr" ? 2 - channel : channel) * width * height;
    for (let y = 0; y < contentHeight; y++) {
      let from = y * contentWidth * 3 + channel;
      let to = plane + (contentY + y) * width + contentX;
      for (let x = 0; x < contentWidth; x++, from += 3) planes[to++] = pixels[from] ?? 0;
    }
  }
  const placement = { contentX, contentY, contentWidth, contentHeight, crop: wholePicture };
  return { planes, placement };
}
