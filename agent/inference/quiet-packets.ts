/**
 * Learns what the sizes of a camera's packets say: whether anything has moved since its last
 * announced picture, for nothing.
 *
 * The tiny picture is the teacher. What the pictures between weigh while it says "same" is the
 * baseline; and only a camera is believed whose packets have shown every change of late, in the
 * light that is now, or whose pictures between weigh next to nothing: then no rate control fills
 * them, and whatever moves must be sent. A camera at a constant rate never is. One change that the
 * packets did not show, and it must prove itself. Pure.
 */

import type { PictureSizes } from "./ports.ts";

const limits = {
  /** Intervals that nothing moved in, from which a baseline is known, and how many are kept. */
  stillMin: 16,
  stillMax: 64,
  /** Changes of the picture that were shown one after the other, before packets are believed. */
  provedMin: 8,
  provedMax: 64,
  /** A baseline so far from the one of then is another light, or another setting. */
  baselineRatioMax: 1.5,
  /** A keyframe that weighs so many times a picture between: hardly a block of that is coded. */
  emptyRatioMin: 100,
  /** Deviations from the baseline, in its own spread. */
  deviationMax: 3.5,
  /** A spread is no less than this share of the baseline. */
  spreadShareMin: 0.01,
} as const;

const measures = [
  ({ betweenBytes, betweenCount }: PictureSizes) => betweenBytes / betweenCount,
  ({ betweenBytesMax }: PictureSizes) => betweenBytesMax,
  ({ keyBytes }: PictureSizes) => keyBytes,
] as const;

interface Baseline {
  readonly medians: readonly number[];
  readonly spreads: readonly number[];
}

export class PacketQuiet {
  readonly #still: (readonly number[])[] = [];
  #stillCount = 0;
  #baseline: Baseline | undefined;
  /** Levels of the baseline at the changes that packets showed, since the last that they did not. */
  #proofs: number[] = [];
  #wrongCount = 0;

  /** Changes that it had called quiet. */
  get wrongCount(): number {
    return this.#wrongCount;
  }

  /** What packets say, whether they are believed or not; undefined: nothing yet. */
  isQuiet(sizes: PictureSizes): boolean | undefined {
    if (this.#baseline === undefined || !isMeasurable(sizes)) return undefined;
    const values = valuesOf(sizes);
    return values.every((value, index) => {
      const median = this.#baseline?.medians[index] ?? 0;
      const spread = this.#baseline?.spreads[index] ?? 0;
      // No keyframe in it: nothing to compare.
      if (index === 2 && (value === 0 || median === 0)) return true;
      const deviation = (value - median) / spread;
      // Fewer bytes than ever are no motion; a keyframe that changed is another picture.
      return index === 2
        ? Math.abs(deviation) <= limits.deviationMax * 2
        : deviation <= limits.deviationMax;
    });
  }

  get isBelieved(): boolean {
    const [level, , keyLevel = 0] = this.#baseline?.medians ?? [];
    if (level === undefined) return false;
    const { provedMin, baselineRatioMax, emptyRatioMin } = limits;
    if (this.#wrongCount === 0 && keyLevel >= level * emptyRatioMin) return true;
    const isOfNow = (then: number): boolean =>
      Math.max(then, level) <= Math.min(then, level) * baselineRatioMax;
    return this.#proofs.filter(isOfNow).length >= provedMin;
  }

  /** The tiny picture says that nothing changed while these came. */
  learnSame(intervals: readonly PictureSizes[]): void {
    for (const sizes of intervals.filter(isMeasurable)) {
      this.#still[this.#stillCount % limits.stillMax] = valuesOf(sizes);
      this.#stillCount += 1;
    }
    if (this.#still.length >= limits.stillMin) this.#baseline = baselineOf(this.#still);
  }

  /** It says that something changed. */
  learnChanged(intervals: readonly PictureSizes[]): void {
    const answers = intervals.map((sizes) => this.isQuiet(sizes));
    if (answers.some((answer) => answer === undefined)) return;
    if (answers.includes(false)) {
      this.#proofs.push(this.#baseline?.medians[0] ?? 0);
      if (this.#proofs.length > limits.provedMax) this.#proofs.shift();
    } else {
      this.#wrongCount += 1;
      this.#proofs = [];
    }
  }
}

function isMeasurable({ isUnbroken, betweenCount }: PictureSizes): boolean {
  return isUnbroken && betweenCount > 0;
}

function valuesOf(sizes: PictureSizes): readonly number[] {
  return measures.map((measure) => measure(sizes));
}

function baselineOf(still: readonly (readonly number[])[]): Baseline {
  const medians = measures.map((_, index) => median(still.map((values) => values[index] ?? 0)));
  const spreads = medians.map((middle, index) => {
    const deviations = still.map((values) => Math.abs((values[index] ?? 0) - middle));
    // 1.48 makes the median of deviations the standard deviation of a normal distribution.
    return Math.max(1.48 * median(deviations), limits.spreadShareMin * middle, 1);
  });
  return { medians, spreads };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
