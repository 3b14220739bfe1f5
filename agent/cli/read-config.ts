/**
 * What every command that works with a configuration does first: read it, load its detectors.
 *
 * Warnings go to standard error; a wrong file is one CONFIG_INVALID with all findings, each with
 * its place.
 */
import { readFileSync } from "node:fs";
import type { AgentConfig } from "../../config/agent-config.ts";
import { type ReadFile, readFromDisk } from "../../config/file-access.ts";
import { loadConfig } from "../../config/load.ts";
import { knownModels } from "../inference/model-manifest.ts";
import { loadModel, type PreparedModel } from "../inference/model-store.ts";
import type { ModelFolders } from "../inference/model-weights.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { systemClock } from "../runtime/clock.ts";
import { modelNames } from "../views.ts";
import type { CommandIo } from "./command.ts";
import { modelsFolderOf } from "./models-folder.ts";

/** Throws CONFIG_INVALID with every finding in its message. */
export async function readConfig(
  file: string,
  io: CommandIo,
  readFile: ReadFile = readFromDisk,
): Promise<AgentConfig> {
  const result = loadConfig(file, {
    env: io.env,
    cwd: io.cwd,
    readFile,
    nowMs: systemClock.wallMs(),
    models: await knownModels(modelsFolderOf(io)),
    missingCalendarYear: "warning",
  });
  for (const warning of result.warnings) {
    io.stderr(
      `${warning.file}:${warning.line}:${warning.column}  ${warning.path}  warning: ${warning.message}\n`,
    );
  }
  if (result.ok) {
    io.redactor.learn(secretsOf(result.config));
    return result.config;
  }
  const lines = result.errors.map(
    (error) => `${error.file}:${error.line}:${error.column}  ${error.path}  ${error.message}`,
  );
  throw new AgentError(
    "CONFIG_INVALID",
    `${file} is not right:\n${lines.join("\n")}`,
    `Correct it; kerbside check ${file} says when it is right.`,
  );
}

/** Everything of a configuration that nobody may see. */
function secretsOf({ hub, cameras }: AgentConfig): readonly string[] {
  const addresses = cameras.flatMap(({ main, substream }) => [main, substream]);
  // Some brokers take a token for the user and want no password.
  const login = hub?.password?.reveal() ?? hub?.user;
  const ofCameras = addresses.flatMap((address) => address?.secrets ?? []);
  return [login, ...ofCameras.map((secret) => secret.reveal())].filter(
    (secret) => secret !== undefined,
  );
}

/** By name: every model that a view of the configuration looks with. */
export async function loadModels(
  config: AgentConfig,
  folders: ModelFolders,
): Promise<ReadonlyMap<string, PreparedModel>> {
  const models = new Map<string, PreparedModel>();
  for (const name of modelNames(config)) models.set(name, await loadModel(name, folders));
  return models;
}

export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
