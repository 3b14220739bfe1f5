/**
 * Point pairs to a calibration: fit, what is left over of each pair, and how far off each would be
 * if it were not known. Sets that determine no camera are refused with what to do.
 *
 * How far off the errors were is learnt from what is left over, beside what was stated: with four
 * pairs nothing is left over and the statement stands alone, with many it hardly counts.
 */
import { type Calibration, withHash } from "./calibration.ts";
import { consensus } from "./consensus.ts";
import { pointsMin, type Refusal, refusalOf } from "./degenerate.ts";
import { type Fit, fitCamera, type Lens, type Pair } from "./fit.ts";
import { type Frame, groundUnits, halfDiagonalPx, metresFrom, pictureUnits } from "./frame.ts";
import type { LonLat } from "./gcj02.ts";
import { groundAt, type Parameters, project } from "./projection.ts";

export interface PointPair {
  /** Pixels of the whole upright picture, from its upper left corner. */
  readonly picture: readonly [x: number, y: number];
  /** WGS 84. */
  readonly location: LonLat;
  readonly note?: string | undefined;
  /** Standard errors, of each coordinate. */
  readonly pictureErrorPx: number;
  readonly groundErrorMetres: number;
}

export interface PointRequest {
  readonly picture: readonly [width: number, height: number];
  readonly pairs: readonly PointPair[];
  readonly lens: Lens;
  /** Leaves out pairs that contradict the others. */
  readonly isRobust: boolean;
  readonly mapErrorMetres: number;
  readonly camera?: string | undefined;
  readonly madeAt?: string | undefined;
}

export type Calibrated =
  | { readonly ok: true; readonly calibration: Calibration; readonly warnings: readonly string[] }
  | ({ readonly ok: false } & Refusal);

/** How many residuals the statement of errors counts as. */
const statedWeight = 4;
/** What is left over, in stated errors, above which the statement or a pair is wrong. */
const leftOverMax = 1.7;
const pointsForLens = [pointsMin, 6, 8] as const;
const goodCount = 6;

export function calibrateFromPoints(request: PointRequest): Calibrated {
  const frame = frameOf(request);
  const pairs = request.pairs.map((pair) => pairIn(frame, pair));
  const isUsed = request.isRobust ? consensus(pairs, request.lens) : undefined;
  const used = pairs.filter((_, index) => isUsed?.[index] !== false);
  if (isUsed !== undefined && used.length * 2 < pairs.length) {
    return refused(
      `only ${used.length} of ${pairs.length} pairs agree with each other`,
      "Look at them again: is each point of the picture the one on the map? Is the datum right?",
    );
  }
  const fitted = fitSound(frame, used, request.lens, pairs.length - used.length);
  if ("reason" in fitted) return { ok: false, ...fitted };
  const { parameters } = fitted;
  const size = sizeOf(fitted);
  const points = request.pairs.map((pair, index) => {
    const known = pairs[index];
    const others = used.filter((other) => other !== known);
    const alone =
      others.length < used.length ? leftOut(frame, others, request.lens, parameters) : parameters;
    return {
      picture: [...pair.picture] as [number, number],
      location: [...pair.location] as [number, number],
      ...(pair.note === undefined ? {} : { note: pair.note }),
      isUsed: isUsed?.[index] !== false,
      residualPx: known === undefined ? 0 : pixelsOff(frame, parameters, known),
      residualMetres: (known && metresOff(frame, parameters, known)) ?? 0,
      leftOutMetres: (alone && known && metresOff(frame, alone, known)) ?? null,
    };
  });
  const calibration = withHash({
    schema: "kerbside-calibration/1",
    ...(request.camera === undefined ? {} : { camera: request.camera }),
    ...(request.madeAt === undefined ? {} : { madeAt: request.madeAt }),
    picture: [...request.picture] as [number, number],
    source: "points",
    origin: [...frame.origin] as [number, number],
    scaleMetres: frame.scaleMetres,
    parameters: [...parameters],
    covariance: fitted.covariance.map((row) => row.map((value) => value * size)),
    degreesOfFreedom: statedWeight + fitted.degreesOfFreedom,
    mapErrorMetres: request.mapErrorMetres,
    points,
  });
  return { ok: true, calibration, warnings: warningsOf(fitted, used.length) };
}

/** Mean squared residual in stated errors, the statement counted in. */
function sizeOf({ chiSquared, degreesOfFreedom }: Fit): number {
  return (statedWeight + chiSquared) / (statedWeight + degreesOfFreedom);
}

