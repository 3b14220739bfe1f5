/**
 * A part of a picture as the input of a detector: cut out, scaled, and laid where the model wants it.
 *
 * Scaling is libvips's, on its own threads; the main thread copies rows alone.
 */
import type { Placement } from "../models/decode/placement.ts";
import type { NormBox } from "../pipelines/domain/geometry.ts";
import type { PlanarPicture } from "./evidence/pixel-mask.ts";
import type { LoopModel } from "./inference/ports.ts";

/** Writes `tile` of the picture into `input` (3 × height × width bytes), and says where it lies. */
export async function writeInput(
  picture: PlanarPicture,
  tile: NormBox,
  model: LoopModel,
  input: Uint8Array,
): Promise<Placement> {
  const part = wholePixels(picture, tile);
  const { crop } = part;
  const { inputWidth, inputHeight, fit, fill, channels } = model;
  const ratio = Math.min(inputWidth / part.width, inputHeight / part.height);
  const isStretched = fit === "stretch";
  const width = isStretched ? inputWidth : Math.max(1, Math.floor(part.width * ratio));
  const height = isStretched ? inputHeight : Math.max(1, Math.floor(part.height * ratio));
  const isCentred = fit === "letterbox-centre";
  const x = isCentred ? Math.floor((inputWidth - width) / 2) : 0;
  const y = isCentred ? Math.floor((inputHeight - height) / 2) : 0;
  const size = { width, height };
  const planes = await Promise.all([0, 1, 2].map((plane) => scaled(picture, plane, part, size)));
  input.fill(fill);
  for (const [plane, pixels] of planes.entries()) {
    const target = channels === "bgr" ? 2 - plane : plane;
    for (let row = 0; row < height; row++) {
      const to = (target * inputHeight + y + row) * inputWidth + x;
      input.set(pixels.subarray(row * width, (row + 1) * width), to);
    }
  }
  return { contentX: x, contentY: y, contentWidth: width, contentHeight: height, crop };
}

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly crop: NormBox;
}

function wholePixels(picture: PlanarPicture, { xMin, yMin, xMax, yMax }: NormBox): Part {
  const left = Math.floor(xMin * picture.width);
  const top = Math.floor(yMin * picture.height);
  const right = Math.min(picture.width, Math.ceil(xMax * picture.width));
  const bottom = Math.min(picture.height, Math.ceil(yMax * picture.height));
  const crop = {
    xMin: left / picture.width,
    yMin: top / picture.height,
    xMax: right / picture.width,
    yMax: bottom / picture.height,
  };
  return { left, top, width: right - left, height: bottom - top, crop };
}

async function scaled(
  { planes, width, height }: PlanarPicture,
  plane: number,
  { left, top, width: partWidth, height: partHeight }: Part,
  size: { readonly width: number; readonly height: number },
): Promise<Uint8Array> {
  // Loaded with the first picture: an agent that keeps none does without it.
  const { default: sharp } = await import("sharp");
  const pixels = planes.subarray(plane * width * height, (plane + 1) * width * height);
  return await sharp(pixels, { raw: { width, height, channels: 1 } })
    .extract({ left, top, width: partWidth, height: partHeight })
    .resize({ ...size, fit: "fill", kernel: "linear" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
}
