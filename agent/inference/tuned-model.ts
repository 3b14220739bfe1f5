/**
 * A model as the agent runs it: the variant that tuning found fastest on this device, with how it
 * runs fastest, or the weights as they were trained where nobody tuned. Never a reason not to start.
 */
import type { Log } from "../runtime/log.ts";
import { checkProvider } from "./execution-providers.ts";
import { readManifest } from "./model-manifest.ts";
import { loadModel as loadPrepared, type PreparedModel } from "./model-store.ts";
import { tryModel } from "./model-trial.ts";
import { verifyModel } from "./model-verify.ts";
import { type ModelFolders, modelDataFolder } from "./model-weights.ts";
import type { RunSettings } from "./run-settings.ts";
import { findTuning } from "./tuning-store.ts";

export async function loadTunedModel(
  name: string,
  folders: ModelFolders,
  log: Log,
  tryForeign: typeof tryModel = tryModel,
): Promise<PreparedModel> {
  const loadModel = async (each: string): Promise<PreparedModel> => {
    const model = await loadPrepared(each, folders);
    if (model.isForeign) {
      await tryForeign(model, { folder: modelDataFolder(model.manifest, folders) });
    }
    return model;
  };
  const manifest = await readManifest(name, folders.modelsFolder);
  const tuning = await findTuning(manifest, folders);
  // Nothing to choose; the agent says in which settings its detectors run.
  if (tuning === undefined && manifest.variants === undefined) return await loadModel(name);
  if (tuning === undefined || tuning === "void") {
    const why =
      tuning === "void"
        ? "what tuning found is for another processor, runtime or other weights"
        : "this device was not tuned for the detector";
    log.info(
      { model: name },
      `${why}: it runs as it was trained, in settings that are safe everywhere; ` +
        `kerbside models tune ${name} finds faster ones`,
    );
    return await loadModel(name);
  }
  const { choice, settings } = tuning;
  try {
    const model = await loadModel(choice);
    await checkStarts(model, settings);
    log.info(
      { model: model.modelTag, ...settings },
      "the detector runs as tuning found it fastest",
    );
    return { ...model, settings };
  } catch (error) {
    if (choice === name && settings.provider === "cpu") throw error;
    log.warn({ err: error, model: name }, "the tuned detector does not load: it runs as trained");
    return await loadModel(name);
  }
}

/** A driver may have gone since. The processor never has: it costs the start nothing. */
async function checkStarts(model: PreparedModel, settings: RunSettings): Promise<void> {
  if (settings.provider === "cpu") return;
  checkProvider(settings.provider);
  const faults = await verifyModel(model, settings);
  if (faults.length > 0) throw new Error(`on ${settings.provider} ${faults.join("; ")}`);
}
