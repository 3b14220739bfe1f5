/** The configuration file of `kerbside run`, as the box's page gets it: check and apply, one at a time. */
import { resolve } from "node:path";
import { loadConfig } from "../../config/load.ts";
import type { ConfigurationPort } from "../console/console-ports.ts";
import { knownModels } from "../inference/model-manifest.ts";
import { systemClock } from "../runtime/clock.ts";
import { modelsFolderOf } from "./models-folder.ts";
import type { ConfigurationSource } from "./start-configuration.ts";

export function configurationPort(
  { file, io }: Pick<ConfigurationSource, "file" | "io">,
  running: { readonly apply: () => Promise<void>; readonly refused: () => string | undefined },
): ConfigurationPort {
  let before: Promise<unknown> = Promise.resolve();
  return {
    file: resolve(io.cwd, file),
    check: async (readFile) =>
      loadConfig(file, {
        env: io.env,
        cwd: io.cwd,
        nowMs: systemClock.wallMs(),
        models: await knownModels(modelsFolderOf(io)),
        missingCalendarYear: "warning",
        ...(readFile === undefined ? {} : { readFile }),
      }),
    reload: async () => {
      const mine = before.then(running.apply);
      before = mine.catch(() => undefined);
      try {
        await mine;
        return { isApplied: true };
      } catch (error) {
        return { isApplied: false, why: error instanceof Error ? error.message : String(error) };
      }
    },
    refused: running.refused,
  };
}
