/**
 * Runs a loaded model once and says where it differs from what its manifest promises.
 *
 * For a person on a new kind of box: does this processor, with this runtime, say the same numbers?
 * It blocks its thread for some tens of milliseconds, so it is for the command line alone.
 */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { goldenDifferences, syntheticPicture } from "../../models/golden.ts";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { terminalText } from "../runtime/terminal-text.ts";
import type { PreparedModel } from "./model-store.ts";
import type { SessionSettings } from "./run-settings.ts";
import { plainSession, sessionOptions } from "./session-options.ts";

/** Of what the runtime says, which quotes names in the model's file. */
const textCharsMax = 1_000;
/** A batch may be summed in another order than a single picture. */
const batchTolerance = 1e-4;

/** One line for each difference; empty when the model says what it should. */
export async function verifyModel(
  model: PreparedModel,
  settings: SessionSettings = plainSession,
): Promise<string[]> {
  const session = await open(model, settings);
  try {
    const picture = syntheticPicture(model.manifest.input);
    const single = await session.run(feed(model, [picture]));
    const batch = await session.run(feed(model, [picture.toReversed(), picture]));
    const { inputWidth, inputHeight } = model;
    // Throws when the outputs have another shape than the manifest says.
    model.decode(single, 0, {
      contentX: 0,
      contentY: 0,
      contentWidth: inputWidth,
      contentHeight: inputHeight,
      crop: wholePicture,
    });
    return [...goldenDifferences(model.manifest, single), ...batchDifferences(single, batch)];
  } finally {
    await session.release();
  }
}

async function open(model: PreparedModel, settings: SessionSettings): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model.graph, sessionOptions(settings));
  } catch (cause) {
    throw new AgentError(
      "MODEL_GRAPH_UNSUPPORTED",
      `the runtime does not load model ${model.manifest.name}: ` +
        terminalText(cause instanceof Error ? cause.message : String(cause), textCharsMax),
      "The graph may need a newer runtime; npm ci brings the one that belongs to this version.",
      { cause },
    );
  }
}

function feed(model: PreparedModel, pictures: readonly Uint8Array[]): Record<string, Tensor> {
  const { inputName, inputWidth, inputHeight } = model;
  const dims = [pictures.length, 3, inputHeight, inputWidth];
  return { [inputName]: new Tensor("uint8", new Uint8Array(Buffer.concat(pictures)), dims) };
}

/** The second picture of the batch must be told as if it were alone. */
function batchDifferences(
  single: InferenceSession.ReturnType,
  batch: InferenceSession.ReturnType,
): string[] {
  return Object.entries(single).flatMap(([name, { data }]) => {
    const together = batch[name]?.data;
    if (!(data instanceof Float32Array) || !(together instanceof Float32Array)) return [];
    const second = together.subarray(data.length);
    const largest = data.reduce((max, value, index) => {
      const apart = Math.abs(value - (second[index] ?? Number.NaN));
      return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(max, apart);
    }, 0);
    return largest <= batchTolerance ? [] : [`${name} differs by ${largest} in a batch of two`];
  });
}
