import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Label, labelIndex, labels } from "../../pipelines/domain/label.ts";
import { Candidates } from "./candidates.ts";
import { groupNumbers, suppress } from "./nms.ts";

interface Box {
  readonly label: Label;
  readonly score: number;
  readonly box: readonly [number, number, number, number];
}

/** Whole numbers hold exactly in float32; few values make ties and full overlaps common. */
const side = fc.integer({ min: 0, max: 12 });
const anyBox: fc.Arbitrary<Box> = fc
  .record({
    label: fc.constantFrom<Label>("car", "truck", "person", "two-wheeler"),
    score: fc.integer({ min: 1, max: 16 }).map((sixteenths) => sixteenths / 16),
    box: fc.tuple(side, side, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })),
  })
  .map(({ box: [x, y, width, height], ...rest }) => ({
    ...rest,
    box: [x, y, x + width, y + height],
  }));
const anyBoxes = fc.array(anyBox, { maxLength: 30 });
const anyIou = fc.constantFrom(0, 0.25, 0.45, 0.5, 0.8, 1);
const vehicles: readonly (readonly Label[])[] = [["car", "bus", "truck"]];

function run(
  boxes: readonly Box[],
  iou: number,
  { scope = "group", keptMax = 300 }: { scope?: "group" | "label"; keptMax?: number } = {},
): Box[] {
  const candidates = new Candidates(64);
  for (const { label, score, box } of boxes) candidates.add(score, labelIndex(label), ...box);
  const order = new Uint32Array(64);
  const groupOf = groupNumbers(vehicles, scope);
  const kept = suppress(candidates, { iou, groupOf, keptMax }, order);
  return Array.from(order.subarray(0, kept), (index) => ({
    label: labels[candidates.labelIndices[index] ?? -1] ?? "car",
    score: candidates.scores[index] ?? 0,
    box: [0, 1, 2, 3].map((at) => candidates.boxes[index * 4 + at]) as unknown as Box["box"], // four
  }));
}

/** As the books have it: sort, take the best, throw away what it covers, repeat. */
function naive(boxes: readonly Box[], iou: number, isSameThing: (a: Label, b: Label) => boolean) {
  let left = boxes.toSorted(
    (a, b) =>
      b.score - a.score ||
      labelIndex(a.label) - labelIndex(b.label) ||
      a.box.map((value, at) => value - (b.box[at] ?? 0)).find((difference) => difference !== 0) ||
      0,
  );
  const kept: Box[] = [];
  for (let best = left[0]; best !== undefined; best = left[0]) {
    const chosen = best;
    kept.push(chosen);
    left = left
      .slice(1)
      .filter((box) => !isSameThing(box.label, chosen.label) || overlap(box, chosen) <= iou);
  }
  return kept;
}

function overlap({ box: a }: Box, { box: b }: Box): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = (box: Box["box"]) => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

const isVehicle = (label: Label) => vehicles[0]?.includes(label) === true;

describe("what stays", () => {
  test("is what the naive way keeps, within groups", () => {
    const isSameThing = (a: Label, b: Label) => a === b || (isVehicle(a) && isVehicle(b));
    fc.assert(
      fc.property(anyBoxes, anyIou, (boxes, iou) => {
        expect(run(boxes, iou)).toEqual(naive(boxes, iou, isSameThing));
      }),
    );
  });

  test("is what the naive way keeps, per label", () => {
    fc.assert(
      fc.property(anyBoxes, anyIou, (boxes, iou) => {
        expect(run(boxes, iou, { scope: "label" })).toEqual(naive(boxes, iou, (a, b) => a === b));
      }),
    );
  });

  test("does not depend on the order of arrival", () => {
    const shuffled = anyBoxes.chain((boxes) =>
      fc.tuple(
        fc.constant(boxes),
        fc.shuffledSubarray(boxes, { minLength: boxes.length, maxLength: boxes.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, anyIou, ([boxes, others], iou) => {
        expect(run(others, iou)).toEqual(run(boxes, iou));
      }),
    );
  });

  test("falls in score, and nothing that stays covers another of its group", () => {
    fc.assert(
      fc.property(anyBoxes, anyIou, (boxes, iou) => {
        const kept = run(boxes, iou);
        for (const [index, box] of kept.entries()) {
          const later = kept.slice(index + 1);
          expect(later.filter(({ score }) => score > box.score)).toEqual([]);
          const covered = later.filter(
            (other) => other.label === box.label && overlap(box, other) > iou,
          );
          expect(covered).toEqual([]);
        }
      }),
    );
  });

  test("is at most as many as asked for, the best ones", () => {
    fc.assert(
      fc.property(anyBoxes, fc.nat({ max: 10 }), (boxes, keptMax) => {
        expect(run(boxes, 0.5, { keptMax })).toEqual(run(boxes, 0.5).slice(0, keptMax));
      }),
    );
  });
});

const car: Box = { label: "car", score: 0.6, box: [0, 0, 10, 10] };
const rows = [
  { name: "a car and a truck on one vehicle are one thing", other: "truck", want: 1 },
  { name: "a person in front of a car stays", other: "person", want: 2 },
] as const;
test.each(rows)("$name", ({ other, want }) => {
  expect(run([car, { label: other, score: 0.5, box: [0, 0, 10, 9] }], 0.45)).toHaveLength(want);
});
