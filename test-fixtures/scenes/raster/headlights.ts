/** The light that a vehicle throws on the ground ahead of it, and the red one behind. */
import { onGround, projected, radians } from "./camera.ts";
import type { Placement, View } from "./draw-shape.ts";
import { emptyRegion, isEmpty, join, owners, type Region } from "./sample-buffer.ts";

const aheadM = 13;
const sideM = 4;

/** `halfLengthM` is where its lamps are. Only at night; returns the region that may have changed. */
export function drawHeadlights(
  { camera, target, light }: View,
  { x, y, headingDeg }: Placement,
  halfLengthM: number,
): Region {
  const region = emptyRegion();
  const [sin, cos] = [Math.sin(radians(headingDeg)), Math.cos(radians(headingDeg))];
  for (const side of [-sideM, sideM]) {
    for (const ahead of [-halfLengthM - 2, halfLengthM + aheadM]) {
      const at = projected(camera, x + side * cos + ahead * sin, y - side * sin + ahead * cos, 0);
      if (at[2] < 0.5) {
        // It shines past the camera: look everywhere.
        join(region, { xMin: 0, yMin: 0, xMax: target.width, yMax: target.height });
        continue;
      }
      region.xMin = Math.min(region.xMin, Math.floor(at[0]));
      region.xMax = Math.max(region.xMax, Math.ceil(at[0]));
      region.yMin = Math.min(region.yMin, Math.floor(at[1]));
      region.yMax = Math.max(region.yMax, Math.ceil(at[1]));
    }
  }
  region.xMin = Math.max(0, region.xMin);
  region.yMin = Math.max(0, region.yMin);
  region.xMax = Math.min(target.width, region.xMax);
  region.yMax = Math.min(target.height, region.yMax);
  if (isEmpty(region)) return region;
  const strength = 5 / (1 + 30 * light.sky[1]);
  for (let row = region.yMin; row < region.yMax; row += 1) {
    const start = onGround(camera, region.xMin + 0.5, row + 0.5);
    const next = onGround(camera, region.xMin + 1.5, row + 0.5);
    if (start === undefined || next === undefined) continue;
    let dx = start[0] - x;
    let dy = start[1] - y;
    const [stepX, stepY] = [next[0] - start[0], next[1] - start[1]];
    for (let column = region.xMin; column < region.xMax; column += 1, dx += stepX, dy += stepY) {
      const i = row * target.width + column;
      if (target.owner[i] !== owners.ground) continue;
      const ahead = dx * sin + dy * cos - halfLengthM;
      const side = dx * cos - dy * sin;
      const behind = -ahead - 2 * halfLengthM;
      if (ahead > 0) {
        const share = beam(ahead, side) * strength;
        brighten(target.colour, i, 1 + share, 1 + 0.94 * share, 1 + 0.8 * share);
      } else if (behind > 0 && behind < 2) {
        const share = (1 - behind / 2) * Math.exp(-side * side) * strength * 0.3;
        brighten(target.colour, i, 1 + share, 1, 1);
      }
    }
  }
  return region;
}

/** Strongest a few metres ahead, wider and weaker beyond. */
function beam(ahead: number, side: number): number {
  const rise = Math.min(1, ahead / 1.5);
  const fall = Math.max(0, 1 - ahead / aheadM);
  const half = 0.8 + ahead * 0.16;
  return rise * fall * fall * Math.exp(-(side * side) / (half * half));
}

function brighten(colour: Float32Array, i: number, r: number, g: number, b: number): void {
  colour[i * 3] = (colour[i * 3] as number) * r;
  colour[i * 3 + 1] = (colour[i * 3 + 1] as number) * g;
  colour[i * 3 + 2] = (colour[i * 3 + 2] as number) * b;
}
