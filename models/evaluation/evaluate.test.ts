import { expect, test } from "vitest";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { type EvaluatedPicture, evaluate } from "./evaluate.ts";

const box = (xMin: number, xMax: number): NormBox => ({ xMin, xMax, yMin: 0, yMax: 1 });
const options = { together: [], drawCount: 200, seed: 1 };
const picture = (changes: Partial<EvaluatedPicture>): EvaluatedPicture => ({
  truths: [],
  ignored: [],
  found: [],
  ...changes,
});

const good = picture({
  truths: [{ label: "bin", box: box(0, 0.2) }],
  found: [{ label: "bin", score: 0.8, box: box(0, 0.2) }],
});
const mistaken = picture({
  truths: [{ label: "bin", box: box(0, 0.2) }],
  found: [{ label: "overflowing-bin", score: 0.9, box: box(0, 0.2) }],
});

test("labels without truth are left out, and what is found of them", () => {
  const [first, ...rest] = evaluate([good, mistaken], options);
  expect(rest).toEqual([]);
  expect(first?.name).toBe("bin");
  expect(first?.figures).toEqual({
    ap50: 0.5,
    ap50Low: 0,
    ap50High: 1,
    ap: 0.5,
    recallAtPrecision90: 0.5,
    recallAtPrecision80: 0.5,
    threshold: 0.8,
    // One right box in most draws: with one more wrong, half of them are right.
    choices: [{ precision: 0.5, threshold: 0.8, recall: 0.5 }],
    truths: 2,
    pictures: 2,
  });
});

test("labels judged together are one thing", () => {
  const together = [["bin", "overflowing-bin"]] as const;
  const evaluations = evaluate([good, mistaken], { ...options, together });
  expect(evaluations.map(({ name, figures }) => [name, figures.ap50])).toEqual([
    ["bin", 0.5],
    ["bin+overflowing-bin", 1],
  ]);
});

test("an ignored region hides what is found there of its own label alone", () => {
  const wrong = { score: 0.95, box: box(0.6, 0.8) };
  const pictures = [
    picture({
      truths: [
        { label: "bin", box: box(0, 0.2) },
        { label: "car", box: box(0, 0.2) },
      ],
      ignored: [{ label: "car", box: box(0.5, 1) }],
      found: [
        { label: "bin", score: 0.8, box: box(0, 0.2) },
        { label: "car", score: 0.8, box: box(0, 0.2) },
        { label: "bin", ...wrong },
        { label: "car", ...wrong },
      ],
    }),
  ];
  const found = evaluate(pictures, options).map(({ name, figures }) => [name, figures.ap50]);
  expect(found).toEqual([
    ["car", 1],
    ["bin", 0.5],
  ]);
});

test("a loose box counts at 0.5 and not at stricter overlaps", () => {
  const loose = picture({
    truths: [{ label: "stall", box: box(0, 0.1) }],
    found: [{ label: "stall", score: 0.9, box: box(0, 0.072) }],
  });
  const [{ figures } = { figures: undefined }] = evaluate([loose], options);
  expect(figures?.ap50).toBe(1);
  // 0.5, 0.55, 0.6, 0.65, 0.7 of ten.
  expect(figures?.ap).toBeCloseTo(0.5, 12);
});
