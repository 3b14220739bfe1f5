/**
 * Draws cameras, calibrates each from noisy pairs with the product, tags things that its noisy
 * boxes show, and counts how often the truth lies in the ellipse; beside it the best estimator.
 */
import { calibrateFromPoints } from "../../calibration/calibrate.ts";
import type { Calibration } from "../../calibration/calibration.ts";
import { groundContact } from "../../calibration/contact.ts";
import { homographyOf } from "../../calibration/dlt.ts";
import type { Lens } from "../../calibration/fit.ts";
import { groundUnits, halfDiagonalPx, locationOf, pictureUnits } from "../../calibration/frame.ts";
import type { LonLat } from "../../calibration/gcj02.ts";
import { geotag } from "../../calibration/geotag.ts";
import { groundAt, type Parameters, straightened } from "../../calibration/projection.ts";
import { bestCamera } from "./best-camera.ts";
import { bestEstimate } from "./best-estimate.ts";
import {
  between,
  type Chance,
  chanceOf,
  drawCamera,
  drawGround,
  drawPairs,
  normal,
} from "./draw-camera.ts";
import { locationFrom, metresBetween, type SyntheticCamera, seenAt } from "./synthetic-camera.ts";

export interface DrawOptions {
  readonly draws: number;
  readonly seed: number;
  /** The errors are this much greater or smaller than stated, at most; 1: as stated. */
  readonly misstatedMax: number;
  /** The lens is estimated by one number, or taken for none, although it has two. */
  readonly isLensSimplified?: boolean;
}

export interface Draw {
  readonly pitchDegrees: number;
  readonly wayMetres: number;
  readonly isTrusted: boolean;
  readonly isInside: boolean;
  readonly errorMetres: number;
  readonly bestErrorMetres: number;
  readonly bestCameraErrorMetres: number;
  /** The same for the foot as it is, without the box's error and the map's. */
  readonly fitErrorMetres: number;
  readonly bestFitErrorMetres: number;
  readonly bestCameraFitErrorMetres: number;
  readonly semiMajorMetres: number;
}

export interface Draws {
  readonly draws: readonly Draw[];
  readonly cameras: number;
  readonly refusals: number;
}

const perCamera = 8;
const reachMetres = 60;

export function drawGeotags(options: DrawOptions): Draws {
  const { draws: wanted, seed } = options;
  const chance = chanceOf(seed);
  const draws: Draw[] = [];
  let cameras = 0;
  let refusals = 0;
  while (draws.length < wanted) {
    const camera = drawCamera(chance, between(chance, 10, 60));
    const made = calibrated(chance, camera, options);
    if (made === undefined) {
      refusals += 1;
      continue;
    }
    cameras += 1;
    for (let index = 0; index < perCamera && draws.length < wanted; index += 1) {
      const draw = tagged(chance, camera, made);
      if (draw !== undefined) draws.push(draw);
    }
  }
  return { draws, cameras, refusals };
}

interface Made {
  readonly calibration: Calibration;
  readonly best: Parameters;
  readonly bestCamera: Parameters;
  readonly mapShift: readonly [number, number];
}

function calibrated(
  chance: Chance,
  camera: SyntheticCamera,
  { misstatedMax, isLensSimplified = false }: DrawOptions,
): Made | undefined {
  const mapErrorMetres = between(chance, 0, 0.5);
  const mapShift = [mapErrorMetres * normal(chance), mapErrorMetres * normal(chance)] as const;
  const noise = {
    pictureErrorPx: between(chance, 1, 3),
    groundErrorMetres: between(chance, 0.05, 0.4),
    mapShift,
    understated: misstatedMax ** between(chance, -1, 1),
  };
  const lens = lensFor(chance, camera, isLensSimplified);
  const count = Math.floor(between(chance, lens.freeCount === 0 ? 6 : 9, 13));
  const pairs = drawPairs(chance, camera, count, noise);
  const { picture } = camera;
  const result = calibrateFromPoints({ picture, pairs, lens, isRobust: false, mapErrorMetres });
  if (!result.ok) return undefined;
  const { calibration } = result;
  const unit = halfDiagonalPx(calibration);
  const units = pairs.map((pair) => ({
    seen: pictureUnits(calibration, pair.picture),
    ground: groundUnits(calibration, pair.location),
    seenError: noise.pictureErrorPx / unit,
    groundError: noise.groundErrorMetres / calibration.scaleMetres,
  }));
  const truth = trueParameters(camera, calibration, mapShift);
  if (truth === undefined) return undefined;
  const onMap = { ...camera, foot: locationFrom(camera.foot, mapShift) };
  const found = bestCamera(pairs, onMap, lens.freeCount > 0);
  return {
    calibration,
    best: bestEstimate(units, truth, 8 + lens.freeCount),
    bestCamera: trueParameters(found, calibration, [0, 0]) ?? truth,
    mapShift,
  };
}

