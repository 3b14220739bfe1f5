/**
 * The best that anybody can make of point pairs who also knows that a camera took them: height, pitch,
 * heading, roll, field of view and the way to its foot are searched instead of a homography's eight
 * numbers, and its lens, numerically, from the truth. It has a number less to find than the product.
 */
import type { PointPair } from "../../calibration/calibrate.ts";
import { inverse2, type Matrix2, solve, sum2, turned } from "../../calibration/linear-algebra.ts";
import { locationFrom, metresBetween, type SyntheticCamera, seenAt } from "./synthetic-camera.ts";

type Point = readonly [number, number];

/** In units of which one is a usual mistake, so that one step fits all. */
const steps = [0.1, 0.1, 0.1, 0.5, 0.5, 0.5, 0.5, 0.01, 0.01] as const;
const difference = 1e-4;
const roundsMax = 40;

/** `truth`: on the map that the pairs were read from; its lens is searched too where `isLensFree`. */
export function bestCamera(
  pairs: readonly PointPair[],
  truth: SyntheticCamera,
  isLensFree: boolean,
): SyntheticCamera {
  const free = isLensFree ? steps.length : steps.length - 2;
  const grounds = pairs.map(({ location }) => metresBetween(truth.foot, location));
  let values = steps.slice(0, free).map(() => 0);
  let cost = costOf(pairs, grounds, truth, values);
  let damping = 1e-6;
  for (let round = 0; round < roundsMax; round += 1) {
    const { normal, gradient } = equations(pairs, grounds, truth, values);
    const damped = normal.map((row, i) =>
      row.map((value, j) => (i === j ? value * (1 + damping) : value)),
    );
    const change = solve(damped, gradient) ?? [];
    const next = values.map((value, k) => value + (change[k] ?? 0));
    const nextCost = costOf(pairs, grounds, truth, next);
    if (nextCost <= cost) {
      const gain = cost - nextCost;
      [values, cost] = [next, nextCost];
      damping = Math.max(1e-12, damping / 10);
      if (gain < 1e-10 * cost) break;
    } else {
      damping *= 10;
    }
  }
  return cameraOf(truth, values);
}

function cameraOf(truth: SyntheticCamera, values: readonly number[]): SyntheticCamera {
  const by = (index: number) => (values[index] ?? 0) * (steps[index] ?? 0);
  return {
    ...truth,
    foot: locationFrom(truth.foot, [by(0), by(1)]),
    heightMetres: truth.heightMetres + by(2),
    pitchDegrees: truth.pitchDegrees + by(3),
    headingDegrees: truth.headingDegrees + by(4),
    rollDegrees: truth.rollDegrees + by(5),
    fieldOfViewDegrees: truth.fieldOfViewDegrees + by(6),
    k1: truth.k1 + by(7),
    k2: truth.k2 + by(8),
  };
}

/** Where it would see a point of the ground, metres from the true foot. */
function seenBy(truth: SyntheticCamera, values: readonly number[], [east, north]: Point) {
  const way = [values[0] ?? 0, values[1] ?? 0].map((value, k) => value * (steps[k] ?? 0));
  const ground = [east - (way[0] ?? 0), north - (way[1] ?? 0)] as const;
  return seenAt(cameraOf(truth, values), ground, 1e6);
}

function costOf(
  pairs: readonly PointPair[],
  grounds: readonly Point[],
  truth: SyntheticCamera,
  values: readonly number[],
): number {
  let cost = 0;
  for (const [index, pair] of pairs.entries()) {
    const ground = grounds[index] ?? [0, 0];
    const seen = seenBy(truth, values, ground);
    if (seen === undefined) return Infinity;
    const [dx, dy] = [pair.picture[0] - seen[0], pair.picture[1] - seen[1]];
    const { a, b, d } = weightOf(pair, truth, values, ground);
    cost += a * dx * dx + 2 * b * dx * dy + d * dy * dy;
  }
  return cost;
}

function weightOf(
  { pictureErrorPx, groundErrorMetres }: PointPair,
  truth: SyntheticCamera,
  values: readonly number[],
  [east, north]: Point,
): Matrix2 {
  const at = (de: number, dn: number) => seenBy(truth, values, [east + de, north + dn]) ?? [0, 0];
  const [here, right, up] = [at(0, 0), at(difference, 0), at(0, difference)];
  const slope = (to: Point, index: 0 | 1) => (to[index] - here[index]) / difference;
  const byGround = { a: slope(right, 0), b: slope(up, 0), c: slope(right, 1), d: slope(up, 1) };
  const [seen, ground] = [pictureErrorPx ** 2, groundErrorMetres ** 2];
  return inverse2(
    sum2({ a: seen, b: 0, c: 0, d: seen }, turned(byGround, { a: ground, b: 0, c: 0, d: ground })),
  );
}

function equations(
  pairs: readonly PointPair[],
  grounds: readonly Point[],
  truth: SyntheticCamera,
  values: readonly number[],
) {
  const normal = values.map(() => values.map(() => 0));
  const gradient = values.map(() => 0);
  for (const [index, pair] of pairs.entries()) {
    const ground = grounds[index] ?? [0, 0];
    const seen = seenBy(truth, values, ground) ?? [0, 0];
    const slopes = values.map((value, k) => {
      const there = seenBy(truth, values.with(k, value + difference), ground) ?? seen;
      return [(there[0] - seen[0]) / difference, (there[1] - seen[1]) / difference] as const;
    });
    const { a, b, d } = weightOf(pair, truth, values, ground);
    const [dx, dy] = [pair.picture[0] - seen[0], pair.picture[1] - seen[1]];
    const [wx, wy] = [a * dx + b * dy, b * dx + d * dy];
    for (const [i, [xi, yi]] of slopes.entries()) {
      gradient[i] = (gradient[i] ?? 0) + xi * wx + yi * wy;
      const row = normal[i] ?? [];
      for (const [j, [xj, yj]] of slopes.entries()) {
        row[j] = (row[j] ?? 0) + xi * (a * xj + b * yj) + yi * (b * xj + d * yj);
      }
    }
  }
  return { normal, gradient };
}
