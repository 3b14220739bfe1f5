/**
 * Where a point of the picture went when the camera moved, in the units of the picture's own width:
 * what zones, point pairs and ellipses need of a measured move.
 */
import { pictureWidth } from "./edge-picture.ts";
import type { Move } from "./measure-move.ts";

type Point = readonly [x: number, y: number];

/** Of a picture of this width and height in pixels; right and down are positive. */
export function shiftAt(
  { dx, dy, turn, growth }: Move,
  [width, height]: Point,
  [x, y]: Point,
): [number, number] {
  const cell = width / pictureWidth;
  const [east, south] = [x - width / 2, y - height / 2];
  return [dx * cell + growth * east - turn * south, dy * cell + growth * south + turn * east];
}

/** A move is measured this well: standard error in pixels, one coordinate. */
export function moveErrorPx([width]: Point): number {
  return (measuredToCells * width) / pictureWidth;
}

/**
 * Standard error of a way as `shiftAt` gives it for a thing of which nobody knows at which end it was
 * seen: a turn and a growth give both ends ways of their own.
 */
export function wayErrorPx({ turn, growth }: Move, picture: Point, [x, y]: Point): number {
  return Math.hypot(moveErrorPx(picture), Math.hypot(turn, growth) * Math.hypot(x, y));
}

const measuredToCells = 0.5;
