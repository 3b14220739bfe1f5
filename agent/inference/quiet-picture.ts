/**
 * Compares two tiny pictures of one view: has anything changed in between?
 *
 * A cell is the mean of some hundred pixels, so what is left in it is change, not noise; how much
 * noise there is after all is measured in each comparison itself, as most cells of a street at
 * night show nothing else. A light that goes on or a camera that turns changes all of them: that
 * is change, too. One channel, about ten microseconds. Pure.
 */
import type { CropRequest } from "./ports.ts";

export const tinySize = { width: 96, height: 54 } as const;
export const cellCount = tinySize.width * tinySize.height;
/** Three planes, as the decoder makes them; the second is green in any order of channels. */
export const tinyBytes = 3 * cellCount;

/** What is asked of the decoder beside the view's own crop. */
export function tinyRequest(crop: CropRequest["crop"], into: Uint8Array): CropRequest {
  return { crop, ...tinySize, fit: "stretch", fill: 0, channels: "rgb", into };
}

/** The value of a cell: of its green. */
export function cellOf(tiny: Uint8Array, cell: number): number {
  return tiny[cellCount + cell] ?? 0;
}

/** Levels of 255. */
export const quietLimits = {
  /** From here on a cell has changed, however little noise there is. */
  cellMin: 4,
  /** Above so much noise nothing can be said. */
  cellMax: 12,
  /** Of the cells' deviations, taken from their median. */
  noiseRatio: 6,
  /** A block of 3 × 3 cells averages noise away: less of it is change. */
  blockShare: 0.5,
  /** Brightness of the whole picture; below it is taken off. */
  shiftMax: 6,
} as const;

const blockSide = 3;
const histogram = new Uint16Array(511);
const residuals = new Int16Array(cellCount);

export type PictureChange = "same" | "changed";

/** What changes in every picture, and how far: within that it says nothing. */
export interface KnownChange {
  isUsual(cell: number, value: number): boolean;
}

export function comparePictures(
  before: Uint8Array,
  now: Uint8Array,
  known?: KnownChange,
): PictureChange {
  if (before.length !== tinyBytes || now.length !== tinyBytes) {
    throw new RangeError(`a tiny picture has ${tinyBytes} bytes, got ${now.length}`);
  }
  const shift = medianShift(before, now);
  if (Math.abs(shift) > quietLimits.shiftMax) return "changed";
  const cellLimit = Math.max(quietLimits.cellMin, quietLimits.noiseRatio * noiseAround(shift));
  if (cellLimit > quietLimits.cellMax) return "changed";
  for (let cell = 0; cell < cellCount; cell += 1) {
    const value = cellOf(now, cell);
    const difference = value - cellOf(before, cell) - shift;
    const isKnown = known?.isUsual(cell, value) === true;
    residuals[cell] = isKnown ? 0 : difference;
    if (!isKnown && Math.abs(difference) >= cellLimit) return "changed";
  }
  return hasChangedBlock(cellLimit * quietLimits.blockShare) ? "changed" : "same";
}

/** Fills the histogram of differences. */
function medianShift(before: Uint8Array, now: Uint8Array): number {
  histogram.fill(0);
  for (let cell = 0; cell < cellCount; cell += 1) {
    const at = 255 + cellOf(now, cell) - cellOf(before, cell);
    histogram[at] = (histogram[at] ?? 0) + 1;
  }
  let count = 0;
  for (let at = 0; at < histogram.length; at += 1) {
    count += histogram[at] ?? 0;
    if (2 * count >= cellCount) return at - 255;
  }
  return 0;
}

/**
 * Standard deviation of the noise: of all cells but the fifth that deviates most, which is where
 * things move. In whole levels it would be 0 or 1 too often, so it is their mean square.
 */
function noiseAround(shift: number): number {
  let count = histogram[255 + shift] ?? 0;
  let squares = 0;
  for (let off = 1; off < 255 && count < keptCells; off += 1) {
    const here = (histogram[255 + shift - off] ?? 0) + (histogram[255 + shift + off] ?? 0);
    const kept = Math.min(here, keptCells - count);
    count += kept;
    squares += off * off * kept;
  }
  // The kept middle of a normal distribution deviates by two thirds of the whole.
  return Math.sqrt(squares / Math.max(1, count)) * 1.5;
}

const keptCells = Math.floor(cellCount * 0.8);

function hasChangedBlock(limit: number): boolean {
  const sumMax = limit * blockSide * blockSide;
  for (let y = 0; y < tinySize.height; y += blockSide) {
    for (let x = 0; x < tinySize.width; x += blockSide) {
      if (Math.abs(blockSum(x, y)) >= sumMax) return true;
    }
  }
  return false;
}

function blockSum(xMin: number, yMin: number): number {
  let sum = 0;
  for (let y = yMin; y < yMin + blockSide; y += 1) {
    const row = y * tinySize.width;
    for (let x = xMin; x < xMin + blockSide; x += 1) sum += residuals[row + x] ?? 0;
  }
  return sum;
}
