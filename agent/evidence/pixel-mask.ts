/**
 * Makes a part of a picture unrecognisable, in place, for good.
 *
 * `blur` leaves one mean a block, each mixed with its neighbours: the pixels are gone, and nothing
 * but their rough colour comes back. `blacken` leaves nothing at all of a polygon. The decoder host
 * masks clips with the same code (`mask-plane.ts`).
 */
import type { NormPolygon } from "../../pipelines/domain/geometry.ts";
import { blurPlane, fillPolygon, type Plane } from "../capture/decoder/mask-plane.ts";
import type { CutPicture, PrivacyRegion } from "./privacy-regions.ts";

/** One plane a channel, `height` rows of `width` bytes each, one behind the other. */
export interface PlanarPicture {
  readonly planes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export function blur(picture: PlanarPicture, region: PrivacyRegion): void {
  for (const plane of planesOf(picture)) blurPlane(plane, region);
}

/** Corners are 0..1 of the camera's picture. */
export function blacken(
  picture: PlanarPicture,
  polygon: NormPolygon,
  crop: CutPicture["crop"],
): void {
  const { width, height } = picture;
  const corners = polygon.map(({ x, y }) => ({
    x: ((x - crop.xMin) / (crop.xMax - crop.xMin)) * width,
    y: ((y - crop.yMin) / (crop.yMax - crop.yMin)) * height,
  }));
  for (const plane of planesOf(picture)) fillPolygon(plane, corners, 0);
}

function planesOf({ planes, width, height }: PlanarPicture): Plane[] {
  return [0, 1, 2].map((channel) => ({
    bytes: planes.subarray(channel * width * height, (channel + 1) * width * height),
    stride: width,
    width,
    height,
  }));
}
