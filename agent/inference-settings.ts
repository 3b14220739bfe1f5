/** How the detectors run: as tuned, as the configuration says, or what is safe everywhere. */
import type { AgentConfig } from "../config/agent-config.ts";
import type { PreparedModel } from "./inference/model-store.ts";
import { commonSettings, runSettings } from "./inference/run-settings.ts";
import type { Log } from "./runtime/log.ts";

export function inferenceSettings(
  { inference }: AgentConfig,
  models: ReadonlyMap<string, PreparedModel>,
  log: Log,
) {
  const tuned = commonSettings([...models.values()].map(({ settings }) => settings));
  const settings = runSettings(inference, tuned);
  const { sessions, threads, provider, batch } = settings;
  const { batchWaitMs } = inference;
  log.info(
    { ...settings },
    tuned === undefined
      ? "detectors run untuned; kerbside models tune may find faster settings"
      : "detectors run in the settings that tuning found",
  );
  const sessionSettings = { threads, provider };
  return { workerCount: sessions, sessionSettings, batchMax: batch, batchWaitMs };
}
