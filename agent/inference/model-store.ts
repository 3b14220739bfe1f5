/**
 * From a model's name to everything that the inference loop needs of it.
 *
 * Reads manifest and weights, checks the hash, prepares the graph or takes the prepared one from
 * the data folder. What comes back is checked: nobody behind this file looks at a manifest with
 * doubt. Decoders hold scratch memory, so a worker thread makes its own with `detectionDecoder`
 * from the manifest, which can be sent to it as it is.
 */
import { detectionDecoder } from "../../models/decode/detection-decoder.ts";
import type { ModelOutputs } from "../../models/decode/model-output.ts";
import type { Placement } from "../../models/decode/placement.ts";

import { GraphError } from "../../models/graph/graph-error.ts";
import { preparationVersion, prepareGraph } from "../../models/graph/prepare-graph.ts";
import { type Manifest, modelTag, preparedInputName } from "../../models/manifest.ts";
import type { Detections } from "../../pipelines/domain/detections.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { readManifest } from "./model-manifest.ts";
import { type ModelFolders, modelDataFolder, readWeights, sha256Of } from "./model-weights.ts";
import { cachedGraph } from "./prepared-cache.ts";
import type { RunSettings } from "./run-settings.ts";

export interface PreparedModel {
  readonly manifest: Manifest;
  /** ONNX; takes uint8 [N, 3, inputHeight, inputWidth] as `inputName`, for any N. */
  readonly graph: Uint8Array;
  readonly inputName: string;
  /** `yolox-nano@695e750a5d57` */
  readonly modelTag: string;
  readonly inputWidth: number;
  readonly inputHeight: number;
  readonly fit: Manifest["input"]["fit"];
  readonly fill: number;
  readonly channels: Manifest["input"]["channels"];
  /** How this device runs it fastest; absent where nobody tuned. */
  readonly settings?: RunSettings;
  /** It did not come with the product: it is tried before the agent's threads load it. */
  readonly isForeign?: true;
  /** Detections of one picture of a batch. Uses scratch memory: for one thread. */
  decode(outputs: ModelOutputs, batchIndex: number, placement: Placement): Detections;
}

export async function loadModel(name: string, folders: ModelFolders): Promise<PreparedModel> {
  const manifest = await readManifest(name, folders.modelsFolder);
  const { bytes, isShipped } = await readWeights(manifest, folders);
  const graph = await cachedGraph(
    modelDataFolder(manifest, folders),
    preparationKey(manifest),
    () => prepare(bytes, manifest),
    manifest.variant,
  );
  const model = preparedModel(manifest, graph);
  return isShipped ? model : { ...model, isForeign: true };
}

/** From weights in memory, past every folder: a file that somebody names. */
export function modelOf(manifest: Manifest, weights: Uint8Array): PreparedModel {
  return preparedModel(manifest, prepare(weights, manifest));
}

function preparedModel(manifest: Manifest, graph: Uint8Array): PreparedModel {
  const { input } = manifest;
  const decoder = detectionDecoder(manifest);
  return {
    manifest,
    graph,
    inputName: preparedInputName,
    modelTag: modelTag(manifest),
    inputWidth: input.width,
    inputHeight: input.height,
    fit: input.fit,
    fill: input.fill,
    channels: input.channels,
    decode: (outputs, batchIndex, placement) => decoder.decode(outputs, batchIndex, placement),
  };
}

/** Everything that a prepared graph depends on. */
function preparationKey({ file, input, sizeInput, decoder }: Manifest): string {
  const settings = sha256Of(JSON.stringify({ input, sizeInput, decoder })).slice(0, 8);
  return `${file.sha256.slice(0, 16)}-v${preparationVersion}-${settings}`;
}

function prepare(weights: Uint8Array, manifest: Manifest): Uint8Array {
  try {
    return prepareGraph(weights, manifest);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new AgentError(
      "MODEL_GRAPH_UNSUPPORTED",
      `the graph of model ${manifest.name} cannot be prepared: ${error.message}`,
      "Correct the manifest, or export the model again with a free batch dimension.",
      { cause: error },
    );
  }
}
