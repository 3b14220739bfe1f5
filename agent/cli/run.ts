/**
 * `kerbside run FILE`: the agent, until it is told to stop.
 *
 * SIGTERM and SIGINT stop it cleanly within three seconds; SIGHUP reads the configuration again.
 * A bad file never replaces a good one: what is wrong is said and the old one goes on.
 */
import { parseArgs } from "node:util";
import { Agent } from "../agent.ts";
import { createLog } from "../health/log.ts";
import { createMetrics } from "../health/metrics.ts";
import { startWatchdog } from "../health/watchdog.ts";
import { loadTunedModel } from "../inference/tuned-model.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { systemClock } from "../runtime/clock.ts";
import { removeLeftovers } from "../runtime/durable-file.ts";
import type { Log } from "../runtime/log.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { keepPrivate } from "./private-folder.ts";
import { loadModels, packageVersion, readConfig } from "./read-config.ts";

export const runCommand: Command = {
  name: "run",
  summary: "run the agent on a configuration",
  usage: `Usage: kerbside run FILE [--data DIR]

  --data DIR   where state is kept (default KERBSIDE_DATA, then ./data)

KERBSIDE_MODELS names a folder with detectors of your own in the place of those that ship.
Logs to standard error. SIGHUP reads FILE again; SIGTERM or Ctrl-C stops within three seconds.`,
  example: "kerbside run config/examples/junction.yaml --data /var/lib/kerbside",
  run: runAgent,
};

/** A part that hangs must not keep the box from stopping. */
const stopMsMax = 2_800;

async function runAgent(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { data: { type: "string" } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new AgentError(
      "USAGE",
      `expected one file, got ${positionals.length}`,
      "See kerbside run --help.",
    );
  }
  const dataFolder = dataFolderOf(values.data, io);
  keepPrivate(dataFolder);
  removeLeftovers(dataFolder);
  const config = await readConfig(file, io);
  const log = createLog({
    level: config.log.level,
    redactor: io.redactor,
    isTerminal: io.isTty,
  });
  process.prependListener("uncaughtException", (error) => {
    log.error({ err: error }, "a bug; ending, to be started anew");
    process.exit(exitCodes.world);
  });
  const agentVersion = packageVersion();
  const folders = { dataFolder, modelsFolder: modelsFolderOf(io) };
  const tuned = (name: string) => loadTunedModel(name, folders, log);
  const agent = new Agent({
    config,
    metrics: createMetrics({ agent: agentVersion, node: process.versions.node }),
    models: await loadModels(config, folders, tuned),
    dataFolder,
    clock: systemClock,
    log,
    agentVersion,
    onFatal: (error) => {
      log.error({ err: error }, "the store is gone; ending, to be started anew");
      process.exit(exitCodes.world);
    },
  });
  const reload = () => void reloadAgent(agent, { file, dataFolder, io, log });
  process.on("SIGHUP", reload);
  const watchdog = startWatchdog();
  await agent.start();
  watchdog.ready();
  await aborted(io.signal);
  watchdog.stopping();
  process.off("SIGHUP", reload);
  log.info({}, "stopping");
  await stopWithin(agent, log);
  await watchdog.close();
  return exitCodes.done;
}

async function reloadAgent(
  agent: Agent,
  {
    file,
    dataFolder,
    io,
    log,
  }: {
    readonly file: string;
    readonly dataFolder: string;
    readonly io: CommandIo;
    readonly log: Log;
  },
): Promise<void> {
  try {
    const config = await readConfig(file, io);
    const folders = { dataFolder, modelsFolder: modelsFolderOf(io) };
    await agent.reload(
      config,
      await loadModels(config, folders, (name) => loadTunedModel(name, folders, log)),
    );
  } catch (error) {
    log.error({ err: error }, "the new configuration is not used; the old one goes on");
  }
}

async function stopWithin(agent: Agent, log: Log): Promise<void> {
  const timer = systemClock.after(stopMsMax, () => {
    log.error({}, "a part did not stop in time");
    process.exit(exitCodes.world);
  });
  try {
    await agent.stop();
  } finally {
    timer();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
