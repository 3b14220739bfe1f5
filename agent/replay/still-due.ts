/**
 * What a labelled picture asks for: the violations that are due when a camera looks at it for long.
 *
 * Labels say what a thing is, not what is illegal: every stall, sign and standing vehicle counts,
 * as in a zone without windows and permits. A bin counts when it overflows, or when rubbish lies
 * beside it; rubbish without a bin counts for itself.
 */
import type { LabelledBox } from "../../models/evaluation/evaluate.ts";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import type { Kind, SubKind } from "../../pipelines/domain/kind.ts";
import type { Label } from "../../pipelines/domain/label.ts";
import { isBesideBin } from "../../pipelines/overflowing-bin/beside-bin.ts";

export interface DueStill {
  readonly subKind: SubKind;
  readonly box: NormBox;
}

/** Labels that must be named before a set says anything about a kind. */
const neededLabels: Readonly<Record<Kind, readonly Label[]>> = {
  "street-vending": ["stall"],
  "illegal-parking": ["car", "bus", "truck", "two-wheeler"],
  "overflowing-bin": ["overflowing-bin", "garbage"],
  "unlicensed-signage": ["signboard"],
};

/** A set that names one of a kind's labels is taken to name what matters of it. */
export function canJudge(kind: Kind, named: ReadonlySet<Label>): boolean {
  return neededLabels[kind].some((label) => named.has(label));
}

/** `watched`: what the rules of the kind watch for; nothing else is due. */
export function dueOf(
  kind: Kind,
  truths: readonly LabelledBox[],
  watched: ReadonlySet<SubKind>,
): readonly DueStill[] {
  return allDue(kind, truths, watched).filter(({ subKind }) => watched.has(subKind));
}

function allDue(
  kind: Kind,
  truths: readonly LabelledBox[],
  watched: ReadonlySet<SubKind>,
): readonly DueStill[] {
  const each = (subKind: SubKind, ...labels: readonly Label[]) =>
    boxesOf(truths, ...labels).map((box) => ({ subKind, box }));
  switch (kind) {
    case "street-vending":
      return each("stall", "stall");
    case "illegal-parking":
      return [
        ...each("motor-vehicle", "car", "bus", "truck"),
        ...each("non-motor-vehicle", "two-wheeler"),
      ];
    case "overflowing-bin":
      return [...each("bin-overflow", "overflowing-bin"), ...dueGarbage(truths)];
    case "unlicensed-signage": {
      // What a board is for nobody can see in it: it is what the rule takes it for.
      const [subKind] = watched;
      return subKind === undefined ? [] : each(subKind, "signboard");
    }
  }
}

function dueGarbage(truths: readonly LabelledBox[]): readonly DueStill[] {
  const bins = boxesOf(truths, "bin", "overflowing-bin");
  return boxesOf(truths, "garbage").map((box) => {
    const bin = bins.find((one) => isBesideBin(box, one));
    return bin === undefined
      ? { subKind: "exposed-garbage", box }
      : { subKind: "bin-overflow", box: bin };
  });
}

function boxesOf(truths: readonly LabelledBox[], ...labels: readonly Label[]): NormBox[] {
  return truths.flatMap(({ label, box }) => (labels.includes(label) ? [box] : []));
}
