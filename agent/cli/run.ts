/**
 * `kerbside run FILE`: the agent, until it is told to stop.
 *
 * SIGTERM and SIGINT stop it cleanly within three seconds; SIGHUP reads the configuration again.
 * A bad file never replaces a good one, at a start neither: what is wrong is said and the one that
 * ran last goes on.
 */
import { parseArgs } from "node:util";
import type { AgentConfig } from "../../config/agent-config.ts";
import { Agent } from "../agent.ts";
import { BoundedLog } from "../health/bounded-log.ts";
import { ClockWatch } from "../health/clock-watch.ts";
import { createLog } from "../health/log.ts";
import { createMetrics } from "../health/metrics.ts";
import { readTimeService } from "../health/time-service.ts";
import { startWatchdog } from "../health/watchdog.ts";
import { loadTunedModel } from "../inference/tuned-model.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { systemClock } from "../runtime/clock.ts";
import { removeLeftovers } from "../runtime/durable-file.ts";
import type { Log } from "../runtime/log.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { configurationPort } from "./configuration-port.ts";
import { dataFolderOf } from "./data-folder.ts";
import type { ConfigurationFiles } from "./last-configuration.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { keepPrivate } from "./private-folder.ts";
import { packageVersion } from "./read-config.ts";
import {
  type ConfigurationSource,
  keepConfiguration,
  loadConfiguration,
  refusalText,
  startConfiguration,
} from "./start-configuration.ts";
import { isWrongUse } from "./wrong-use.ts";

export const runCommand: Command = {
  name: "run",
  summary: "run the agent on a configuration",
  usage: `Usage: kerbside run FILE [--data DIR]

  --data DIR   where state is kept (default KERBSIDE_DATA, then ./data)

KERBSIDE_MODELS names a folder with detectors of your own in the place of those that ship.
Logs to standard error. SIGHUP reads FILE again; SIGTERM or Ctrl-C stops within three seconds.
A FILE that is not right does not replace the one that ran last: that one runs, and the log and
kerbside status say what is wrong. Exit code 2 when none ever ran in this data folder.`,
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
  const folders = { dataFolder, modelsFolder: modelsFolderOf(io) };
  const logOf = ({ log: { level } }: AgentConfig) =>
    createLog({ level, redactor: io.redactor, isTerminal: io.isTty });
  const source: ConfigurationSource = {
    file,
    dataFolder,
    io,
    loadModel: (name, config) => loadTunedModel(name, folders, logOf(config)),
  };
  const started = await startConfiguration(source);
  const { config, models } = started;
  const log = new BoundedLog({ log: logOf(config), clock: systemClock });
  process.prependListener("uncaughtException", (error) => {
    log.error({ err: error }, "a bug; ending, to be started anew");
    process.exit(exitCodes.world);
  });
  const agentVersion = packageVersion();
  const clockWatch = new ClockWatch({
    system: systemClock,
    dataFolder,
    log,
    timeService: readTimeService,
  });
  await clockWatch.start();
  let { refused } = started;
  if (refused !== undefined) {
    const { error, keptAt } = refused;
    log.error({ err: error, keptAt }, "the configuration is not used; the one that ran last does");
  }
  const apply = async (): Promise<void> => {
    try {
      const loaded = await loadConfiguration(source);
      await agent.reload(loaded.config, loaded.models);
      refused = undefined;
      await ran(loaded.files);
    } catch (error) {
      if (isWrongUse(error)) refused = { error };
      log.error({ err: error }, "the new configuration is not used; the old one goes on");
      throw error;
    }
  };
  const agent: Agent = new Agent({
    config,
    metrics: createMetrics({ agent: agentVersion, node: process.versions.node }),
    models,
    dataFolder,
    clock: clockWatch.clock,
    log,
    agentVersion,
    configurationRefused: () => refused && refusalText(refused),
    configuration: configurationPort(source, {
      apply,
      refused: () => refused && refusalText(refused),
    }),
    onFatal: (error) => {
      log.error({ err: error }, "the store is gone; ending, to be started anew");
      process.exit(exitCodes.world);
    },
  });
  const ran = (files: ConfigurationFiles) =>
    keepConfiguration(source, files, { nowMs: clockWatch.clock.wallMs(), log });
  const reload = () => void apply().catch(() => {});
  process.on("SIGHUP", reload);
  const watchdog = startWatchdog();
  try {
    await agent.start();
    if (refused === undefined) await ran(started.files);
    watchdog.ready();
    await aborted(io.signal);
    watchdog.stopping();
    process.off("SIGHUP", reload);
    log.info({}, "stopping");
    await stopWithin(agent, log);
  } finally {
    await clockWatch.stop();
    log.flush();
  }
  await watchdog.close();
  return exitCodes.done;
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
