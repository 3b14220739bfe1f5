/**
 * What nobody may recognise in the pictures of a film, from what was found in some of them.
 *
 * People move between the pictures that were looked at: a region is masked with all that lies
 * between it and the one it becomes, and wider by what it moves meanwhile. One that has no successor
 * is masked until the next picture that was looked at, wider by what a walker covers. Beyond the
 * first and the last of them, and across a gap, nothing is known: it throws.
 */
import type { PrivacyRegion } from "./privacy-regions.ts";

export interface MaskedPicture {
  readonly atMs: number;
  readonly width: number;
  readonly height: number;
  readonly regions: readonly PrivacyRegion[];
}

/** Where people were looked for less often than this, nobody can say where they were. */
const gapMsMax = 2_500;
/** A picture at the end is still that near to one that was looked at. */
const edgeMsMax = 600;
/** Of its size a second; who runs covers more, and is found again as somebody new. */
const walkPerSecond = 1.5;
/** Of the way between two pictures: nobody moves evenly. */
const motionShare = 0.25;
const blockPxMax = 64;

export class MaskFilm {
  readonly #pictures: readonly MaskedPicture[];

  constructor(pictures: readonly MaskedPicture[]) {
    this.#pictures = pictures.toSorted((a, b) => a.atMs - b.atMs);
  }

  regionsAt(atMs: number): readonly PrivacyRegion[] {
    const next = this.#pictures.find((picture) => picture.atMs >= atMs);
    const before = this.#pictures.findLast((picture) => picture.atMs <= atMs);
    if (next !== undefined && next === before) return next.regions;
    if (before === undefined || next === undefined) return alone(before ?? next, atMs);
    const gapMs = next.atMs - before.atMs;
    if (gapMs > gapMsMax) throw unknown(atMs);
    return between(before, next, gapMs);
  }
}

function alone(picture: MaskedPicture | undefined, atMs: number): readonly PrivacyRegion[] {
  if (picture === undefined) throw unknown(atMs);
  const distanceMs = Math.abs(picture.atMs - atMs);
  if (distanceMs > edgeMsMax) throw unknown(atMs);
  return picture.regions.map((region) => widened(region, walked(region, distanceMs), picture));
}

function between(a: MaskedPicture, b: MaskedPicture, gapMs: number): readonly PrivacyRegion[] {
  const met = new Set<PrivacyRegion>();
  const first = a.regions.map((region) => {
    const successor = nearest(region, b.regions, gapMs);
    if (successor === undefined) return widened(region, walked(region, gapMs), a);
    met.add(successor);
    return widened(hull(region, successor), motionShare * way(region, successor), a);
  });
  const come = b.regions.filter((region) => !met.has(region));
  return [...first, ...come.map((region) => widened(region, walked(region, gapMs), b))];
}

function nearest(
  region: PrivacyRegion,
  others: readonly PrivacyRegion[],
  gapMs: number,
): PrivacyRegion | undefined {
  const reachPx = sizeOf(region) + walked(region, gapMs);
  const [best] = others
    .filter((other) => other.what === region.what && way(region, other) <= reachPx)
    .toSorted((one, other) => way(region, one) - way(region, other));
  return best;
}

function way(a: PrivacyRegion, b: PrivacyRegion): number {
  const x = a.xMin + a.xMax - b.xMin - b.xMax;
  const y = a.yMin + a.yMax - b.yMin - b.yMax;
  return Math.hypot(x, y) / 2;
}

function walked(region: PrivacyRegion, ms: number): number {
  return (walkPerSecond * sizeOf(region) * ms) / 1_000;
}

function sizeOf({ xMin, yMin, xMax, yMax }: PrivacyRegion): number {
  return Math.max(xMax - xMin, yMax - yMin);
}

function hull(a: PrivacyRegion, b: PrivacyRegion): PrivacyRegion {
  return {
    what: a.what,
    xMin: Math.min(a.xMin, b.xMin),
    yMin: Math.min(a.yMin, b.yMin),
    xMax: Math.max(a.xMax, b.xMax),
    yMax: Math.max(a.yMax, b.yMax),
    blockPx: Math.min(blockPxMax, Math.max(a.blockPx, b.blockPx)),
  };
}

function widened(
  region: PrivacyRegion,
  px: number,
  { width, height }: Pick<MaskedPicture, "width" | "height">,
): PrivacyRegion {
  return {
    ...region,
    xMin: Math.max(0, Math.floor(region.xMin - px)),
    yMin: Math.max(0, Math.floor(region.yMin - px)),
    xMax: Math.min(width, Math.ceil(region.xMax + px)),
    yMax: Math.min(height, Math.ceil(region.yMax + px)),
  };
}

function unknown(atMs: number): RangeError {
  return new RangeError(`nobody looked for people around ${Math.round(atMs)} ms`);
}
