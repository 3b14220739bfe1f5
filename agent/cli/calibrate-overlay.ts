/**
 * A still with the metre grid that a calibration lays on the ground, the point pairs and 95 %
 * ellipses: what a person looks at before believing it.
 */
import type { Calibration } from "../../calibration/calibration.ts";
import { groundUnits, locationOf, pixels } from "../../calibration/frame.ts";
import { geotag } from "../../calibration/geotag.ts";
import { groundGrid } from "../../calibration/ground-grid.ts";
import { project } from "../../calibration/projection.ts";
import { checkShape, type Still } from "./still.ts";

const lines = {
  1: { colour: "#ffffff", opacity: 0.35, width: 1 },
  5: { colour: "#ffe14d", opacity: 0.75, width: 1.5 },
  10: { colour: "#ff7a1a", opacity: 0.9, width: 2.5 },
} as const;
/** Where ellipses are drawn: a foot whose box is this well known. */
const footErrorPx = 3;
const cornersOfEllipse = 32;

export async function drawOverlay(calibration: Calibration, still: Still): Promise<Buffer> {
  checkShape(still, calibration.picture);
  const { image, width, height } = still;
  const [wide, high] = calibration.picture;
  const body = [gridOf(calibration), ellipsesOf(calibration), pairsOf(calibration)].join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${wide} ${high}">${body}</svg>`;
  return await image
    .clone()
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 88 })
    .toBuffer();
}

function gridOf(calibration: Calibration): string {
  const segments = groundGrid(calibration);
  return ([1, 5, 10] as const)
    .map((every) => {
      const path = segments
        .filter(({ everyMetres }) => everyMetres === every)
        .map(({ from, to }) => `M${tenths(from)}L${tenths(to)}`)
        .join("");
      const { colour, opacity, width } = lines[every];
      return `<path d="${path}" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="${width}" fill="none"/>`;
    })
    .join("");
}

/** One each ten metres, where the product would tell a place. */
function ellipsesOf(calibration: Calibration): string {
  const paths: string[] = [];
  for (let east = -60; east <= 60; east += 10) {
    for (let north = -60; north <= 60; north += 10) {
      const at = pixelOf(calibration, { x: east, y: north });
      if (at === undefined) continue;
      const tag = geotag(calibration, { at, xErrorPx: footErrorPx, yErrorPx: footErrorPx });
      if (!tag.isTrusted) continue;
      const azimuth = (tag.ellipse.azimuthDegrees * Math.PI) / 180;
      const corners = Array.from({ length: cornersOfEllipse }, (_, index) => {
        const turn = (2 * Math.PI * index) / cornersOfEllipse;
        const along = tag.ellipse.semiMajorMetres * Math.cos(turn);
        const across = tag.ellipse.semiMinorMetres * Math.sin(turn);
        return pixelOf(calibration, {
          x: east + along * Math.sin(azimuth) + across * Math.cos(azimuth),
          y: north + along * Math.cos(azimuth) - across * Math.sin(azimuth),
        });
      }).filter((corner) => corner !== undefined);
      if (corners.length === cornersOfEllipse) paths.push(`M${corners.map(tenths).join("L")}Z`);
    }
  }
  return `<path d="${paths.join("")}" stroke="#37d6ff" stroke-width="2" fill="#37d6ff" fill-opacity="0.15"/>`;
}

/** Green where it was clicked, red where the camera puts the surveyed place. */
function pairsOf(calibration: Calibration): string {
  return calibration.points
    .map(({ picture, location, isUsed }) => {
      const { at } = project(calibration.parameters, groundUnits(calibration, location));
      const told = pixels(calibration, at);
      const colour = isUsed ? "#2bff5a" : "#ff2bd6";
      return (
        `<path d="M${tenths(picture)}L${tenths(told)}" stroke="#ff2b2b" stroke-width="3"/>` +
        `<circle cx="${picture[0]}" cy="${picture[1]}" r="8" stroke="${colour}" stroke-width="3" fill="none"/>`
      );
    })
    .join("");
}

/** Of a point so many metres east and north of the origin; undefined where it is not in the picture. */
function pixelOf(
  calibration: Calibration,
  metres: { readonly x: number; readonly y: number },
): readonly [number, number] | undefined {
  const location = locationOf(calibration.origin, metres);
  const { at, depth } = project(calibration.parameters, groundUnits(calibration, location));
  if (!(depth > 0) || Math.hypot(at.x, at.y) > 1) return undefined;
  return pixels(calibration, at);
}

function tenths([x, y]: readonly [number, number]): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}
