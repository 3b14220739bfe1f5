/**
 * What a detector is worth on labelled pictures: figures a label, with how sure they are.
 *
 * A label without truth is left out: nothing can be said about it. Labels can also be judged
 * together (`bin` and `overflowing-bin` as one thing): boxes and truths of them are then alike.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { type Label, labels } from "../../pipelines/domain/label.ts";
import { judgeBoxes } from "./box-matching.ts";
import {
  averagePrecision,
  type CurvePoint,
  recallAtPrecision,
  VerdictTable,
} from "./precision-recall.ts";
import { drawnPictures, intervalOf } from "./resampling.ts";
import { SafeThresholds, type ThresholdChoice } from "./safe-thresholds.ts";

export interface LabelledBox {
  readonly label: Label;
  readonly box: NormBox;
}

export interface FoundBox extends LabelledBox {
  /** 0..1 */
  readonly score: number;
}

export interface EvaluatedPicture {
  readonly truths: readonly LabelledBox[];
  /** Regions that nobody could label: what is found there counts neither way. */
  readonly ignored: readonly LabelledBox[];
  readonly found: readonly FoundBox[];
}

export interface LabelFigures {
  /** Average precision at an overlap of 0.5, and its 95 % interval over pictures. */
  readonly ap50: number;
  readonly ap50Low: number;
  readonly ap50High: number;
  /** Mean of the average precisions at overlaps of 0.5, 0.55 … 0.95. */
  readonly ap: number;
  /** At an overlap of 0.5. */
  readonly recallAtPrecision90: number;
  readonly recallAtPrecision80: number;
  /** Lowest score with a precision of 0.9; null when there is none. */
  readonly threshold: number | null;
  /** What a manifest can use, by falling precision; without those that were not reached. */
  readonly choices: readonly ThresholdChoice[];
  readonly truths: number;
  readonly pictures: number;
}

export interface LabelEvaluation {
  /** A label, or several joined by `+`. */
  readonly name: string;
  readonly figures: LabelFigures;
  /** At an overlap of 0.5. */
  readonly curve: readonly CurvePoint[];
}

export interface EvaluateOptions {
  /** Sets of labels that are also judged as one. */
  readonly together: readonly (readonly Label[])[];
  readonly drawCount: number;
  readonly seed: number;
}

const overlaps = Array.from({ length: 10 }, (_, index) => (50 + 5 * index) / 100);

export function evaluate(
  pictures: readonly EvaluatedPicture[],
  { together, drawCount, seed }: EvaluateOptions,
): LabelEvaluation[] {
  const sets = [...labels.map((label) => [label]), ...together];
  return sets.flatMap((set) => {
    const [table, ...stricter] = overlaps.map(
      (overlapMin) =>
        new VerdictTable(pictures.map((picture) => verdictOf(picture, set, overlapMin))),
    );
    if (table === undefined || table.truthCount === 0) return [];
    const curve = table.curve();
    const ap50 = averagePrecision(curve);
    const drawnAp50: number[] = [];
    const thresholds = new SafeThresholds();
    for (const times of drawnPictures({ pictureCount: pictures.length, drawCount, seed })) {
      if (!table.hasTruth(times)) continue;
      const drawn = table.curve(times);
      drawnAp50.push(averagePrecision(drawn));
      thresholds.add(drawn);
    }
    const interval = intervalOf(drawnAp50);
    const sum = stricter.reduce((total, one) => total + averagePrecision(one.curve()), ap50);
    const { recall, threshold } = recallAtPrecision(curve, 0.9);
    const figures: LabelFigures = {
      ap50,
      ap50Low: interval?.low ?? ap50,
      ap50High: interval?.high ?? ap50,
      ap: sum / overlaps.length,
      recallAtPrecision90: recall,
      recallAtPrecision80: recallAtPrecision(curve, 0.8).recall,
      threshold,
      choices: thresholds.choices(curve),
      truths: table.truthCount,
      pictures: pictures.length,
    };
    return [{ name: set.join("+"), figures, curve }];
  });
}

function verdictOf(
  { truths, ignored, found }: EvaluatedPicture,
  set: readonly Label[],
  overlapMin: number,
) {
  const ofSet = <Box extends LabelledBox>(boxes: readonly Box[]): readonly Box[] =>
    boxes.filter(({ label }) => set.includes(label));
  const wanted = ofSet(truths).map(({ box }) => box);
  const regions = ofSet(ignored).map(({ box }) => box);
  return {
    truthCount: wanted.length,
    judged: judgeBoxes(ofSet(found), wanted, regions, overlapMin),
  };
}
