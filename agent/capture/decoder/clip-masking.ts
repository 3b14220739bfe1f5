/**
 * Masks one picture of a clip in its three planes (4:2:0), before it is encoded.
 *
 * Regions grow outwards to whole pairs of pixels, so that brightness and colour are masked alike.
 */
import type { Frame } from "node-av/lib";
import type { NormPolygon } from "../../../pipelines/domain/geometry.ts";
import type { MaskRegion } from "./clip.ts";
import { blurPlane, fillPolygon, type Plane } from "./mask-plane.ts";
import { DecodeError } from "./picture-decoder.ts";

const blockPxMin = 8;
/** Limited range: black, without colour. */
const black = [16, 128, 128] as const;

export function maskPicture(
  picture: Frame,
  regions: readonly MaskRegion[],
  polygons: readonly NormPolygon[],
): void {
  if (regions.length === 0 && polygons.length === 0) return;
  const { width, height, data, linesize } = picture;
  if (data === null) throw new DecodeError("unsupported", "the scaled picture has no bytes");
  for (const [index, value] of black.entries()) {
    const bytes = data[index];
    const stride = linesize[index];
    if (bytes === undefined || stride === undefined) throw new RangeError(`no plane ${index}`);
    const shrink = index === 0 ? 1 : 2;
    const plane = { bytes, stride, width: width / shrink, height: height / shrink };
    for (const region of regions) blurPlane(plane, inPlane(region, plane, shrink));
    for (const polygon of polygons) {
      const corners = polygon.map(({ x, y }) => ({ x: x * plane.width, y: y * plane.height }));
      fillPolygon(plane, corners, value);
    }
  }
}

function inPlane(region: MaskRegion, { width, height }: Plane, shrink: number) {
  const step = 2 / shrink;
  const low = (value: number, size: number) => Math.floor((value * size) / step) * step;
  const high = (value: number, size: number) =>
    Math.min(size, Math.ceil((value * size) / step) * step);
  const blockPx = Math.max(blockPxMin, Math.ceil(region.block * width * shrink));
  return {
    xMin: low(region.xMin, width),
    yMin: low(region.yMin, height),
    xMax: high(region.xMax, width),
    yMax: high(region.yMax, height),
    blockPx: Math.ceil(blockPx / shrink),
  };
}
