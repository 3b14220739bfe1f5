/**
 * What a session says, decoded: the input's bytes are the numbers themselves.
 *
 * Holds for every input: boxes lie in what was looked at and have an area, scores are shares in
 * falling order, labels are ours; the rules can be fed with it.
 */

import { areSound } from "../../../agent/store/packed-detections.ts";
import { detectionDecoder } from "../../../models/decode/detection-decoder.ts";
import type { ModelOutputs } from "../../../models/decode/model-output.ts";
import { tinyDetectorManifest } from "../../tiny-detector.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const grid = tinyDetectorManifest(undefined, {
  decoder: { kind: "yolox-grid", output: "output", strides: [8, 16, 32], classCount: 2 },
  thresholds: { person: 0, car: 0.3 },
});
const detr = tinyDetectorManifest(undefined, {
  decoder: { kind: "detr", labels: "labels", boxes: "boxes", scores: "scores", classCount: 2 },
  thresholds: { person: 0, car: 0.3 },
});
const decoders = [detectionDecoder(grid), detectionDecoder(detr)] as const;
const cells = 64 + 16 + 4;
const values = new Float32Array(cells * 7);
const crop = { xMin: 0.25, yMin: 0.5, xMax: 1, yMax: 1 };
const placement = { contentX: 0, contentY: 0, contentWidth: 64, contentHeight: 36, crop };

const numbers = (...list: readonly number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(list).buffer);
const seed = numbers(
  ...Array.from({ length: cells }, (_, row) => [0.5, 0.5, 1, 1, 0.9, (row % 10) / 10, 0.4]).flat(),
);

function outputsOf(bytes: Uint8Array): readonly [ModelOutputs, ModelOutputs] {
  values.fill(0);
  new Uint8Array(values.buffer).set(bytes.subarray(0, values.byteLength));
  const queries = 100;
  const labels = new BigInt64Array(queries);
  new Uint8Array(labels.buffer).set(bytes.subarray(0, labels.byteLength));
  // Half of them are ours, or every input would be dropped at the first look.
  for (let query = 0; query < queries; query += 2) labels[query] = BigInt(query % 4 === 0);
  return [
    { output: { data: values, dims: [1, cells, 7] } },
    {
      labels: { data: labels, dims: [1, queries] },
      boxes: { data: values.subarray(0, queries * 4), dims: [1, queries, 4] },
      scores: { data: values.subarray(queries * 4, queries * 5), dims: [1, queries] },
    },
  ];
}

export const detectorOutput: FuzzTarget = {
  name: "detector-output",
  corpus: () => [seed, new Uint8Array(0), seed.map((byte) => byte ^ 0x80)],
  tokens: [
    numbers(Number.NaN),
    numbers(Number.POSITIVE_INFINITY),
    numbers(Number.NEGATIVE_INFINITY),
    numbers(-0),
    numbers(1e-45),
    numbers(3.4e38),
    numbers(-3.4e38),
    numbers(1.000001),
    numbers(1, 1, 1, 1, 1, 1, 1),
  ],
  inputBytesMax: 4_096,
  run: (bytes) => {
    for (const [index, outputs] of outputsOf(bytes).entries()) {
      const found = decoders[index]?.decode(outputs, 0, placement);
      if (found === undefined) throw new Error("no decoder");
      if (!areSound(found)) throw new Error("detections that no detector may say");
      for (let at = 0; at < found.count; at++) {
        const [xMin = -1, yMin = -1, xMax = 2, yMax = 2] = found.boxes.subarray(at * 4, at * 4 + 4);
        const isInside = xMin >= crop.xMin && yMin >= crop.yMin && xMax <= 1 && yMax <= 1;
        if (!isInside || xMin >= xMax || yMin >= yMax)
          throw new Error("a box outside, or of nothing");
        if (at > 0 && (found.scores[at - 1] ?? 0) < (found.scores[at] ?? 0))
          throw new Error("order");
      }
    }
  },
  isExpected: () => false,
  memoryBoundBytes: 16 * 1_024 * 1_024,
  testInputs: 300,
};
