/**
 * The camera that explains point pairs best: weighted reprojection error, made least by damped
 * Gauss-Newton steps from the direct solution.
 *
 * A pair is wrong in the picture (where somebody clicked) and on the ground (where somebody
 * surveyed); the ground's part is seen through the camera, so near pairs weigh less than far ones
 * where the survey is coarse. That is the likeliest camera to first order. With it comes the
 * covariance of its parameters, under the errors that were stated.
 */
import { homographyOf } from "./dlt.ts";
import {
  inverse2,
  inverseOf,
  type Matrix2,
  solve,
  spread,
  sum2,
  turned,
} from "./linear-algebra.ts";
import {
  homographyCount,
  type Parameters,
  parameterCount,
  project,
  straightened,
  type Vector2,
} from "./projection.ts";

/** In units of `projection.ts`. */
export interface Pair {
  readonly seen: Vector2;
  readonly ground: Vector2;
  /** Standard errors, one coordinate. */
  readonly seenError: number;
  readonly groundError: number;
}

export interface Lens {
  /** As given, or where the search for them begins. */
  readonly k: readonly [number, number];
  /** How many of the two are searched for. */
  readonly freeCount: 0 | 1 | 2;
}

export interface Fit {
  readonly parameters: Parameters;
  /** Ten by ten, zero for what was given; for stated errors, not scaled by what is left over. */
  readonly covariance: readonly (readonly number[])[];
  /** Sum of squared residuals in their standard errors. */
  readonly chiSquared: number;
  readonly degreesOfFreedom: number;
}

const roundsMax = 30;
const stepsMax = 12;

/** Undefined when the pairs determine no camera. */
export function fitCamera(pairs: readonly Pair[], lens: Lens, start?: Parameters): Fit | undefined {
  const first = start ?? directly(pairs, lens);
  if (first === undefined) return undefined;
  const free = homographyCount + lens.freeCount;
  let parameters = first;
  for (let round = 0; round < roundsMax; round += 1) {
    const weights = pairs.map((pair) => weightOf(parameters, pair));
    const next = descend(pairs, weights, parameters, free);
    const change = Math.max(...next.map((value, k) => Math.abs(value - (parameters[k] ?? 0))));
    parameters = next;
    if (change < 1e-11) break;
  }
  const weights = pairs.map((pair) => weightOf(parameters, pair));
  const { normal, cost } = normalEquations(pairs, weights, parameters, free);
  const inverse = inverseOf(normal);
  if (inverse === undefined || !Number.isFinite(cost)) return undefined;
  const covariance = Array.from({ length: parameterCount }, (_, i) =>
    Array.from({ length: parameterCount }, (__, j) => inverse[i]?.[j] ?? 0),
  );
  return {
    parameters,
    covariance,
    chiSquared: cost,
    degreesOfFreedom: 2 * pairs.length - free,
  };
}

function directly(pairs: readonly Pair[], { k }: Lens): Parameters | undefined {
  const homography = homographyOf(
    pairs.map(({ ground }) => ground),
    pairs.map(({ seen }) => straightened(k, seen)),
  );
  return homography && [...homography.slice(0, homographyCount), ...k];
}

/** Inverse covariance of what is left over of a pair. */
function weightOf(parameters: Parameters, pair: Pair): Matrix2 {
  return inverse2(residualCovariance(parameters, pair));
}

function residualCovariance(parameters: Parameters, pair: Pair): Matrix2 {
  const { byGround } = project(parameters, pair.ground);
  const [seen, ground] = [pair.seenError ** 2, pair.groundError ** 2];
  return sum2(
    { a: seen, b: 0, c: 0, d: seen },
    turned(byGround, { a: ground, b: 0, c: 0, d: ground }),
  );
}

/** A few damped steps with these weights. */
function descend(
  pairs: readonly Pair[],
  weights: readonly Matrix2[],
  start: Parameters,
  free: number,
): Parameters {
  let parameters = start;
  let damping = 1e-9;
  let { normal, gradient, cost } = normalEquations(pairs, weights, parameters, free);
  for (let step = 0; step < stepsMax; step += 1) {
    const damped = normal.map((row, i) =>
      row.map((value, j) => (i === j ? value * (1 + damping) : value)),
    );
    const change = solve(damped, gradient);
    const candidate = parameters.map((value, k) => value + (change?.[k] ?? 0));
    const next = normalEquations(pairs, weights, candidate, free);
    if (change !== undefined && next.cost <= cost) {
      const gain = cost - next.cost;
      parameters = candidate;
      ({ normal, gradient, cost } = next);
      damping = Math.max(1e-12, damping / 10);
      if (gain <= 1e-15 * cost) break;
    } else {
      damping = Math.max(1e-6, damping * 10);
    }
  }
  return parameters;
}

function normalEquations(
  pairs: readonly Pair[],
  weights: readonly Matrix2[],
  parameters: Parameters,
  free: number,
) {
  const normal = Array.from({ length: free }, () => Array.from({ length: free }, () => 0));
  const gradient = Array.from({ length: free }, () => 0);
  let cost = 0;
  for (const [index, { seen, ground }] of pairs.entries()) {
    const { at, depth, byParameter } = project(parameters, ground);
    const { a, b, c, d } = weights[index] ?? { a: 1, b: 0, c: 0, d: 1 };
    const [dx, dy] = [seen.x - at.x, seen.y - at.y];
    const [wx, wy] = [a * dx + b * dy, c * dx + d * dy];
    cost += depth > 0 ? dx * wx + dy * wy : Infinity;
    const [byX, byY] = byParameter;
    for (let i = 0; i < free; i += 1) {
      const [xi, yi] = [byX[i] ?? 0, byY[i] ?? 0];
      gradient[i] = (gradient[i] ?? 0) + xi * wx + yi * wy;
      const row = normal[i] ?? [];
      for (let j = 0; j < free; j += 1) {
        const [xj, yj] = [byX[j] ?? 0, byY[j] ?? 0];
        row[j] = (row[j] ?? 0) + xi * (a * xj + b * yj) + yi * (c * xj + d * yj);
      }
    }
  }
  return { normal, gradient, cost };
}

/** How far a pair is from what the camera says, in standard errors squared. */
export function strangeness(parameters: Parameters, pair: Pair): number {
  const { at, depth } = project(parameters, pair.ground);
  if (!(depth > 0)) return Infinity;
  const { a, b, d } = weightOf(parameters, pair);
  const [dx, dy] = [pair.seen.x - at.x, pair.seen.y - at.y];
  return a * dx * dx + 2 * b * dx * dy + d * dy * dy;
}

/** Covariance of the ground point that is seen where `ground` is, from the parameters' alone. */
export function groundCovariance(
  parameters: Parameters,
  covariance: readonly (readonly number[])[],
  ground: Vector2,
): Matrix2 {
  const { byGround, byParameter } = project(parameters, ground);
  return turned(inverse2(byGround), spread(byParameter, covariance));
}
