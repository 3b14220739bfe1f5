/**
 * What `kerbside run` starts on: the file that it is given, or the one that ran last when that is
 * not right.
 *
 * Not right is what `kerbside check` finds, a file that is gone or may not be read, and a detector
 * that cannot be loaded. A box that never had a good file says so and ends, as any command does.
 */
import { resolve } from "node:path";
import type { AgentConfig } from "../../config/agent-config.ts";
import type { ReadFile } from "../../config/file-access.ts";
import type { PreparedModel } from "../inference/model-store.ts";
import type { AgentError } from "../runtime/agent-error.ts";
import type { Log } from "../runtime/log.ts";
import { modelNames } from "../views.ts";
import type { CommandIo } from "./command.ts";
import {
  type ConfigurationFiles,
  readLastConfiguration,
  recordFiles,
  writeLastConfiguration,
} from "./last-configuration.ts";
import { readConfig } from "./read-config.ts";
import { isWrongUse } from "./wrong-use.ts";

export interface ConfigurationSource {
  readonly file: string;
  readonly dataFolder: string;
  readonly io: CommandIo;
  readonly loadModel: (name: string, config: AgentConfig) => Promise<PreparedModel>;
}

export interface LoadedConfiguration {
  readonly config: AgentConfig;
  readonly models: ReadonlyMap<string, PreparedModel>;
  /** What it was made of. */
  readonly files: ConfigurationFiles;
}

export interface RefusedConfiguration {
  readonly error: AgentError;
  /** Of the one that a start took in its place. */
  readonly keptAt?: string;
}

/** The file as it is now, with its detectors; throws when it is not right. */
export async function loadConfiguration(source: ConfigurationSource): Promise<LoadedConfiguration> {
  const { readFile, files } = recordFiles();
  return { ...(await load(source, readFile)), files };
}

export async function startConfiguration(
  source: ConfigurationSource,
): Promise<LoadedConfiguration & { readonly refused?: RefusedConfiguration }> {
  try {
    return await loadConfiguration(source);
  } catch (error) {
    if (!isWrongUse(error)) throw error;
    const last = await readLastConfiguration(source.dataFolder, absoluteFile(source));
    if (last === undefined) throw error;
    // Its warnings were told when it was new.
    const quiet = { ...source, io: { ...source.io, stderr: () => {} } };
    const loaded = await load(quiet, last.readFile).catch(() => {
      throw error;
    });
    return { ...loaded, files: new Map(), refused: { error, keptAt: last.keptAt } };
  }
}

/** From now on it is the last one that ran. Without space it stays the one before. */
export async function keepConfiguration(
  source: ConfigurationSource,
  files: ConfigurationFiles,
  { nowMs, log }: { readonly nowMs: number; readonly log: Log },
): Promise<void> {
  await writeLastConfiguration(source.dataFolder, absoluteFile(source), { files, nowMs }).catch(
    (error: unknown) => log.warn({ err: error }, "the configuration cannot be kept for a start"),
  );
}

/** One line for the health report: what runs, and the first thing that is wrong. */
export function refusalText({ error, keptAt }: RefusedConfiguration): string {
  const [head = "", ...findings] = error.message.split("\n");
  const first = findings[0]?.replaceAll(/ {2,}/g, " ") ?? head;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : "";
  const runs = keptAt === undefined ? "the one before" : `the one of ${keptAt}`;
  return `the file is not right, ${runs} runs: ${first}${more}`;
}

async function load(
  { file, io, loadModel }: ConfigurationSource,
  readFile: ReadFile,
): Promise<Pick<LoadedConfiguration, "config" | "models">> {
  const config = await readConfig(file, io, readFile);
  const models = new Map<string, PreparedModel>();
  for (const name of modelNames(config)) models.set(name, await loadModel(name, config));
  return { config, models };
}

function absoluteFile({ file, io }: ConfigurationSource): string {
  return resolve(io.cwd, file);
}
