/**
 * Scores that a manifest can use as thresholds, with the precision that they stand for.
 *
 * The lowest score that reaches a precision on one set of pictures is a lucky one: a few more right
 * boxes, and it would lie elsewhere. So it is looked for in many draws of the pictures, each time
 * with one wrong box more than there was, and the one in the middle is taken. A precision that half
 * of the draws do not reach is not promised.
 */
import { type CurvePoint, safeScore } from "./precision-recall.ts";
import { medianOf } from "./resampling.ts";

/** From what a rule wants down to what is worth nothing more. */
const precisions = [0.9, 0.8, 0.7, 0.6, 0.5] as const;

export interface ThresholdChoice {
  /** 0..1, what is promised. */
  readonly precision: number;
  readonly threshold: number;
  /** Share of the truths that are found with it, on all pictures. */
  readonly recall: number;
}

export class SafeThresholds {
  /** Of each draw; infinite where the precision was not reached. */
  readonly #scores = precisions.map((): number[] => []);

  /** The curve of one draw. */
  add(drawn: readonly CurvePoint[]): void {
    for (const [index, precision] of precisions.entries()) {
      this.#scores[index]?.push(safeScore(drawn, precision) ?? Number.POSITIVE_INFINITY);
    }
  }

  /** `curve`: of all pictures. By falling precision. */
  choices(curve: readonly CurvePoint[]): ThresholdChoice[] {
    return precisions.flatMap((precision, index) => {
      const threshold = medianOf(this.#scores[index] ?? []);
      if (threshold === undefined || !Number.isFinite(threshold)) return [];
      const recall = curve.findLast(({ score }) => score >= threshold)?.recall ?? 0;
      return [{ precision, threshold, recall }];
    });
  }
}
