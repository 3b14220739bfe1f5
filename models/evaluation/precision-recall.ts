/**
 * Precision and recall of one label over a set of pictures, and what is read off them.
 *
 * Boxes are sorted once; a picture can be counted several times or not at all, which is all that
 * resampling needs. Boxes of one score are one step, so that no order decides between them.
 */
import type { Judged } from "./box-matching.ts";

/** What one picture says about one label. */
export interface PictureVerdict {
  readonly truthCount: number;
  readonly judged: readonly Judged[];
}

export interface CurvePoint {
  /** Lowest score that is counted here. */
  readonly score: number;
  /** 0..1 */
  readonly precision: number;
  readonly recall: number;
  /** How many boxes have this score or more. */
  readonly boxes: number;
}

export interface OperatingPoint {
  readonly recall: number;
  /** Lowest score that keeps the precision; null when none does. */
  readonly threshold: number | null;
}

export class VerdictTable {
  readonly pictureCount: number;
  readonly truthCount: number;
  readonly #truthCounts: readonly number[];
  /** By falling score. */
  readonly #scores: Float64Array;
  readonly #isRight: Uint8Array;
  readonly #pictures: Uint32Array;

  constructor(verdicts: readonly PictureVerdict[]) {
    const rows = verdicts
      .flatMap(({ judged }, picture) => judged.map((one) => ({ ...one, picture })))
      .toSorted((a, b) => b.score - a.score);
    this.pictureCount = verdicts.length;
    this.#truthCounts = verdicts.map(({ truthCount }) => truthCount);
    this.truthCount = this.#truthCounts.reduce((sum, count) => sum + count, 0);
    this.#scores = Float64Array.from(rows, ({ score }) => score);
    this.#isRight = Uint8Array.from(rows, ({ isRight }) => (isRight ? 1 : 0));
    this.#pictures = Uint32Array.from(rows, ({ picture }) => picture);
  }

  /** A point a distinct score, by falling score; empty without truth. `times`: once a picture. */
  curve(times?: Uint32Array): CurvePoint[] {
    const truthCount = this.#truthCounts.reduce(
      (sum, count, picture) => sum + count * (times?.[picture] ?? 1),
      0,
    );
    if (truthCount === 0) return [];
    const points: CurvePoint[] = [];
    let right = 0;
    let counted = 0;
    for (const [row, score] of this.#scores.entries()) {
      const weight = times === undefined ? 1 : (times[this.#pictures[row] ?? 0] ?? 0);
      counted += weight;
      right += weight * (this.#isRight[row] ?? 0);
      if (this.#scores[row + 1] === score || counted === 0) continue;
      points.push({
        score,
        precision: right / counted,
        recall: right / truthCount,
        boxes: counted,
      });
    }
    return points;
  }

  /** Whether the pictures that count hold any truth. */
  hasTruth(times: Uint32Array): boolean {
    return this.#truthCounts.some((count, picture) => count > 0 && (times[picture] ?? 0) > 0);
  }
}

/** Area under the falling envelope of all points (PASCAL VOC since 2010), 0..1. */
export function averagePrecision(curve: readonly CurvePoint[]): number {
  let area = 0;
  let best = 0;
  for (let index = curve.length - 1; index >= 0; index--) {
    const { precision = 0, recall = 0 } = curve[index] ?? {};
    best = Math.max(best, precision);
    area += best * (recall - (curve[index - 1]?.recall ?? 0));
  }
  return area;
}

/** The most that can be found while the precision is this or more. */
export function recallAtPrecision(
  curve: readonly CurvePoint[],
  precisionMin: number,
): OperatingPoint {
  const point = deepest(curve, ({ precision }) => precision >= precisionMin);
  return { recall: point?.recall ?? 0, threshold: point?.score ?? null };
}

/**
 * The lowest score at which the precision would hold with one more wrong box: a few boxes that
 * happen to be right prove nothing. 0.9 asks for nine right ones at least. Undefined when there is
 * none.
 */
export function safeScore(curve: readonly CurvePoint[], precisionMin: number): number | undefined {
  return deepest(
    curve,
    ({ precision, boxes }) => (precision * boxes) / (boxes + 1) >= precisionMin - 1e-9,
  )?.score;
}

/** Lower scores may add wrong boxes alone: of equal recall the highest score is the cleanest. */
function deepest(
  curve: readonly CurvePoint[],
  isGood: (point: CurvePoint) => boolean,
): CurvePoint | undefined {
  const isUseful = (point: CurvePoint) => point.recall > 0 && isGood(point);
  const last = curve.findLast(isUseful);
  return curve.find((point) => point.recall === last?.recall && isUseful(point));
}
