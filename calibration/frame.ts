/**
 * Between what people write (pixels, degrees) and the units in which a camera is fitted.
 *
 * On the ground: metres east and north of the origin, on the plane that touches the ellipsoid
 * there; right to a few millimetres over a junction.
 */
import type { LonLat } from "./gcj02.ts";
import type { Vector2 } from "./projection.ts";
import { metresPerDegree } from "./regions/metres.ts";

export interface Frame {
  /** Width and height of the picture whose pixels were written down. */
  readonly picture: readonly [width: number, height: number];
  readonly origin: LonLat;
  readonly scaleMetres: number;
}

export function halfDiagonalPx({ picture: [width, height] }: Pick<Frame, "picture">): number {
  return Math.hypot(width, height) / 2;
}

export function pictureUnits(frame: Pick<Frame, "picture">, [x, y]: readonly [number, number]) {
  const [width, height] = frame.picture;
  const unit = halfDiagonalPx(frame);
  return { x: (x - width / 2) / unit, y: (y - height / 2) / unit };
}

export function pixels(frame: Pick<Frame, "picture">, { x, y }: Vector2): [number, number] {
  const [width, height] = frame.picture;
  const unit = halfDiagonalPx(frame);
  return [x * unit + width / 2, y * unit + height / 2];
}

/** East and north of the origin. */
export function metresFrom(origin: LonLat, [longitude, latitude]: LonLat): Vector2 {
  const { east, north } = metresPerDegree(origin[1]);
  return { x: (longitude - origin[0]) * east, y: (latitude - origin[1]) * north };
}

export function locationOf(origin: LonLat, { x, y }: Vector2): LonLat {
  const { east, north } = metresPerDegree(origin[1]);
  return [origin[0] + x / east, origin[1] + y / north];
}

export function groundUnits(frame: Frame, location: LonLat): Vector2 {
  const { x, y } = metresFrom(frame.origin, location);
  return { x: x / frame.scaleMetres, y: y / frame.scaleMetres };
}
