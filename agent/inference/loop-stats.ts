/**
 * What the loop counts: looks met and missed by reason, latencies, batch sizes.
 *
 * Memory does not grow with time: latencies of the newest looks are kept in a ring.
 */
import type { ReuseLevel } from "./quiet-view.ts";
import type { ViewStats } from "./view-book.ts";

/**
 * Why a released look does not count as met. A `late` look was delivered all the same; the others
 * did not happen, which is not "nothing there".
 */
export const missReasons = [
  "late",
  "no-picture",
  "fetch-failed",
  "decode-failed",
  "inference-failed",
] as const;
export type MissReason = (typeof missReasons)[number];

export interface Latency {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoopStats extends LoopCounts {
  /** Released looks that wait for the decoder. */
  readonly waitingCount: number;
  /** Looks between decoder and detections. */
  readonly inWorkCount: number;
  /** A deadline has passed, and looks have waited ever since. */
  readonly isBehind: boolean;
  /** The views ask for more than the box has: all are stretched alike. */
  readonly isOverloaded: boolean;
  readonly lostSessionCount: number;
  readonly repeatedBatchCount: number;
  /** Looks that repeated the last analysis of their view, by what said that nothing has changed. */
  readonly savedCounts: Readonly<Record<ReuseLevel, number>>;
  /** Changes of a picture that its packets did not show. */
  readonly packetsWrongCount: number;
  readonly views: readonly ViewStats[];
}

export interface LoopCounts {
  readonly metCount: number;
  readonly missedCounts: Readonly<Record<MissReason, number>>;
  /** Pictures decoded: fewer than looks where views share them. */
  readonly pictureCount: number;
  /** What sessions looked at: fewer than looks where views share it. */
  readonly analysisCount: number;
  /** Looks that needed no analysis of their own. */
  readonly sharedCount: number;
  readonly batchCount: number;
  /** Batches by size: index 0 is a batch of one. */
  readonly batchSizes: readonly number[];
  /** Time that sessions spent in the runtime. */
  readonly runMsTotal: number;
  /** From release to end, over the newest looks. */
  readonly latencyMs: Latency;
  /** From capture to end by the wall clock, over the newest looks. */
  readonly ageMs: Latency;
}

const newestMax = 2_048;

export class LoopCounter {
  #metCount = 0;
  readonly #missedCounts = Object.fromEntries(missReasons.map((reason) => [reason, 0])) as Record<
    MissReason,
    number
  >; // fromEntries forgets the keys
  #pictureCount = 0;
  #sharedCount = 0;
  readonly #batchSizes: number[];
  #runMsTotal = 0;
  readonly #latencies = new LatencyRing();
  readonly #ages = new LatencyRing();

  constructor({ batchMax }: { readonly batchMax: number }) {
    this.#batchSizes = Array.from({ length: batchMax }, () => 0);
  }

  looked(latencyMs: number, ageMs: number): void {
    this.#latencies.add(latencyMs);
    this.#ages.add(ageMs);
  }

  /** Looks that came from another's analysis. */
  shared(count: number): void {
    this.#sharedCount += count;
  }

  met(): void {
    this.#metCount += 1;
  }

  missed(reason: MissReason): void {
    this.#missedCounts[reason] += 1;
  }

  decoded(): void {
    this.#pictureCount += 1;
  }

  ran(batchSize: number, runMs: number): void {
    this.#batchSizes[batchSize - 1] = (this.#batchSizes[batchSize - 1] ?? 0) + 1;
    this.#runMsTotal += runMs;
  }

  counts(): LoopCounts {
    return {
      metCount: this.#metCount,
      missedCounts: { ...this.#missedCounts },
      pictureCount: this.#pictureCount,
      analysisCount: this.#batchSizes.reduce((sum, count, index) => sum + count * (index + 1), 0),
      sharedCount: this.#sharedCount,
      batchCount: this.#batchSizes.reduce((sum, count) => sum + count, 0),
      batchSizes: [...this.#batchSizes],
      runMsTotal: this.#runMsTotal,
      latencyMs: this.#latencies.summary(),
      ageMs: this.#ages.summary(),
    };
  }
}

class LatencyRing {
  readonly #values = new Float64Array(newestMax);
  #count = 0;

  add(value: number): void {
    this.#values[this.#count % newestMax] = value;
    this.#count += 1;
  }

  summary(): Latency {
    const sorted = this.#values.slice(0, Math.min(this.#count, newestMax)).sort();
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { median: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
  }
}
