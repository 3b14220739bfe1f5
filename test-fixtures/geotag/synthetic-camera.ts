/**
 * A camera of known geometry, written with a rotation and a focal length instead of a homography,
 * so that it judges the product's and shares none of its mistakes.
 */
import type { LonLat } from "../../calibration/gcj02.ts";

export interface SyntheticCamera {
  readonly picture: readonly [width: number, height: number];
  /** Below the camera; points are metres east and north of it. */
  readonly foot: LonLat;
  readonly heightMetres: number;
  readonly pitchDegrees: number;
  readonly headingDegrees: number;
  readonly rollDegrees: number;
  readonly fieldOfViewDegrees: number;
  /** Radial, of half the picture's diagonal. */
  readonly k1: number;
  readonly k2: number;
}

/** Pixels; undefined when it is behind the camera or outside the picture by more than `marginPx`. */
export function seenAt(
  camera: SyntheticCamera,
  [east, north, up = 0]: readonly [number, number, number?],
  marginPx = 0,
): readonly [number, number] | undefined {
  const [width, height] = camera.picture;
  const heading = radians(camera.headingDegrees);
  const pitch = radians(camera.pitchDegrees);
  const roll = radians(camera.rollDegrees);
  // Turn the world so that the camera looks north, then level, then upright.
  const right = east * Math.cos(heading) - north * Math.sin(heading);
  const away = east * Math.sin(heading) + north * Math.cos(heading);
  const below = camera.heightMetres - up;
  const depth = away * Math.cos(pitch) + below * Math.sin(pitch);
  const down = below * Math.cos(pitch) - away * Math.sin(pitch);
  if (depth <= 0.1) return undefined;
  const focal = width / 2 / Math.tan(radians(camera.fieldOfViewDegrees) / 2);
  const half = Math.hypot(width, height) / 2;
  const x = (focal * (right * Math.cos(roll) + down * Math.sin(roll))) / depth / half;
  const y = (focal * (down * Math.cos(roll) - right * Math.sin(roll))) / depth / half;
  const radius = x * x + y * y;
  if (radius > 1.5) return undefined;
  const bend = 1 + camera.k1 * radius + camera.k2 * radius * radius;
  const px = width / 2 + x * bend * half;
  const py = height / 2 + y * bend * half;
  const isInside =
    px >= -marginPx && py >= -marginPx && px <= width + marginPx && py <= height + marginPx;
  return isInside ? [px, py] : undefined;
}

/** Metres of a degree by a series of the meridian's arc: not the product's formula. */
export function locationFrom(
  [longitude, latitude]: LonLat,
  [east, north]: readonly [number, number],
): LonLat {
  const phi = radians(latitude);
  const perLatitude =
    111_132.954 -
    559.822 * Math.cos(2 * phi) +
    1.175 * Math.cos(4 * phi) -
    0.0023 * Math.cos(6 * phi);
  const perLongitude =
    111_412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi) + 0.118 * Math.cos(5 * phi);
  return [longitude + east / perLongitude, latitude + north / perLatitude];
}

export function metresBetween(from: LonLat, to: LonLat): readonly [east: number, north: number] {
  const [x, y] = locationFrom([0, (from[1] + to[1]) / 2], [1, 1]);
  return [(to[0] - from[0]) / x, (to[1] - from[1]) / (y - (from[1] + to[1]) / 2)];
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
