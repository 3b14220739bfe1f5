/**
 * Persons near a spot from look to look: who lingers there, and who passes.
 *
 * Whoever is seen twice in one place lingers, also when the looks between missed him, and is there
 * for as long as a detector may miss somebody who stands. Nobody is told from anybody else, and
 * nothing is kept of them but their boxes, for a few looks. Pure.
 */
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import { blend } from "../presence/blend.ts";
import type { PersonNear } from "./vending-memory.ts";

/** A person whose box overlaps one of a look before by this much has stayed. */
const overlapMin = 0.35;
/** So many looks in a row may miss somebody who stays. */
const missCountMax = 3;
const seenCountMax = 3;
const peopleMax = 16;

/** `boxes`: of this look; `isNear`: for those that are new, since feet are not seen to the inch. */
export function followPeople(
  known: readonly PersonNear[],
  boxes: readonly NormBox[],
  isNear: (box: NormBox) => boolean,
): readonly PersonNear[] {
  const left = [...boxes];
  const followed = known.flatMap((person): readonly PersonNear[] => {
    const index = bestOf(left, person.box);
    const [box] = index === undefined ? [] : left.splice(index, 1);
    if (box === undefined) {
      const missCount = person.missCount + 1;
      return missCount > missCountMax ? [] : [{ ...person, missCount }];
    }
    const seenCount = Math.min(seenCountMax, person.seenCount + 1);
    return [{ box: rounded(blend(person.box, box, 1 / seenCount)), seenCount, missCount: 0 }];
  });
  const newcomers = left
    .filter(isNear)
    .map((box) => ({ box: rounded(box), seenCount: 1, missCount: 0 }));
  const people = [...followed, ...newcomers];
  // Those seen last stay.
  return people.toSorted((a, b) => a.missCount - b.missCount).slice(0, peopleMax);
}

/** Somebody stays there. */
export function lingers({ seenCount }: PersonNear): boolean {
  return seenCount >= 2;
}

function bestOf(boxes: readonly NormBox[], place: NormBox): number | undefined {
  let best: number | undefined;
  let most = overlapMin;
  for (const [index, box] of boxes.entries()) {
    const overlap = boxOverlap(place, box);
    if (overlap < most) continue;
    [best, most] = [index, overlap];
  }
  return best;
}

function rounded({ xMin, yMin, xMax, yMax }: NormBox): NormBox {
  return { xMin: round(xMin), yMin: round(yMin), xMax: round(xMax), yMax: round(yMax) };
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
