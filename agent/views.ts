/** Which views the inference loop looks at: those of every camera that a rule can use. */
import type { AgentConfig } from "../config/agent-config.ts";
import type { PreparedModel } from "./inference/model-store.ts";
import type { ViewJob } from "./inference/ports.ts";

/** Throws when a model is missing: the caller loaded `modelNames` before. */
export function viewJobs(
  config: AgentConfig,
  models: ReadonlyMap<string, PreparedModel>,
): readonly ViewJob[] {
  return config.cameras.flatMap((camera) =>
    camera.rules.views.map((view) => {
      const model = models.get(view.model);
      if (model === undefined) throw new Error(`model ${view.model} was not loaded`);
      const { id: viewId, stream, crop, everyMs, thresholds, reuseMs } = view;
      const job = { cameraId: camera.id, viewId, stream, crop, everyMs, model };
      return {
        ...job,
        ...(thresholds === undefined ? {} : { thresholds }),
        ...(reuseMs === undefined ? {} : { reuseMs }),
      };
    }),
  );
}

/** Names of the models that the configuration looks with. */
export function modelNames(config: AgentConfig): readonly string[] {
  return [...new Set(config.cameras.flatMap(({ rules }) => rules.views.map(({ model }) => model)))];
}
