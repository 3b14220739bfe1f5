/**
 * Numbers that a seed repeats (Mulberry32): small, even, the same everywhere.
 *
 * For noise, resampling and made-up streets; no rule draws anything.
 */

/** Each from 0 up to, not including, 1. */
export function drawsOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