function warningsOf({ chiSquared, degreesOfFreedom }: Fit, count: number): string[] {
  const warnings: string[] = [];
  const leftOver = Math.sqrt(chiSquared / Math.max(1, degreesOfFreedom));
  if (degreesOfFreedom > 0 && leftOver > leftOverMax) {
    warnings.push(
      `the pairs are ${leftOver.toFixed(1)} times as far off as their stated errors: one of them is wrong (try --robust), the ground is not flat, or the lens bends (try --lens estimate)`,
    );
  }
  if (count < goodCount) {
    warnings.push(`${count} pairs leave little to check a mistake with: take six to ten`);
  }
  return warnings;
}

function fitSound(
  frame: Frame,
  used: readonly Pair[],
  lens: Lens,
  leftOutCount: number,
): Fit | Refusal {
  const refusal = refusalOf(
    used.map(({ seen }) => seen),
    used.map(({ ground }) => ({
      x: ground.x * frame.scaleMetres,
      y: ground.y * frame.scaleMetres,
    })),
  );
  if (refusal !== undefined) {
    const { reason, advice } = refusal;
    return leftOutCount === 0
      ? refusal
      : { reason: `without ${leftOutCount} that contradict the others, ${reason}`, advice };
  }
  const needed = pointsForLens[lens.freeCount];
  if (used.length < needed) {
    return {
      reason: `${used.length} pairs are too few to estimate ${lens.freeCount} lens parameter${lens.freeCount > 1 ? "s" : ""}, at least ${needed} are needed`,
      advice: "Take more pairs, also near the picture's corners, or give the lens.",
    };
  }
  const fitted = fitCamera(used, lens);
  if (fitted === undefined) {
    return {
      reason: "the pairs determine no camera",
      advice: "Spread them more, and look whether each point of the picture is the one on the map.",
    };
  }
  return refusalOfCamera(fitted.parameters, used) ?? fitted;
}

/** A camera above the ground sees no mirror picture, and nothing behind its horizon. */
function refusalOfCamera(parameters: Parameters, used: readonly Pair[]): Refusal | undefined {
  const seen = used.map(({ ground }) => project(parameters, ground));
  if (seen.some(({ depth }) => !(depth > 0))) {
    return {
      reason: "some of the points would lie behind the camera's horizon",
      advice: "Two pairs may be exchanged: look at each again, or try --robust.",
    };
  }
  const { a, b, c, d } = project(parameters, { x: 0, y: 0 }).byGround;
  if (a * d - b * c < 0) return undefined;
  return {
    reason: "the points on the map are the mirror image of those in the picture",
    advice: "Longitude comes first; x of the picture runs to the right, y down.",
  };
}

/** The camera of the other pairs; undefined when they determine none. */
function leftOut(
  frame: Frame,
  others: readonly Pair[],
  lens: Lens,
  start: Parameters,
): Parameters | undefined {
  const metres = others.map(({ ground: { x, y } }) => ({
    x: x * frame.scaleMetres,
    y: y * frame.scaleMetres,
  }));
  if (others.length < pointsForLens[lens.freeCount]) return undefined;
  if (
    refusalOf(
      others.map(({ seen }) => seen),
      metres,
    ) !== undefined
  )
    return undefined;
  return fitCamera(others, lens, start)?.parameters;
}

function pixelsOff(frame: Frame, parameters: Parameters, { seen, ground }: Pair): number {
  const { at } = project(parameters, ground);
  return Math.hypot(seen.x - at.x, seen.y - at.y) * halfDiagonalPx(frame);
}

/** On the ground; undefined where the camera sees no ground there. */
function metresOff(
  frame: Frame,
  parameters: Parameters,
  { seen, ground }: Pair,
): number | undefined {
  const found = groundAt(parameters, seen);
  return found && Math.hypot(found.x - ground.x, found.y - ground.y) * frame.scaleMetres;
}

function pairIn(frame: Frame, pair: PointPair): Pair {
  return {
    seen: pictureUnits(frame, pair.picture),
    ground: groundUnits(frame, pair.location),
    seenError: pair.pictureErrorPx / halfDiagonalPx(frame),
    groundError: pair.groundErrorMetres / frame.scaleMetres,
  };
}

/** The points' middle, and their way from it. */
function frameOf({ picture, pairs }: PointRequest): Frame {
  const mean = (index: 0 | 1) =>
    pairs.reduce((sum, { location }) => sum + location[index], 0) / Math.max(1, pairs.length);
  const origin: LonLat = [mean(0), mean(1)];
  const squares = pairs.map(({ location }) => {
    const { x, y } = metresFrom(origin, location);
    return x * x + y * y;
  });
  const square = squares.reduce((sum, value) => sum + value, 0) / Math.max(1, pairs.length);
  return { picture, origin, scaleMetres: Math.max(1e-6, Math.sqrt(square)) };
}

function refused(reason: string, advice: string): Calibrated {
  return { ok: false, reason, advice };
}
