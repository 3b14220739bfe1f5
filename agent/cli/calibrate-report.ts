/** A calibration in words: what is left over of each pair, how large ellipses are, held-out points. */
import type { PointPair } from "../../calibration/calibrate.ts";
import type { Calibration } from "../../calibration/calibration.ts";
import { groundUnits, metresFrom } from "../../calibration/frame.ts";
import { type Geotag, geotag } from "../../calibration/geotag.ts";
import { project } from "../../calibration/projection.ts";
import { textTable } from "./text-table.ts";

export interface HeldOut {
  readonly points: readonly {
    readonly note: string | undefined;
    /** Null where the camera tells no place. */
    readonly offMetres: number | null;
    readonly errorMetres: number | null;
    readonly isInside: boolean;
    readonly reason: string | undefined;
  }[];
  /** No more lie outside than chance explains; points of which no place is told do not count. */
  readonly isExplained: boolean;
}

/** Of so many points, each outside with 5 %: more than this many happen once in a hundred times. */
const chanceMin = 0.01;
const outside = 0.05;

export function checkHeldOut(calibration: Calibration, pairs: readonly PointPair[]): HeldOut {
  const points = pairs.map((pair) => {
    const { note, picture, pictureErrorPx, groundErrorMetres, location } = pair;
    const tag = geotag(calibration, {
      at: picture,
      xErrorPx: pictureErrorPx,
      yErrorPx: pictureErrorPx,
      extraMetres: groundErrorMetres,
    });
    if (!tag.isTrusted) {
      return { note, offMetres: null, errorMetres: null, isInside: false, reason: tag.reason };
    }
    const { x, y } = metresFrom(tag.location, location);
    return {
      note,
      offMetres: Math.hypot(x, y),
      errorMetres: tag.ellipse.semiMajorMetres,
      isInside: isInside(tag, x, y),
      reason: undefined,
    };
  });
  const told = points.filter(({ offMetres }) => offMetres !== null);
  const out = told.filter((point) => !point.isInside).length;
  return { points, isExplained: told.length > 0 && atLeast(out, told.length) >= chanceMin };
}

function isInside(
  { ellipse }: Extract<Geotag, { isTrusted: true }>,
  x: number,
  y: number,
): boolean {
  const azimuth = (ellipse.azimuthDegrees * Math.PI) / 180;
  const along = (x * Math.sin(azimuth) + y * Math.cos(azimuth)) / ellipse.semiMajorMetres;
  const across = (x * Math.cos(azimuth) - y * Math.sin(azimuth)) / ellipse.semiMinorMetres;
  return along * along + across * across <= 1;
}

/** That so many or more of `count` lie outside by chance. */
function atLeast(out: number, count: number): number {
  let term = (1 - outside) ** count;
  let fewer = 0;
  for (let k = 0; k < out; k += 1) {
    fewer += term;
    term *= ((count - k) / (k + 1)) * (outside / (1 - outside));
  }
  return 1 - fewer;
}

export function reportOf(
  calibration: Calibration,
  warnings: readonly string[],
  check: HeldOut | undefined,
): string {
  const { points, parameters, source, hash, camera } = calibration;
  const used = points.filter(({ isUsed }) => isUsed).length;
  const [k1 = 0, k2 = 0] = parameters.slice(8);
  const from = source === "mount" ? "how it hangs" : `${used} of ${points.length} point pairs`;
  const parts = [
    `camera ${camera ?? "(not named)"}, from ${from}; calibration ${hash.slice(0, 12)}`,
    ...(k1 === 0 && k2 === 0 ? [] : [`lens: k1 ${k1.toFixed(4)}, k2 ${k2.toFixed(4)}`]),
    ...(points.length === 0 ? [] : ["", pairTable(calibration)]),
    ...(check === undefined ? [] : ["", checkTable(check)]),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
  return `${parts.join("\n").trimEnd()}\n`;
}

/** Left out: how far off it is by a camera that was fitted to the others. */
function pairTable(calibration: Calibration): string {
  const titles = ["POINT", "OFF PX", "OFF M", "LEFT OUT M", "±M THERE", "NOTE"];
  const rows = calibration.points.map((point, index) => {
    const ground = groundUnits(calibration, point.location);
    const { depth } = project(calibration.parameters, ground);
    const tag = geotag(calibration, { at: point.picture, xErrorPx: 2, yErrorPx: 2 });
    const size = depth > 0 && tag.isTrusted ? tag.ellipse.semiMajorMetres.toFixed(2) : "too far";
    return [
      `${index + 1}${point.isUsed ? "" : " (not used)"}`,
      point.residualPx.toFixed(1),
      point.residualMetres.toFixed(2),
      point.leftOutMetres?.toFixed(2) ?? "-",
      size,
      point.note ?? "",
    ];
  });
  return textTable(titles, rows);
}

function checkTable({ points, isExplained }: HeldOut): string {
  const titles = ["HELD OUT", "OFF M", "±M", "INSIDE", "NOTE"];
  const rows = points.map(({ note, offMetres, errorMetres, isInside: inside, reason }, index) => [
    String(index + 1),
    offMetres?.toFixed(2) ?? "-",
    errorMetres?.toFixed(2) ?? "-",
    offMetres === null ? (reason ?? "-") : inside ? "yes" : "no",
    note ?? "",
  ]);
  const verdict = isExplained
    ? "the held-out points agree with the calibration"
    : "the held-out points do NOT agree with the calibration";
  return `${textTable(titles, rows)}${verdict}`;
}
