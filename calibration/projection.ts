/**
 * From the ground to the picture and back: a homography and a radial lens.
 *
 * Everything in units of one: picture points from the picture's middle in half diagonals, ground
 * points from an origin in units of `scaleMetres`, east and north. The parameters are the eight
 * free numbers of the homography (the ninth is 1, at the origin) and two of the lens:
 * `distorted = undistorted · (1 + k1 r² + k2 r⁴)`.
 */
import { inverse2, type Matrix2, product2 } from "./linear-algebra.ts";

export interface Vector2 {
  readonly x: number;
  readonly y: number;
}

/** h11 h12 h13 h21 h22 h23 h31 h32 k1 k2. */
export type Parameters = readonly number[];
export const parameterCount = 10;
export const homographyCount = 8;

export interface Projected {
  readonly at: Vector2;
  /** Grows with the way from the camera; not above zero: at or behind the horizon. */
  readonly depth: number;
  /** What a step on the ground is in the picture. */
  readonly byGround: Matrix2;
  /** What a step of each parameter is in the picture: two rows. */
  readonly byParameter: readonly [readonly number[], readonly number[]];
}

export function project(parameters: Parameters, { x, y }: Vector2): Projected {
  const [h11 = 0, h12 = 0, h13 = 0, h21 = 0, h22 = 0, h23 = 0, h31 = 0, h32 = 0, k1 = 0, k2 = 0] =
    parameters;
  const depth = h31 * x + h32 * y + 1;
  const u = (h11 * x + h12 * y + h13) / depth;
  const v = (h21 * x + h22 * y + h23) / depth;
  const r2 = u * u + v * v;
  const stretch = 1 + k1 * r2 + k2 * r2 * r2;
  const bend = 2 * k1 + 4 * k2 * r2;
  const lens: Matrix2 = {
    a: stretch + bend * u * u,
    b: bend * u * v,
    c: bend * u * v,
    d: stretch + bend * v * v,
  };
  const straight: Matrix2 = {
    a: (h11 - u * h31) / depth,
    b: (h12 - u * h32) / depth,
    c: (h21 - v * h31) / depth,
    d: (h22 - v * h32) / depth,
  };
  const [px, py, p1] = [x / depth, y / depth, 1 / depth];
  const byU = [px, py, p1, 0, 0, 0, -u * px, -u * py];
  const byV = [0, 0, 0, px, py, p1, -v * px, -v * py];
  const row = (one: number, other: number, coordinate: number) => [
    ...byU.map((value, index) => one * value + other * (byV[index] ?? 0)),
    coordinate * r2,
    coordinate * r2 * r2,
  ];
  return {
    at: { x: u * stretch, y: v * stretch },
    depth,
    byGround: product2(lens, straight),
    byParameter: [row(lens.a, lens.b, u), row(lens.c, lens.d, v)],
  };
}

/** The point of the ground that is seen there; undefined at the horizon and above it. */
export function groundAt(parameters: Parameters, seen: Vector2): Vector2 | undefined {
  const straight = undistort(parameters, seen);
  if (straight === undefined) return undefined;
  const [h11 = 0, h12 = 0, h13 = 0, h21 = 0, h22 = 0, h23 = 0, h31 = 0, h32 = 0] = parameters;
  const { x: u, y: v } = straight;
  const matrix: Matrix2 = {
    a: h11 - u * h31,
    b: h12 - u * h32,
    c: h21 - v * h31,
    d: h22 - v * h32,
  };
  const { a, b, c, d } = inverse2(matrix);
  const x = a * (u - h13) + b * (v - h23);
  const y = c * (u - h13) + d * (v - h23);
  const depth = h31 * x + h32 * y + 1;
  return Number.isFinite(x) && Number.isFinite(y) && depth > 0 ? { x, y } : undefined;
}

const newtonSteps = 30;

/** Undefined where the lens model folds back: no light comes from there. */
function undistort(parameters: Parameters, { x, y }: Vector2): Vector2 | undefined {
  const [k1 = 0, k2 = 0] = parameters.slice(homographyCount);
  const seen = Math.hypot(x, y);
  if (seen === 0 || (k1 === 0 && k2 === 0)) return { x, y };
  let r = seen;
  for (let step = 0; step < newtonSteps; step += 1) {
    const r2 = r * r;
    const slope = 1 + 3 * k1 * r2 + 5 * k2 * r2 * r2;
    if (slope <= 0.05) return undefined;
    const change = (r * (1 + k1 * r2 + k2 * r2 * r2) - seen) / slope;
    r -= change;
    if (Math.abs(change) < 1e-15) break;
  }
  const isFound = Math.abs(r * (1 + k1 * r * r + k2 * r ** 4) - seen) < 1e-9;
  return isFound && r > 0 ? { x: (x * r) / seen, y: (y * r) / seen } : undefined;
}

/** The picture without its lens; where that fails, as it is. */
export function straightened(lens: readonly [number, number], seen: Vector2): Vector2 {
  return undistort([0, 0, 0, 0, 0, 0, 0, 0, ...lens], seen) ?? seen;
}
