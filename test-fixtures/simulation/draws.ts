/** What a seed decides: one stream of draws a purpose, so that a new fault does not move the others. */
import { seededRandom } from "../camera-server/seeded-random.ts";

export class Draws {
  readonly #fraction: () => number;

  constructor(seed: number, purpose: string) {
    const random = seededRandom(seed, purpose);
    this.#fraction = () => random.fraction();
  }

  /** From 0 up to, not including, 1. */
  fraction(): number {
    return this.#fraction();
  }

  /** True in so many cases of one. */
  is(probability: number): boolean {
    return this.#fraction() < probability;
  }

  between(min: number, max: number): number {
    return min + this.#fraction() * (max - min);
  }

  whole(min: number, max: number): number {
    return Math.floor(this.between(min, max + 1));
  }

  one<Value>(values: readonly Value[]): Value {
    const value = values[Math.floor(this.#fraction() * values.length)];
    if (value === undefined) throw new RangeError("there is nothing to draw from");
    return value;
  }

  /** Times in [fromMs, untilMs), so many an hour at the mean. */
  moments(fromMs: number, untilMs: number, perHour: number): readonly number[] {
    const moments: number[] = [];
    if (perHour <= 0) return moments;
    let atMs = fromMs;
    for (;;) {
      atMs += (-Math.log(1 - this.#fraction()) / perHour) * 3_600_000;
      if (atMs >= untilMs) return moments;
      moments.push(Math.round(atMs));
    }
  }
}
