/**
 * What two detectors say about one picture, taken together: agreed boxes and doubtful ones.
 *
 * Agreed is what both call the same and put in the same place, each sure enough: its box lies
 * between theirs. Doubtful is everything else that either of them half believes: neither a thing
 * nor street, so a training must not look there.
 */
import { boxOverlap, type NormBox } from "../../pipelines/domain/geometry.ts";
import type { FoundBox, LabelledBox } from "./evaluate.ts";

export interface AgreementOptions {
  /** Lowest score of each detector for an agreed box. */
  readonly sure: readonly [number, number];
  /** Lowest score of each detector for a doubtful one. */
  readonly doubtful: readonly [number, number];
  /** Overlap from which two boxes are in the same place. */
  readonly overlapMin: number;
}

export interface Agreement {
  readonly agreed: readonly LabelledBox[];
  readonly doubtful: readonly LabelledBox[];
}

export function agreementOf(
  first: readonly FoundBox[],
  second: readonly FoundBox[],
  { sure, doubtful, overlapMin }: AgreementOptions,
): Agreement {
  const partners = pairsOf(
    first.filter(({ score }) => score >= sure[0]),
    second.filter(({ score }) => score >= sure[1]),
    overlapMin,
  );
  const paired = new Set(partners.flat());
  const agreed = partners.map(([a, b]) => ({ label: a.label, box: between(a, b) }));
  const half = [
    ...first.filter(({ score }) => score >= doubtful[0]),
    ...second.filter(({ score }) => score >= doubtful[1]),
  ];
  return {
    agreed,
    // What lies on an agreed box of its own label is that thing once more, seen less surely.
    doubtful: half
      .filter((found) => !paired.has(found) && !isOnOne(found, agreed, overlapMin))
      .map(({ label, box }) => ({ label, box })),
  };
}

/** Pairs by falling overlap; each box is in one pair at most. */
function pairsOf(
  first: readonly FoundBox[],
  second: readonly FoundBox[],
  overlapMin: number,
): [FoundBox, FoundBox][] {
  const candidates = first
    .flatMap((a) =>
      second
        .filter((b) => b.label === a.label)
        .map((b) => ({ a, b, overlap: boxOverlap(a.box, b.box) })),
    )
    .filter(({ overlap }) => overlap >= overlapMin)
    .toSorted((one, other) => other.overlap - one.overlap);
  const taken = new Set<FoundBox>();
  return candidates.flatMap(({ a, b }): [FoundBox, FoundBox][] => {
    if (taken.has(a) || taken.has(b)) return [];
    taken.add(a).add(b);
    return [[a, b]];
  });
}

/** The mean of both, the surer one counting more. */
function between(a: FoundBox, b: FoundBox): NormBox {
  const share = a.score / (a.score + b.score);
  const mean = (x: number, y: number) => x * share + y * (1 - share);
  return {
    xMin: mean(a.box.xMin, b.box.xMin),
    yMin: mean(a.box.yMin, b.box.yMin),
    xMax: mean(a.box.xMax, b.box.xMax),
    yMax: mean(a.box.yMax, b.box.yMax),
  };
}

function isOnOne(
  { label, box }: LabelledBox,
  agreed: readonly LabelledBox[],
  overlapMin: number,
): boolean {
  return agreed.some((one) => one.label === label && boxOverlap(one.box, box) >= overlapMin);
}
