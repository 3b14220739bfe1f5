/**
 * Which of a picture's found boxes are right, for one label and one overlap.
 *
 * The usual way: by falling score, each found box takes the free truth that it overlaps most, when
 * that is enough. A box that takes none is wrong, unless it lies on a region that nobody labelled:
 * then it counts neither way.
 */
import { boxOverlap, boxShareInside, type NormBox } from "../../pipelines/domain/geometry.ts";

export interface ScoredBox {
  readonly box: NormBox;
  /** 0..1 */
  readonly score: number;
}

export interface Judged {
  readonly score: number;
  readonly isRight: boolean;
}

/** A found box that lies to this share in an ignored region is neither right nor wrong. */
const ignoredShareMin = 0.5;

/** The found boxes that count, by falling score. */
export function judgeBoxes(
  found: readonly ScoredBox[],
  truths: readonly NormBox[],
  ignored: readonly NormBox[],
  overlapMin: number,
): Judged[] {
  const isTaken = truths.map(() => false);
  return found
    .toSorted((a, b) => b.score - a.score)
    .flatMap(({ box, score }): Judged[] => {
      let best = -1;
      let bestOverlap = 0;
      for (const [index, truth] of truths.entries()) {
        const overlap = isTaken[index] === true ? 0 : boxOverlap(box, truth);
        if (overlap >= overlapMin && overlap > bestOverlap) {
          best = index;
          bestOverlap = overlap;
        }
      }
      if (best >= 0) {
        isTaken[best] = true;
        return [{ score, isRight: true }];
      }
      const isIgnored = ignored.some((region) => boxShareInside(box, region) >= ignoredShareMin);
      return isIgnored ? [] : [{ score, isRight: false }];
    });
}
