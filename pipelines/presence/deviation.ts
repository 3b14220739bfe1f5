/**
 * How the boxes of one thing differ from its place, look by look, and what that says about it.
 *
 * What a detector gets wrong, it gets wrong for each side by itself: the size is off about twice as
 * much as the middle, and in the mean nothing is. What moves takes its sides along, what passes
 * does so in any way, and what creeps or comes closer is always off in one direction, since the
 * mean lags behind it. So many poor boxes of a thing that stands can be told from traffic, which
 * their overlap alone cannot.
 */
import type { NormBox } from "../domain/geometry.ts";

/** Long means, in sizes of the box. */
export interface Deviation {
  /** How far the middle is off, whichever way; the mean of across and down. */
  readonly sway: number;
  /** How much wider and higher, or less so, it is. */
  readonly stretch: number;
  /** The same with signs: about 0 when it is off now this way, now that. */
  readonly across: number;
  readonly down: number;
  readonly wider: number;
  readonly higher: number;
}

export const noDeviation: Deviation = {
  sway: 0,
  stretch: 0,
  across: 0,
  down: 0,
  wider: 0,
  higher: 0,
};

/** The mean with one more box, which counts by `weight`. */
export function countDeviation(
  mean: Deviation,
  place: NormBox,
  box: NormBox,
  weight: number,
): Deviation {
  const across = middleOff(place.xMin, place.xMax, box.xMin, box.xMax);
  const down = middleOff(place.yMin, place.yMax, box.yMin, box.yMax);
  const wider = sizeOff(place.xMax - place.xMin, box.xMax - box.xMin);
  const higher = sizeOff(place.yMax - place.yMin, box.yMax - box.yMin);
  const sway = (Math.abs(across) + Math.abs(down)) / 2;
  const stretch = (Math.abs(wider) + Math.abs(higher)) / 2;
  return {
    sway: mean.sway + (sway - mean.sway) * weight,
    stretch: mean.stretch + (stretch - mean.stretch) * weight,
    across: mean.across + (across - mean.across) * weight,
    down: mean.down + (down - mean.down) * weight,
    wider: mean.wider + (wider - mean.wider) * weight,
    higher: mean.higher + (higher - mean.higher) * weight,
  };
}

function middleOff(low: number, high: number, boxLow: number, boxHigh: number): number {
  return (boxLow + boxHigh - low - high) / (high - low + (boxHigh - boxLow));
}

function sizeOff(size: number, boxSize: number): number {
  return (boxSize - size) / Math.max(size, boxSize);
}

/**
 * Measured on streets with sides off by up to 20 %, and on real traffic that people annotated: the
 * middle moves by 0.4 to 0.7 of the stretch against 0.6 to 2, and one direction has up to 0.65 of it
 * against 0.9 to 1 at least in one of sway and stretch.
 */
const jitter = { swayMax: 0.8, swayUsual: 0.01, biasMax: 0.8, stretchMax: 0.25 } as const;
const movement = { swayMin: 1.1, swayUsual: 0.03, biasMin: 0.9 } as const;

/** Sides go apart more than together, and in no direction more than in the other. */
export function isJitter(mean: Deviation): boolean {
  const { sway, stretch } = mean;
  return sway <= jitter.swayMax * stretch + jitter.swayUsual && isUndirected(mean);
}

/** It neither creeps nor comes closer; nothing that passes may be behind it. */
export function isUndirected(mean: Deviation): boolean {
  return mean.stretch <= jitter.stretchMax && biasOf(mean) <= jitter.biasMax;
}

/** `few`: of a few boxes, which are often off in one direction by chance. */
export function isMovement(mean: Deviation, few: boolean): boolean {
  const { sway, stretch } = mean;
  if (sway > movement.swayMin * stretch + movement.swayUsual) return true;
  return !few && biasOf(mean) >= movement.biasMin;
}

/** 0: off now this way, now that; 1: always the same way. The greater of moving and growing. */
function biasOf({ sway, stretch, across, down, wider, higher }: Deviation): number {
  const moving = sway === 0 ? 0 : (Math.abs(across) + Math.abs(down)) / 2 / sway;
  const growing = stretch === 0 ? 0 : (Math.abs(wider) + Math.abs(higher)) / 2 / stretch;
  return Math.max(moving, growing);
}
