/** The ground's metre grid as paths over a picture: shares of it, a path for each width of line. */
import type { Calibration } from "../../../calibration/calibration.ts";
import { groundGrid } from "../../../calibration/ground-grid.ts";

export interface MetreScale {
  /** By distance between lines: data of an SVG path in thousandths of the picture. */
  readonly paths: Readonly<Record<"1" | "5" | "10", string>>;
}

export function metreScale(calibration: Calibration): MetreScale {
  const [width, height] = calibration.picture;
  const point = ([x, y]: readonly [number, number]): string =>
    `${Math.round((x / width) * 10_000) / 10} ${Math.round((y / height) * 10_000) / 10}`;
  const paths = { "1": "", "5": "", "10": "" };
  let last = "";
  for (const { from, to, everyMetres } of groundGrid(calibration)) {
    // Half metres one behind the other are one line.
    const start = `${everyMetres}:${point(from)}`;
    paths[everyMetres] += start === last ? `L${point(to)}` : `M${point(from)}L${point(to)}`;
    last = `${everyMetres}:${point(to)}`;
  }
  return { paths };
}
