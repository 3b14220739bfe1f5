/**
 * How far a figure moves when other pictures of the same kind had been drawn: the bootstrap.
 *
 * Pictures are drawn with replacement, not boxes: boxes of one picture hang together. The draws
 * come from a seed, so the same pictures give the same interval on every machine.
 */
import { drawsOf } from "../../pipelines/domain/draws.ts";

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

/** How often each picture was drawn: one array, filled anew for each draw. */
export function* drawnPictures({
  pictureCount,
  drawCount,
  seed,
}: ResamplingOptions): Generator<Uint32Array> {
  const random = drawsOf(seed);
  const times = new Uint32Array(pictureCount);
  for (let draw = 0; draw < drawCount; draw++) {
    times.fill(0);
    for (let taken = 0; taken < pictureCount; taken++) {
      const picture = Math.floor(random() * pictureCount);
      times[picture] = (times[picture] ?? 0) + 1;
    }
    yield times;
  }
}

/** Undefined without values. */
export function intervalOf(values: readonly number[]): Interval | undefined {
  return values.length === 0 ? undefined : { low: at(values, 0.025), high: at(values, 0.975) };
}

/** Undefined without values. */
export function medianOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : at(values, 0.5);
}

/** The value below which this share of them lies. */
function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}
