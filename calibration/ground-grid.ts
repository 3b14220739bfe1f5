/**
 * A metre grid on the ground as the camera would see it: what a person compares with the street.
 *
 * Lines run east and north through the calibration's origin: each metre near by, each fifth and
 * tenth farther away, as far as they can be told apart.
 */
import type { Calibration } from "./calibration.ts";
import { halfDiagonalPx, pixels } from "./frame.ts";
import { axesOf, turned } from "./linear-algebra.ts";
import { groundAt, project, type Vector2 } from "./projection.ts";

export interface GridSegment {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  readonly everyMetres: 1 | 5 | 10;
}

/** From the origin, each way. */
const reachMetres = 60;
const stepMetres = 0.5;
/** Between two lines, across the narrower way. */
const gapPxMin = 7;
/** Of half the diagonal: what lies beyond is not in the picture, and no lens model holds there. */
const radiusMax = 1.02;

export function groundGrid(calibration: Calibration): GridSegment[] {
  const segments: GridSegment[] = [];
  for (let line = -reachMetres; line <= reachMetres; line += 1) {
    const everyMetres = line % 10 === 0 ? 10 : line % 5 === 0 ? 5 : 1;
    for (let along = -reachMetres; along < reachMetres; along += stepMetres) {
      const ends = [along, along + stepMetres];
      const gap = gapPxMin / everyMetres;
      const lines = [
        ends.map((way) => seen(calibration, { x: line, y: way }, gap)),
        ends.map((way) => seen(calibration, { x: way, y: line }, gap)),
      ];
      for (const [from, to] of lines) {
        if (from !== undefined && to !== undefined) segments.push({ from, to, everyMetres });
      }
    }
  }
  return segments;
}

/** Undefined where a metre is smaller than this in the picture, and outside of it. */
function seen(
  calibration: Calibration,
  { x, y }: Vector2,
  pixelsPerMetreMin: number,
): readonly [number, number] | undefined {
  const { parameters, scaleMetres } = calibration;
  const ground = { x: x / scaleMetres, y: y / scaleMetres };
  const { at, depth, byGround } = project(parameters, ground);
  if (!(depth > 0) || Math.hypot(at.x, at.y) > radiusMax) return undefined;
  const unit = (halfDiagonalPx(calibration) / scaleMetres) ** 2;
  const { lesser } = axesOf(turned(byGround, { a: unit, b: 0, c: 0, d: unit }));
  if (Math.sqrt(lesser) < pixelsPerMetreMin) return undefined;
  // A lens that folds back shows the same ground twice.
  const back = groundAt(parameters, at);
  if (back === undefined || Math.hypot(back.x - ground.x, back.y - ground.y) > 1e-6)
    return undefined;
  return pixels(calibration, at);
}
