/**
 * A picture file as a model's input: the one place where sharp stands in for swscale.
 *
 * Cameras send video, which the decoder host decodes and scales; a JPEG would have to become an
 * H.264 keyframe first and would lose by it. So files are read and scaled by sharp, and placed by
 * the decoder's own arithmetic: size, place and fill are the same to the pixel, values differ by
 * the two filters (scores by up to 0.03).
 */
import sharp, { type Sharp } from "sharp";
import type { Placement } from "../../../models/decode/placement.ts";
import type { Manifest } from "../../../models/manifest.ts";
import { type NormBox, wholePicture } from "../../../pipelines/domain/geometry.ts";
import { placeCrop } from "../../capture/decoder/crop-place.ts";
import { unreadablePicture } from "./unreadable-picture.ts";

export interface PictureInput {
  /** 3 × height × width bytes in the model's channel order, in shared memory. */
  readonly planes: Uint8Array;
  readonly placement: Placement;
}

/** A picture that waits to be read, as the input that is asked for. */
export type ReadInput = (input: Manifest["input"]) => Promise<PictureInput>;

/** Pixels of a picture in memory, three bytes each, row by row. */
export interface RgbPicture {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export async function readPicture(path: string, input: Manifest["input"]): Promise<PictureInput> {
  try {
    // Labels are drawn on the picture as it is shown: a camera's rotation mark is obeyed.
    const image = sharp(path, { sequentialRead: true }).autoOrient();
    const { autoOrient } = await image.metadata();
    return await inputOf(image.flatten().toColourspace("srgb"), autoOrient, wholePicture, input);
  } catch (cause) {
    throw unreadablePicture(path, cause);
  }
}

/** A part of a picture in memory, cut as a view cuts it. */
export async function cropInput(
  { rgb, width, height }: RgbPicture,
  crop: NormBox,
  input: Manifest["input"],
): Promise<PictureInput> {
  const image = sharp(rgb, { raw: { width, height, channels: 3 } });
  return await inputOf(image, { width, height }, crop, input);
}

async function inputOf(
  image: Sharp,
  size: { readonly width: number; readonly height: number },
  crop: NormBox,
  { width, height, fit, fill, channels }: Manifest["input"],
): Promise<PictureInput> {
  const place = placeCrop({ crop, width, height, fit, fill, channels }, size.width, size.height);
  const { cropX, cropY, cropWidth, cropHeight } = place;
  const { contentX, contentY, contentWidth, contentHeight } = place;
  const isWhole = cropWidth === size.width && cropHeight === size.height;
  const cut = isWhole
    ? image
    : image.extract({ left: cropX, top: cropY, width: cropWidth, height: cropHeight });
  const pixels = await cut
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
  return {
    planes,
    placement: {
      contentX,
      contentY,
      contentWidth,
      contentHeight,
      // Rounded to whole pixels, as it was cut.
      crop: {
        xMin: cropX / size.width,
        yMin: cropY / size.height,
        xMax: (cropX + cropWidth) / size.width,
        yMax: (cropY + cropHeight) / size.height,
      },
    },
  };
}
