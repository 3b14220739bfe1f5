/** Paint on the road: lane lines, crossings, bays; worn where wheels and years went over it. */
import type { Street } from "../description.ts";

const white = [0.62, 0.62, 0.6] as const;
const yellow = [0.6, 0.4, 0.06] as const;

/** Blends paint into `albedo`. `grain` is about 0.5; where it is low the paint is gone. */
export function paintAt(
  street: Street,
  x: number,
  y: number,
  footprint: number,
  grain: number,
  albedo: Float64Array,
): void {
  const soft = Math.max(0.02, footprint);
  let cover = 0;
  let isYellow = false;
  let isCrossing = false;
  for (const middle of street.crossings) {
    const off = Math.abs(x - middle);
    if (off < 2.1) {
      isCrossing = true;
      const stripe = Math.abs((((y % 1) + 1) % 1) - 0.5);
      if (y > 0.4 && y < street.roadM - 0.4) cover = line(stripe, 0.24, soft) * line(off, 2, soft);
    } else if (off < 4 && off > 3 && laneRunsAway(street, x - middle, y)) {
      cover = line(off - 3.6, 0.15, soft);
    }
  }
  if (!isCrossing) {
    const lane = street.roadM / street.lanes;
    const nearest = Math.round(y / lane);
    if (nearest > 0 && nearest < street.lanes) {
      const off = Math.abs(y - nearest * lane);
      if (nearest * 2 === street.lanes) {
        const lines = Math.abs(off - 0.12);
        if (lines < 0.3) {
          cover = Math.max(cover, line(lines, 0.06, soft));
          isYellow = cover > 0;
        }
      } else if (off < 0.3 && ((x % 8) + 8) % 8 < 4) {
        cover = Math.max(cover, line(off, 0.07, soft));
      }
    }
    const bay = bayLine(street, x, y, soft);
    if (bay > cover) {
      cover = bay;
      isYellow = false;
    }
  }
  if (cover <= 0) return;
  const worn = Math.max(0, Math.min(1, (grain - 0.5 * street.wear + 0.12) * 5));
  const share = Math.min(1, cover) * (0.25 + 0.65 * worn);
  const paint = isYellow ? yellow : white;
  for (let c = 0; c < 3; c += 1) {
    albedo[c] = (albedo[c] as number) * (1 - share) + (paint[c] as number) * share;
  }
}

/** Vehicles wait before the crossing: on the near half they come from the left. */
function laneRunsAway(street: Street, beyond: number, y: number): boolean {
  return y < street.roadM / 2 ? beyond < 0 : beyond > 0;
}

const bayDepthM = 2.4;
const bayLengthM = 6;

function bayLine(street: Street, x: number, y: number, soft: number): number {
  let cover = 0;
  for (const bay of street.bays) {
    const inward = bay.side === "near" ? y : street.roadM - y;
    if (inward > bayDepthM + 0.2 || x < bay.fromM - 0.2 || x > bay.toM + 0.2) continue;
    cover = Math.max(cover, line(Math.abs(inward - bayDepthM), 0.05, soft));
    const inRow = (x - bay.fromM) / bayLengthM;
    const off = Math.abs(inRow - Math.round(inRow)) * bayLengthM;
    if (inward < bayDepthM) cover = Math.max(cover, line(off, 0.05, soft));
  }
  return cover;
}

/** How much of a sample lies within `half` of a line's middle. */
function line(off: number, half: number, soft: number): number {
  const thick = Math.min(1, (2 * half) / soft);
  return thick * Math.max(0, Math.min(1, (half - off) / soft + 0.5 + 0.5 * (1 - thick)));
}
