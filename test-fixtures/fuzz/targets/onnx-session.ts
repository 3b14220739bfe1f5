/**
 * The runtime itself on graphs that preparation let through: loaded and run once, in this process.
 *
 * Holds for every input: an error that a person is told, or an answer that is decoded or refused.
 * An input that ends the process shows as the end of the fuzzer; that is what the trial in a
 * process of its own is for (`agent/inference/model-trial.ts`).
 */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { plainSession, sessionOptions } from "../../../agent/inference/session-options.ts";
import { areSound } from "../../../agent/store/packed-detections.ts";
import { detectionDecoder } from "../../../models/decode/detection-decoder.ts";
import { syntheticPicture } from "../../../models/golden.ts";
import { GraphError } from "../../../models/graph/graph-error.ts";
import { prepareGraph } from "../../../models/graph/prepare-graph.ts";
import { wholePicture } from "../../../pipelines/domain/geometry.ts";
import { tinyDetectorBytes, tinyDetectorManifest, tinyInputSize } from "../../tiny-detector.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { onnxGraph } from "./onnx-graph.ts";

const manifest = tinyDetectorManifest();
const decoder = detectionDecoder(manifest);
const size = tinyInputSize;
const content = { contentX: 0, contentY: 0, contentWidth: size, contentHeight: size };
const picture = syntheticPicture(manifest.input);

function prepared(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return prepareGraph(bytes, manifest);
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

export const onnxSession: FuzzTarget = {
  ...onnxGraph,
  name: "onnx-session",
  corpus: () => [tinyDetectorBytes()],
  inputBytesMax: 8 * 1_024,
  run: async (bytes) => {
    const graph = prepared(bytes);
    if (graph === undefined) return;
    const options = { ...sessionOptions(plainSession), logSeverityLevel: 4 as const };
    const session = await InferenceSession.create(graph, options);
    try {
      const pixels = new Tensor("uint8", picture, [1, 3, size, size]);
      const outputs = await session.run({ pixels });
      const found = decoder.decode(outputs, 0, { ...content, crop: wholePicture });
      if (!areSound(found)) throw new TypeError("unsound");
    } finally {
      await session.release();
    }
  },
  // The runtime throws plain errors; what decoding refuses is a RangeError or a TypeError.
  isExpected: (error) => error instanceof Error && error.message !== "unsound",
  memoryBoundBytes: 512 * 1_024 * 1_024,
  timeBoundMs: 2_000,
  testInputs: 20,
};