/** As it is or to be found out; simplified: taken for none, or for one number. */
function lensFor(chance: Chance, { k1, k2 }: SyntheticCamera, isSimplified: boolean): Lens {
  if (isSimplified) return { k: [0, 0], freeCount: chance() < 0.5 ? 0 : 1 };
  const isKnown = k1 === 0 || chance() < 0.5;
  return isKnown ? { k: [k1, k2], freeCount: 0 } : { k: [0, 0], freeCount: 2 };
}

/** From exact points; on the shifted map, which is all that the pairs know. */
function trueParameters(
  camera: SyntheticCamera,
  calibration: Calibration,
  [shiftEast, shiftNorth]: readonly [number, number],
): Parameters | undefined {
  const straight = { ...camera, k1: 0, k2: 0 };
  const heading = (camera.headingDegrees * Math.PI) / 180;
  const way = camera.heightMetres / Math.tan((camera.pitchDegrees * Math.PI) / 180);
  const around = [-0.3, 0, 0.3].flatMap((side) => [0.7, 1, 1.5].map((far) => [side, far] as const));
  const points = around.flatMap(([side, far]) => {
    const [angle, length] = [heading + side, way * far];
    const metres = [length * Math.sin(angle), length * Math.cos(angle)] as const;
    const seen = seenAt(straight, metres, 1e4);
    if (seen === undefined) return [];
    const onMap = locationFrom(camera.foot, [metres[0] + shiftEast, metres[1] + shiftNorth]);
    return [{ seen: pictureUnits(calibration, seen), ground: groundUnits(calibration, onMap) }];
  });
  if (points.length < 4) return undefined;
  const homography = homographyOf(
    points.map(({ ground }) => ground),
    points.map(({ seen }) => straightened([0, 0], seen)),
  );
  return homography && [...homography.slice(0, 8), camera.k1, camera.k2];
}

function tagged(chance: Chance, camera: SyntheticCamera, made: Made): Draw | undefined {
  const { calibration, best, mapShift } = made;
  const thing = drawGround(chance, camera, reachMetres);
  if (thing === undefined) return undefined;
  const [width, height] = camera.picture;
  const tall = between(chance, 0.5, 2.5);
  const top = seenAt(camera, [...thing.metres, tall], 1e5);
  const tallPx = top === undefined ? height / 2 : Math.max(4, thing.seen[1] - top[1]);
  const widePx = tallPx * between(chance, 0.5, 2);
  const [x, y] = thing.seen;
  const box = {
    xMin: (x - widePx / 2) / width,
    xMax: (x + widePx / 2) / width,
    yMin: (y - tallPx) / height,
    yMax: y / height,
  };
  const all = { xMin: -1, yMin: -1, xMax: 2, yMax: 2 };
  const expected = groundContact(calibration, box, all);
  if (expected === undefined) return undefined;
  const contact = {
    ...expected,
    at: [
      expected.at[0] + expected.xErrorPx * normal(chance),
      expected.at[1] + expected.yErrorPx * normal(chance),
    ] as const,
  };
  const truth = locationFrom(camera.foot, thing.metres);
  const tag = geotag(calibration, contact);
  const wayMetres = Math.hypot(...thing.metres);
  const errorOf = (
    parameters: Parameters,
    at: readonly [number, number],
    shift = [0, 0] as readonly [number, number],
  ) => {
    const ground = groundAt(parameters, pictureUnits(calibration, at));
    if (ground === undefined) return Infinity;
    const { scaleMetres, origin } = calibration;
    const found = locationOf(origin, { x: ground.x * scaleMetres, y: ground.y * scaleMetres });
    const [east, north] = metresBetween(truth, found);
    return Math.hypot(east - shift[0], north - shift[1]);
  };
  return {
    pitchDegrees: camera.pitchDegrees,
    wayMetres,
    isTrusted: tag.isTrusted,
    isInside: tag.isTrusted && isInside(truth, tag),
    errorMetres: errorOf(calibration.parameters, contact.at),
    bestErrorMetres: errorOf(best, contact.at),
    bestCameraErrorMetres: errorOf(made.bestCamera, contact.at),
    fitErrorMetres: errorOf(calibration.parameters, thing.seen, mapShift),
    bestFitErrorMetres: errorOf(best, thing.seen, mapShift),
    bestCameraFitErrorMetres: errorOf(made.bestCamera, thing.seen, mapShift),
    semiMajorMetres: tag.isTrusted ? tag.ellipse.semiMajorMetres : Infinity,
  };
}

function isInside(
  truth: LonLat,
  tag: Extract<ReturnType<typeof geotag>, { isTrusted: true }>,
): boolean {
  const [east, north] = metresBetween(tag.location, truth);
  const azimuth = (tag.ellipse.azimuthDegrees * Math.PI) / 180;
  const along = east * Math.sin(azimuth) + north * Math.cos(azimuth);
  const across = east * Math.cos(azimuth) - north * Math.sin(azimuth);
  const { semiMajorMetres, semiMinorMetres } = tag.ellipse;
  return (along / semiMajorMetres) ** 2 + (across / semiMinorMetres) ** 2 <= 1;
}
