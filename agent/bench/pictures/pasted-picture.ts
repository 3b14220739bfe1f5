/**
 * A picture small in a camera's frame: what a thing far away looks like to a detector, with truth.
 *
 * The frame around it is the picture that follows in its set, so blurred that only light and colour
 * are left: nothing to find, and no hard plain either. Place and frame depend on the picture's
 * number alone, so everybody measures the same.
 */
import sharp from "sharp";
import type { NormBox } from "../../../pipelines/domain/geometry.ts";
import type { RgbPicture } from "./picture-input.ts";

/** 1080p, as cameras send it. */
const frame = { width: 1920, height: 1080 } as const;

/** Of the picture's size, on each side: a zone's view is drawn with some street around. */
const viewMargin = 0.1;

/** The backdrop passes through this size: what is left has no shapes. */
const blurred = { width: 16, height: 9 } as const;

export interface PastedPicture {
  readonly frame: RgbPicture;
  /** Where in the frame the picture lies, 0..1. */
  readonly place: NormBox;
  /** What a view of that place looks at. */
  readonly view: NormBox;
}

export interface Pasting {
  readonly path: string;
  readonly backdropPath: string;
  readonly number: number;
  /** Of the frame's sides, 0..1: neither side of the picture is longer. */
  readonly share: number;
}

export async function pastePicture(pasting: Pasting): Promise<PastedPicture> {
  const { path, backdropPath, number, share } = pasting;
  const { data: picture, info } = await sharp(path)
    .autoOrient()
    .flatten()
    .toColourspace("srgb")
    .resize(Math.round(frame.width * share), Math.round(frame.height * share), { fit: "inside" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const left = Math.floor(spread(number, 0) * (frame.width - info.width));
  const top = Math.floor(spread(number, 1) * (frame.height - info.height));
  const { width, height, channels } = info;
  const rgb = await sharp(await backdrop(backdropPath), { raw: { ...frame, channels: 3 } })
    .composite([{ input: picture, raw: { width, height, channels }, left, top }])
    .removeAlpha()
    .raw()
    .toBuffer();
  const place = {
    xMin: left / frame.width,
    yMin: top / frame.height,
    xMax: (left + width) / frame.width,
    yMax: (top + height) / frame.height,
  };
  return { frame: { rgb, ...frame }, place, view: grown(place) };
}

/** A box of the picture as a box of the frame. */
export function inFrame(box: NormBox, place: NormBox): NormBox {
  const x = (at: number) => place.xMin + at * (place.xMax - place.xMin);
  const y = (at: number) => place.yMin + at * (place.yMax - place.yMin);
  return { xMin: x(box.xMin), yMin: y(box.yMin), xMax: x(box.xMax), yMax: y(box.yMax) };
}

async function backdrop(path: string): Promise<Uint8Array> {
  const small = await sharp(path)
    .flatten()
    .toColourspace("srgb")
    .resize(blurred.width, blurred.height, { fit: "cover" })
    .raw()
    .toBuffer();
  return await sharp(small, { raw: { ...blurred, channels: 3 } })
    .resize(frame.width, frame.height, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
}

/** Spread evenly over 0 ≤ value < 1 in both directions at once, without a pattern (R2 sequence). */
function spread(number: number, direction: 0 | 1): number {
  const step = [0.754_877_666_246_692_8, 0.569_840_290_998_053_2][direction] ?? 0;
  return ((number + 1) * step) % 1;
}

function grown({ xMin, yMin, xMax, yMax }: NormBox): NormBox {
  const [x, y] = [(xMax - xMin) * viewMargin, (yMax - yMin) * viewMargin];
  return {
    xMin: Math.max(0, xMin - x),
    yMin: Math.max(0, yMin - y),
    xMax: Math.min(1, xMax + x),
    yMax: Math.min(1, yMax + y),
  };
}
