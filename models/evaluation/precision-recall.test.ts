/**
 * Goal: the figures are the textbook's. Method: rows by hand, and a naive reference that knows no
 * sorting: it asks for every score anew how many boxes are right.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  averagePrecision,
  type CurvePoint,
  type PictureVerdict,
  recallAtPrecision,
  VerdictTable,
} from "./precision-recall.ts";

/** Scores fall by their place: `+` is right, `-` wrong. */
function curveOf(text: string, truthCount: number): CurvePoint[] {
  const judged = Array.from(text, (sign, index) => ({
    score: 1 - index / 100,
    isRight: sign === "+",
  }));
  return new VerdictTable([{ truthCount, judged }]).curve();
}

const rows = [
  { name: "all found, nothing wrong", text: "++++", truths: 4, ap: 1, recall: 1, threshold: 0.97 },
  {
    name: "half found, nothing wrong",
    text: "++",
    truths: 4,
    ap: 0.5,
    recall: 0.5,
    threshold: 0.99,
  },
  {
    name: "wrong ones behind cost nothing",
    text: "++--",
    truths: 2,
    ap: 1,
    recall: 1,
    threshold: 0.99,
  },
  { name: "a wrong one before all", text: "-+", truths: 1, ap: 0.5, recall: 0, threshold: null },
  {
    name: "the envelope bridges a dip",
    text: "+-++",
    truths: 3,
    ap: (1 + 0.75 + 0.75) / 3,
    recall: 1 / 3,
    threshold: 1,
  },
  {
    name: "nine of ten is precise enough",
    text: "-+++++++++",
    truths: 9,
    ap: 0.9,
    recall: 1,
    threshold: 0.91,
  },
  { name: "nothing found", text: "", truths: 3, ap: 0, recall: 0, threshold: null },
];
describe("by hand:", () => {
  test.each(rows)("$name", ({ text, truths, ap, recall, threshold }) => {
    const curve = curveOf(text, truths);
    expect(averagePrecision(curve)).toBeCloseTo(ap, 12);
    const point = recallAtPrecision(curve, 0.9);
    expect(point.recall).toBeCloseTo(recall, 12);
    expect(point.threshold ?? -1).toBeCloseTo(threshold ?? -1, 12);
  });
});

test("boxes of one score are one step: no order decides between them", () => {
  const judged = [
    { score: 0.5, isRight: true },
    { score: 0.5, isRight: false },
  ];
  for (const order of [judged, judged.toReversed()]) {
    const curve = new VerdictTable([{ truthCount: 1, judged: order }]).curve();
    expect(curve).toEqual([{ score: 0.5, precision: 0.5, recall: 1, boxes: 2 }]);
  }
});

const anyVerdict: fc.Arbitrary<PictureVerdict> = fc
  .array(
    fc.record({ score: fc.integer({ min: 1, max: 20 }).map((n) => n / 20), isRight: fc.boolean() }),
    { maxLength: 8 },
  )
  .chain((judged) => {
    const right = judged.filter(({ isRight }) => isRight).length;
    return fc.nat({ max: 4 }).map((missed) => ({ judged, truthCount: right + missed }));
  });
const anyVerdicts = fc.array(anyVerdict, { minLength: 1, maxLength: 5 });

/** Repeats pictures instead of weighing them, asks for each score anew, integrates from the left. */
function naive(verdicts: readonly PictureVerdict[], times: readonly number[]) {
  const all = verdicts.flatMap((verdict, index) =>
    Array.from({ length: times[index] ?? 0 }, () => verdict),
  );
  const boxes = all.flatMap(({ judged }) => judged);
  const truthCount = all.reduce((sum, one) => sum + one.truthCount, 0);
  if (truthCount === 0) return undefined;
  const points = boxes.map(({ score }) => {
    const counted = boxes.filter((box) => box.score >= score);
    const right = counted.filter(({ isRight }) => isRight).length;
    return { score, precision: right / counted.length, recall: right / truthCount };
  });
  const precisionFrom = (recall: number) =>
    Math.max(0, ...points.filter((p) => p.recall >= recall).map(({ precision }) => precision));
  const recalls = [...new Set(points.map(({ recall }) => recall))].toSorted((a, b) => a - b);
  const ap = recalls.reduce(
    (area, recall, index) => area + (recall - (recalls[index - 1] ?? 0)) * precisionFrom(recall),
    0,
  );
  const precise = points.filter(({ precision }) => precision >= 0.9).map(({ recall }) => recall);
  return { ap, recall: Math.max(0, ...precise) };
}

describe("against the naive way,", () => {
  const anyDraw = anyVerdicts.chain((verdicts) =>
    fc.tuple(
      fc.constant(verdicts),
      fc.array(fc.nat({ max: 3 }), { minLength: verdicts.length, maxLength: verdicts.length }),
    ),
  );

  test("pictures drawn any number of times give the same figures", () => {
    fc.assert(
      fc.property(anyDraw, ([verdicts, times]) => {
        const table = new VerdictTable(verdicts);
        const counts = Uint32Array.from(times);
        const curve = table.curve(counts);
        const want = naive(verdicts, times);
        expect(table.hasTruth(counts)).toBe(want !== undefined);
        expect(averagePrecision(curve)).toBeCloseTo(want?.ap ?? 0, 9);
        expect(recallAtPrecision(curve, 0.9).recall).toBeCloseTo(want?.recall ?? 0, 9);
      }),
    );
  });

  test("the threshold, taken as it is, keeps the precision and the recall that were promised", () => {
    fc.assert(
      fc.property(anyVerdicts, (verdicts) => {
        const { recall, threshold } = recallAtPrecision(new VerdictTable(verdicts).curve(), 0.9);
        if (threshold === null) return;
        const kept = verdicts.flatMap(({ judged }) => judged).filter((b) => b.score >= threshold);
        const right = kept.filter(({ isRight }) => isRight).length;
        const truths = verdicts.reduce((sum, { truthCount }) => sum + truthCount, 0);
        expect(right / kept.length).toBeGreaterThanOrEqual(0.9);
        expect(right / truths).toBeCloseTo(recall, 12);
      }),
    );
  });

  test("average precision lies between 0 and the share that was found", () => {
    fc.assert(
      fc.property(anyVerdicts, (verdicts) => {
        const curve = new VerdictTable(verdicts).curve();
        const ap = averagePrecision(curve);
        expect(ap).toBeGreaterThanOrEqual(0);
        expect(ap).toBeLessThanOrEqual((curve.at(-1)?.recall ?? 0) + 1e-12);
      }),
    );
  });
});
