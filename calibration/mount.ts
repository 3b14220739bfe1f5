/**
 * A calibration from how the camera hangs, where nobody took point pairs: height, pitch, heading,
 * roll and field of view, each with its error. Coarser than pairs, and it says so by its ellipses.
 */
import { type Calibration, withHash } from "./calibration.ts";
import type { Refusal } from "./degenerate.ts";
import { halfDiagonalPx, locationOf } from "./frame.ts";
import type { LonLat } from "./gcj02.ts";
import { parameterCount } from "./projection.ts";

/** A number and its standard error. */
export interface Measured {
  readonly value: number;
  readonly error: number;
}

export interface Mount {
  readonly location: LonLat;
  readonly locationErrorMetres: number;
  /** Above the ground that it looks at. */
  readonly heightMetres: Measured;
  /** Below the horizontal. */
  readonly pitchDegrees: Measured;
  /** Clockwise from north. */
  readonly headingDegrees: Measured;
  /** The picture's right side hangs lower. */
  readonly rollDegrees: Measured;
  /** Across the picture's width. */
  readonly fieldOfViewDegrees: Measured;
}

export interface MountRequest {
  readonly picture: readonly [width: number, height: number];
  readonly mount: Mount;
  readonly lens: readonly [k1: number, k2: number];
  readonly mapErrorMetres: number;
  readonly camera?: string | undefined;
  readonly madeAt?: string | undefined;
}

/** Then the middle of the picture shows ground that can be told. */
const pitchDegreesMin = 3;
const step = 1e-5;

export function calibrateFromMount(
  request: MountRequest,
): { readonly ok: true; readonly calibration: Calibration } | ({ readonly ok: false } & Refusal) {
  const { mount, picture, lens } = request;
  if (mount.pitchDegrees.value < pitchDegreesMin) {
    return {
      ok: false,
      reason: `the camera looks ${mount.pitchDegrees.value}° below the horizontal`,
      advice: `From ${pitchDegreesMin}° downward the middle of its picture shows the ground; below that take point pairs.`,
    };
  }
  const middle = middleOf(mount);
  const scaleMetres = Math.max(1, mount.heightMetres.value);
  const numbers = [
    { value: 0, error: mount.locationErrorMetres },
    { value: 0, error: mount.locationErrorMetres },
    mount.heightMetres,
    mount.pitchDegrees,
    mount.headingDegrees,
    mount.rollDegrees,
    mount.fieldOfViewDegrees,
  ];
  const values = numbers.map(({ value }) => value);
  const at = (changed: readonly number[]) => homography(changed, middle, scaleMetres, picture);
  const columns = values.map((value, index) => {
    const moved = (by: number) => at(values.with(index, value + by));
    const [up, down] = [moved(step), moved(-step)];
    const error = numbers[index]?.error ?? 0;
    return up.map((high, k) => ((high - (down[k] ?? 0)) / (2 * step)) * error);
  });
  const covariance = Array.from({ length: parameterCount }, (_, i) =>
    Array.from({ length: parameterCount }, (__, j) =>
      columns.reduce((sum, column) => sum + (column[i] ?? 0) * (column[j] ?? 0), 0),
    ),
  );
  return {
    ok: true,
    calibration: withHash({
      schema: "kerbside-calibration/1",
      ...(request.camera === undefined ? {} : { camera: request.camera }),
      ...(request.madeAt === undefined ? {} : { madeAt: request.madeAt }),
      picture: [...picture] as [number, number],
      source: "mount",
      origin: [...locationOf(mount.location, middle)] as [number, number],
      scaleMetres,
      parameters: [...at(values), ...lens],
      covariance,
      degreesOfFreedom: null,
      mapErrorMetres: request.mapErrorMetres,
      points: [],
    }),
  };
}

/** The point on the ground in the picture's middle, metres from the camera. */
function middleOf({ heightMetres, pitchDegrees, headingDegrees }: Mount) {
  const way = heightMetres.value / Math.tan(radians(pitchDegrees.value));
  const heading = radians(headingDegrees.value);
  return { x: way * Math.sin(heading), y: way * Math.cos(heading) };
}

/** The eight numbers, for a camera this far from where it was said to hang. */
function homography(
  [east = 0, north = 0, height = 0, pitch = 0, heading = 0, roll = 0, view = 0]: readonly number[],
  middle: { readonly x: number; readonly y: number },
  scale: number,
  picture: readonly [number, number],
): number[] {
  const [p, a, r] = [radians(pitch), radians(heading), radians(roll)];
  const focal = picture[0] / 2 / Math.tan(radians(view) / 2) / halfDiagonalPx({ picture });
  // Axes of the camera in east, north, up: ahead, and right and down before it rolls.
  const ahead = [Math.cos(p) * Math.sin(a), Math.cos(p) * Math.cos(a), -Math.sin(p)];
  const right = [Math.cos(a), -Math.sin(a), 0];
  const down = [-Math.sin(p) * Math.sin(a), -Math.sin(p) * Math.cos(a), -Math.cos(p)];
  const turned = (one: readonly number[], other: readonly number[], sign: number) =>
    one.map((value, k) => value * Math.cos(r) + sign * (other[k] ?? 0) * Math.sin(r));
  const rows = [
    turned(right, down, 1).map((value) => value * focal),
    turned(down, right, -1).map((value) => value * focal),
    ahead,
  ];
  // From the camera to the origin, then along the ground.
  const [dx, dy] = [middle.x - east, middle.y - north];
  const full = rows.flatMap(([x = 0, y = 0, z = 0]) => [
    x * scale,
    y * scale,
    x * dx + y * dy - z * height,
  ]);
  const last = full[8] ?? 1;
  return full.slice(0, 8).map((value) => value / last);
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
