/**
 * How full a bin looked lately, with hysteresis: detectors mix up a full bin and an overflowing one.
 *
 * Each look votes. The state changes when votes of one sort prevail clearly and stays until the
 * other sort does. Time counts from the first vote of the run that changed it, so a bin that
 * nobody mistakes is not late.
 */
export interface BinMemory {
  /** 0: every look lately called it a bin, 1: an overflowing one. */
  readonly fullness: number;
  readonly isOverflowing: boolean;
  /** Observed time of the presence at the first of the votes against the state; null: none. */
  readonly againstSinceMs: number | null;
  /**
   * Observed time of the presence when the rubbish beside it was not seen first; it is remembered
   * for longer than the rubbish. Absent: there was none.
   */
  readonly cleanSinceMs?: number;
  /**
   * How sure the detector was lately that it is a bin, against what else it called the same box:
   * 1 nothing else, 0.5 as much the one as the other. Absent: nothing else, ever.
   */
  readonly ownShare?: number;
}

/** Weight of one look: about four of one sort change the state. */
const voteWeight = 0.25;
const overflowsFrom = 0.65;
const isEmptiedBelow = 0.35;

export const unknownBin: BinMemory = {
  fullness: 0.5,
  isOverflowing: false,
  againstSinceMs: null,
};

/** Less, and it may be a cleaner's cart, a tricycle, a crate: nothing is told of it meanwhile. */
const ownShareMin = 0.6;

/** `share`: of one look. */
export function countName(memory: BinMemory, share: number): BinMemory {
  const { ownShare: before } = memory;
  if (before === undefined && share === 1) return memory;
  const ownShare = before === undefined ? share : before + (share - before) * voteWeight;
  return { ...memory, ownShare: Math.round(ownShare * 1e4) / 1e4 };
}

/** It is a bin, as far as names tell. */
export function isNamedBin({ ownShare = 1 }: BinMemory): boolean {
  return ownShare >= ownShareMin;
}

/** `vote`: 0 a bin, 1 an overflowing one. */
export function countVote(memory: BinMemory, vote: number, observedMs: number): BinMemory {
  const fullness = memory.fullness + (vote - memory.fullness) * voteWeight;
  const isOverflowing = memory.isOverflowing
    ? fullness > isEmptiedBelow
    : fullness >= overflowsFrom;
  const isAgainst = vote > 0.5 !== isOverflowing;
  const againstSinceMs = isAgainst ? (memory.againstSinceMs ?? observedMs) : null;
  return { ...memory, fullness: Math.round(fullness * 1e4) / 1e4, isOverflowing, againstSinceMs };
}
