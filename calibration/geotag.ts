/**
 * The point of the earth where a thing stands, with the ellipse in which it lies in 95 of 100
 * cases: the camera's geometry, the box and what all points share, each with its uncertainty.
 *
 * Near the horizon a pixel is many metres and the ellipse is none any more: such a point is not
 * trusted, and says why.
 */
import type { Calibration } from "./calibration.ts";
import { groundCovariance } from "./fit.ts";
import { halfDiagonalPx, locationOf, pictureUnits } from "./frame.ts";
import type { LonLat } from "./gcj02.ts";
import { axesOf, inverse2, type Matrix2, sum2, turned } from "./linear-algebra.ts";
import { groundAt, project } from "./projection.ts";

/** Where a thing touches the ground, in pixels of the calibration's picture. */
export interface GroundContact {
  readonly at: readonly [x: number, y: number];
  /** Standard errors. */
  readonly xErrorPx: number;
  readonly yErrorPx: number;
  /** Standard error that has nothing to do with the picture: the way while clocks differ. */
  readonly extraMetres?: number | undefined;
  /**
   * Pixels by which the camera's picture is displaced there since the calibration. Nobody knows on which
   * side of the move the thing was seen, so its whole way is an error.
   */
  readonly movedPx?: readonly [x: number, y: number] | undefined;
}

export interface ErrorEllipse {
  readonly semiMajorMetres: number;
  readonly semiMinorMetres: number;
  /** Of the greater axis, clockwise from north, 0 to 180. */
  readonly azimuthDegrees: number;
}

export type Geotag =
  | { readonly isTrusted: true; readonly location: LonLat; readonly ellipse: ErrorEllipse }
  | { readonly isTrusted: false; readonly reason: string };

/** An ellipse whose far half is longer than its near half by more is told wrongly. */
const depthErrorMax = 0.3;
/** Half the greater axis; beyond it a camera's own position says hardly less. */
const errorMetresMax = 15;
const outside = 0.05;
const movedAway = "the camera has moved too far since it was calibrated";

export function geotag(calibration: Calibration, contact: GroundContact): Geotag {
  const { parameters, scaleMetres, origin } = calibration;
  const ground = groundAt(parameters, pictureUnits(calibration, contact.at));
  if (ground === undefined) return untrusted("it stands at the camera's horizon or above it");
  const { depth, byGround } = project(parameters, ground);
  const unit = halfDiagonalPx(calibration);
  const [movedX, movedY] = (contact.movedPx ?? [0, 0]).map((way) => way / unit);
  const moved = (movedX ?? 0) * (movedY ?? 0);
  const box: Matrix2 = {
    a: (contact.xErrorPx / unit) ** 2 + (movedX ?? 0) ** 2,
    b: moved,
    c: moved,
    d: (contact.yErrorPx / unit) ** 2 + (movedY ?? 0) ** 2,
  };
  const camera = groundCovariance(parameters, calibration.covariance, ground);
  const seen = turned(inverse2(byGround), box);
  const shared =
    (calibration.mapErrorMetres ** 2 + (contact.extraMetres ?? 0) ** 2) / scaleMetres ** 2;
  const total = sum2(camera, seen, { a: shared, b: 0, c: 0, d: shared });
  const cameraShare = (camera.a + camera.d) / (total.a + total.d);
  const limit = limit95(calibration.degreesOfFreedom, cameraShare);
  const [stepX = 0, stepY = 0] = [parameters[6], parameters[7]];
  const depthSquared =
    stepX * stepX * total.a + 2 * stepX * stepY * total.b + stepY * stepY * total.d;
  const depthError = Math.sqrt(limit * depthSquared) / depth;
  const axes = axesOf(total);
  const semiMajorMetres = Math.sqrt(limit * axes.greater) * scaleMetres;
  if (!(depthError <= depthErrorMax && semiMajorMetres <= errorMetresMax)) {
    const size = Number.isFinite(semiMajorMetres) ? ` (±${Math.round(semiMajorMetres)} m)` : "";
    const why =
      contact.movedPx === undefined ? "it is too far away for this calibration" : movedAway;
    return untrusted(`${why}${size}`);
  }
  return {
    isTrusted: true,
    location: locationOf(origin, { x: ground.x * scaleMetres, y: ground.y * scaleMetres }),
    ellipse: {
      semiMajorMetres,
      semiMinorMetres: Math.sqrt(limit * axes.lesser) * scaleMetres,
      azimuthDegrees: azimuthOf(axes.angle),
    },
  };
}

/**
 * Squared half axis of 95 % in standard errors: Fisher's quantile for two numbers, where the part
 * of the camera was measured with so many degrees of freedom (Satterthwaite).
 */
function limit95(degreesOfFreedom: number | null, share: number): number {
  if (degreesOfFreedom === null || share <= 0) return -2 * Math.log(outside);
  const effective = degreesOfFreedom / (share * share);
  return effective * (outside ** (-2 / effective) - 1);
}

/** From an angle east to north. */
function azimuthOf(angle: number): number {
  const degrees = 90 - (angle * 180) / Math.PI;
  return ((degrees % 180) + 180) % 180;
}

function untrusted(reason: string): Geotag {
  return { isTrusted: false, reason };
}
