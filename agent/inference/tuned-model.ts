/**
 * A model as the agent runs it: the variant that tuning found fastest on this device, or the weights
 * as they were trained where nobody tuned. Never a reason not to start.
 */
import type { Log } from "../runtime/log.ts";
import { readManifest } from "./model-manifest.ts";
import { loadModel, type PreparedModel } from "./model-store.ts";
import type { ModelFolders } from "./model-weights.ts";
import { findTuning } from "./tuning-store.ts";

export async function loadTunedModel(
  name: string,
  folders: ModelFolders,
  log: Log,
): Promise<PreparedModel> {
  const manifest = await readManifest(name, folders.modelsFolder);
  if (manifest.variants === undefined) return await loadModel(name, folders);
  const tuning = await findTuning(manifest, folders);
  if (tuning === undefined) {
    log.info(
      { model: name },
      `this device was not tuned for the detector, which runs as it was trained; ` +
        `kerbside models tune ${name} finds out whether a variant is faster`,
    );
    return await loadModel(name, folders);
  }
  try {
    const model = await loadModel(tuning.choice, folders);
    log.info({ model: model.modelTag }, "the detector runs as tuning found it fastest");
    return model;
  } catch (error) {
    if (tuning.choice === name) throw error;
    log.warn({ err: error, model: name }, "the tuned variant does not load: it runs as trained");
    return await loadModel(name, folders);
  }
}
