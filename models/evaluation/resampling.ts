/**
 * How far a figure moves when other pictures of the same kind had been drawn: the bootstrap.
 *
 * Pictures are drawn with replacement, not boxes: boxes of one picture hang together. The draws
 * come from a seed, so the same pictures give the same interval on every machine.
 */

export interface Interval {
  /** The middle 95 % of the draws lie between these. */
  readonly low: number;
  readonly high: number;
}

export interface ResamplingOptions {
  readonly pictureCount: number;
  readonly drawCount: number;
  readonly seed: number;
}

/** `measure` gets how often each picture was drawn; a draw it cannot measure is left out. */
export function resampledInterval(
  { pictureCount, drawCount, seed }: ResamplingOptions,
  measure: (times: Uint32Array) => number | undefined,
): Interval | undefined {
  const random = randomOf(seed);
  const times = new Uint32Array(pictureCount);
  const values: number[] = [];
  for (let draw = 0; draw < drawCount; draw++) {
    times.fill(0);
    for (let taken = 0; taken < pictureCount; taken++) {
      const picture = Math.floor(random() * pictureCount);
      times[picture] = (times[picture] ?? 0) + 1;
    }
    const value = measure(times);
    if (value !== undefined) values.push(value);
  }
  if (values.length === 0) return undefined;
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}

/** Mulberry32: small, even, the same everywhere. 0 ≤ value < 1. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
