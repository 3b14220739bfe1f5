/** What DETR-style heads answer: labels, boxes and scores apart, one row a query. */
import { describe, expect, test } from "vitest";
import { detectionLabel } from "../../pipelines/domain/detections.ts";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import { tinyDetectorManifest } from "../../test-fixtures/tiny-detector.ts";
import { detectionDecoder } from "./detection-decoder.ts";
import type { ModelOutputs } from "./model-output.ts";

const whole = {
  contentX: 0,
  contentY: 0,
  contentWidth: 64,
  contentHeight: 64,
  crop: wholePicture,
};

describe("DETR-style answers", () => {
  const detr = detectionDecoder({
    ...tinyDetectorManifest(),
    classes: { "0": "person", "2": "car", "3": "truck" },
    thresholds: { person: 0.25, car: 0.25, truck: 0.25 },
    groups: [["car", "truck"]],
    sizeInput: { name: "sizes", type: "int64", order: "width-height" },
    decoder: { kind: "detr", labels: "labels", boxes: "boxes", scores: "scores", classCount: 5 },
    nms: { scope: "group", iou: 0.8 },
  });

  type Answer = readonly [number, number, readonly [number, number, number, number]];
  const run = (answers: readonly Answer[]) => {
    const outputs: ModelOutputs = {
      labels: {
        dims: [1, answers.length],
        data: BigInt64Array.from(answers, ([label]) => BigInt(label)),
      },
      scores: { dims: [1, answers.length], data: Float32Array.from(answers, ([, score]) => score) },
      boxes: {
        dims: [1, answers.length, 4],
        data: Float32Array.from(answers.flatMap(([, , box]) => box)),
      },
    };
    const detections = detr.decode(outputs, 0, whole);
    return Array.from(
      { length: detections.count },
      (_, index) => `${detectionLabel(detections, index)} ${detections.scores[index]}`,
    );
  };

  const rows: readonly { name: string; answers: readonly Answer[]; want: readonly string[] }[] = [
    { name: "no answers", answers: [], want: [] },
    { name: "a car", answers: [[2, 0.75, [0, 0, 32, 32]]], want: ["car 0.75"] },
    { name: "an answer below its threshold", answers: [[2, 0.125, [0, 0, 32, 32]]], want: [] },
    {
      name: "one query under two labels",
      answers: [
        [3, 0.75, [0, 0, 32, 32]],
        [2, 0.5, [0, 0, 32, 32]],
        [0, 0.25, [0, 0, 32, 32]],
      ],
      want: ["truck 0.75"],
    },
    {
      name: "two queries on one vehicle",
      answers: [
        [3, 0.75, [0, 0, 32, 32]],
        [2, 0.5, [0, 0, 32, 31]],
      ],
      want: ["truck 0.75"],
    },
    {
      name: "two cars that overlap by half",
      answers: [
        [2, 0.75, [0, 0, 32, 32]],
        [2, 0.5, [8, 0, 40, 32]],
      ],
      want: ["car 0.75", "car 0.5"],
    },
    {
      name: "a dropped class in front of a mapped one",
      answers: [
        [1, 0.75, [0, 0, 32, 32]],
        [2, 0.5, [0, 0, 32, 32]],
      ],
      want: ["car 0.5"],
    },
    {
      name: "labels outside the model's classes",
      answers: [
        [-1, 0.75, [0, 0, 32, 32]],
        [99, 0.5, [0, 0, 32, 32]],
      ],
      want: [],
    },
    {
      name: "a box beyond the picture",
      answers: [[2, 0.75, [-2, -2, 70, 70]]],
      want: ["car 0.75"],
    },
    { name: "a score that is not a number", answers: [[2, Number.NaN, [0, 0, 9, 9]]], want: [] },
  ];
  test.each(rows)("$name: $want", ({ answers, want }) => {
    expect(run(answers)).toEqual(want);
  });
});
