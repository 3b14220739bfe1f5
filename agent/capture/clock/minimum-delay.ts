/**
 * The smallest delay of the last minute: what is left of `arrival - capture` when the network and
 * the camera were at their quickest.
 *
 * Kept in buckets of a few seconds, so that clocks that drift against each other are followed and
 * one lucky packet is not believed for ever. Pure: time comes in.
 */
const bucketMs = 5_000;
const bucketsMax = 12;

interface Bucket {
  readonly startedAtMonoMs: number;
  leastMs: number;
}

export class MinimumDelay {
  #buckets: Bucket[] = [];

  add(delayMs: number, atMonoMs: number): void {
    const last = this.#buckets.at(-1);
    if (last !== undefined && atMonoMs - last.startedAtMonoMs < bucketMs) {
      last.leastMs = Math.min(last.leastMs, delayMs);
      return;
    }
    this.#buckets.push({ startedAtMonoMs: atMonoMs, leastMs: delayMs });
    const oldestMs = atMonoMs - bucketMs * bucketsMax;
    while (
      this.#buckets.length > bucketsMax ||
      (this.#buckets.length > 1 && (this.#buckets[0]?.startedAtMonoMs ?? 0) < oldestMs)
    ) {
      this.#buckets.shift();
    }
  }

  /** Undefined before the first sample. */
  get leastMs(): number | undefined {
    if (this.#buckets.length === 0) return undefined;
    return this.#buckets.reduce((least, bucket) => Math.min(least, bucket.leastMs), Infinity);
  }

  /** How much the minima of the buckets differ: a steady network has nearly nothing here. */
  get spreadMs(): number {
    const leasts = this.#buckets.map((bucket) => bucket.leastMs).toSorted((a, b) => a - b);
    // Half of the buckets at least reach this: one slow stretch is not uncertainty of the rest.
    const middle = leasts[Math.floor(leasts.length / 2)] ?? 0;
    return middle - (leasts[0] ?? 0);
  }

  /** The timeline that delays are measured against moved by this much. */
  shift(byMs: number): void {
    for (const bucket of this.#buckets) bucket.leastMs += byMs;
  }

  clear(): void {
    this.#buckets = [];
  }
}
