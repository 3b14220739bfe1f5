/**
 * From decoded planes to a JPEG in which nobody can be recognised.
 *
 * Masks go onto the planes before anything is encoded: an unmasked picture exists in memory alone.
 * It throws rather than hand out a picture whose masks could not be made.
 */
import type { Detections } from "../../pipelines/domain/detections.ts";
import type { NormBox, NormPolygon } from "../../pipelines/domain/geometry.ts";
import { blacken, blur, type PlanarPicture } from "./pixel-mask.ts";
import { privacyRegions } from "./privacy-regions.ts";
import type { Sample } from "./sample.ts";

const jpegQuality = 88;

export async function maskedJpeg(
  picture: PlanarPicture,
  {
    detections,
    crop,
    polygons,
  }: {
    readonly detections: Detections;
    readonly crop: NormBox;
    readonly polygons: readonly NormPolygon[];
  },
): Promise<{ readonly jpeg: Uint8Array; readonly masked: Sample["masked"] }> {
  const { planes, width, height } = picture;
  if (planes.byteLength !== 3 * width * height) {
    throw new RangeError(
      `${planes.byteLength} bytes are no picture of ${width} × ${height} in three planes`,
    );
  }
  const regions = privacyRegions(detections, { crop, width, height });
  for (const region of regions) blur(picture, region);
  for (const polygon of polygons) blacken(picture, polygon, crop);
  const countOf = (what: "head" | "plate") => regions.filter((one) => one.what === what).length;
  return {
    jpeg: await encode(picture),
    masked: { heads: countOf("head"), plates: countOf("plate"), polygons: polygons.length },
  };
}

async function encode({ planes, width, height }: PlanarPicture): Promise<Uint8Array> {
  // Loaded with the first picture: an agent that keeps none does without it.
  const { default: sharp } = await import("sharp");
  const pixels = new Uint8Array(planes.byteLength);
  const area = width * height;
  for (let pixel = 0, to = 0; pixel < area; pixel++) {
    pixels[to++] = planes[pixel] ?? 0;
    pixels[to++] = planes[area + pixel] ?? 0;
    pixels[to++] = planes[2 * area + pixel] ?? 0;
  }
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: jpegQuality })
    .toBuffer();
}
