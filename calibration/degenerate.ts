/**
 * Point sets from which no camera can be made, each with what to do about it.
 *
 * A homography needs four points of which no three lie on a line; points that hardly leave a line,
 * or stand close together, give one that is worthless a few metres further on.
 */
import { axesOf } from "./linear-algebra.ts";
import type { Vector2 } from "./projection.ts";

export interface Refusal {
  readonly reason: string;
  readonly advice: string;
}

export const pointsMin = 4;
/** Width of a set across its length, below which it is a line. */
const thicknessMin = 0.04;
/** Of the picture's diagonal, and on the ground. */
const pictureExtentMin = 0.15;
const groundExtentMetresMin = 4;
const alike = 1e-9;

const spreadAdvice =
  "Take points at both kerbs, near and far, left and right: corners of markings, manholes, posts' feet.";

/** `seen` in half diagonals of the picture, `ground` in metres. */
export function refusalOf(
  seen: readonly Vector2[],
  ground: readonly Vector2[],
): Refusal | undefined {
  if (seen.length < pointsMin) {
    return {
      reason: `${seen.length} point pairs do not determine a camera, at least ${pointsMin} do`,
      advice: `Take six to ten pairs. ${spreadAdvice}`,
    };
  }
  const twice = samePair(seen) ?? samePair(ground);
  if (twice !== undefined) {
    return {
      reason: `points ${twice[0] + 1} and ${twice[1] + 1} are the same point`,
      advice: "Leave one of them out, or correct it.",
    };
  }
  const groundExtent = extentOf(ground);
  if (groundExtent < groundExtentMetresMin) {
    return {
      reason: `the points lie within ${groundExtent.toFixed(1)} m on the ground, too close together`,
      advice: `Spread them over at least ${groundExtentMetresMin} m, best over all that the camera sees. Longitude comes first: are the numbers of each pair right?`,
    };
  }
  const pictureExtent = extentOf(seen) / 2;
  if (pictureExtent < pictureExtentMin) {
    return {
      reason: `the points fill ${Math.round(pictureExtent * 100)} % of the picture's diagonal, too close together`,
      advice: `Spread them over at least ${pictureExtentMin * 100} % of it. ${spreadAdvice}`,
    };
  }
  return refusalOfLines(seen, "in the picture") ?? refusalOfLines(ground, "on the ground");
}

function refusalOfLines(points: readonly Vector2[], where: string): Refusal | undefined {
  const line = { advice: spreadAdvice };
  if (thicknessOf(points) < thicknessMin) {
    return { reason: `the points lie on one line ${where}`, ...line };
  }
  for (const [index] of points.entries()) {
    const others = points.filter((_, other) => other !== index);
    if (thicknessOf(others) >= thicknessMin) continue;
    return {
      reason: `but for point ${index + 1} all points lie on one line ${where}: two sides of it must be known`,
      ...line,
    };
  }
  return undefined;
}

/** Standard deviation across the set by that along it. */
function thicknessOf(points: readonly Vector2[]): number {
  const count = points.length;
  const mean = (key: "x" | "y") => points.reduce((sum, point) => sum + point[key], 0) / count;
  const [mx, my] = [mean("x"), mean("y")];
  const sum = (value: (point: Vector2) => number) =>
    points.reduce((total, point) => total + value(point), 0) / count;
  const b = sum(({ x, y }) => (x - mx) * (y - my));
  const { greater, lesser } = axesOf({
    a: sum(({ x }) => (x - mx) ** 2),
    b,
    c: b,
    d: sum(({ y }) => (y - my) ** 2),
  });
  return greater === 0 ? 0 : Math.sqrt(lesser / greater);
}

function samePair(points: readonly Vector2[]): readonly [number, number] | undefined {
  for (const [index, point] of points.entries()) {
    const earlier = points.findIndex(
      (other, before) => before < index && Math.hypot(other.x - point.x, other.y - point.y) < alike,
    );
    if (earlier >= 0) return [earlier, index];
  }
  return undefined;
}

/** The longest way between two of them. */
function extentOf(points: readonly Vector2[]): number {
  let longest = 0;
  for (const one of points) {
    for (const other of points)
      longest = Math.max(longest, Math.hypot(one.x - other.x, one.y - other.y));
  }
  return longest;
}
