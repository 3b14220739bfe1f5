/** `kerbside bench idle`: what the agent costs on this machine before any camera gives a picture. */
import { parseArgs } from "node:util";
import { benchIdle, type IdleBenchResult } from "../bench/idle.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";

const secondsMax = 600;

export const benchIdleCommand: Command = {
  name: "bench idle",
  summary: "measure start, memory and CPU of an agent that waits",
  usage: `Usage: kerbside bench idle [options]

  --seconds N   how long to measure the waiting (default 15)
  --json        the last line is one JSON object

Starts the agent four times in a folder of its own, with street-nano loaded and one camera that is
away. Linux only.`,
  example: "kerbside bench idle --json",
  run: runBenchIdle,
};

async function runBenchIdle(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string", default: "15" },
      json: { type: "boolean", default: false },
    },
  });
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > secondsMax) {
    throw new AgentError(
      "USAGE",
      `--seconds must be a whole number from 1 to ${secondsMax}, got ${JSON.stringify(values.seconds)}`,
      "See kerbside bench idle --help.",
    );
  }
  const result = await benchIdle({
    seconds,
    signal: io.signal,
    onProgress: (text) => io.stderr(`bench idle: ${text}\n`),
  });
  io.stdout(values.json ? `${JSON.stringify(result)}\n` : readable(result));
  return exitCodes.done;
}

function readable(result: IdleBenchResult): string {
  const { model, startMs, readyMs, firstStartMs, stopMs, cpuPercent, megabytes } = result;
  return [
    `start      ${startMs} ms until it runs, ${readyMs} ms until it answers; the first one ${firstStartMs} ms`,
    `stop       ${stopMs} ms`,
    `CPU        ${cpuPercent} % of a core while it waits, over ${result.seconds} s`,
    `memory     ${megabytes} MB with ${model} loaded`,
    ...result.processes.map(
      (one) => `  ${one.name.padEnd(9)}${one.megabytes} MB, ${one.cpuPercent} % of a core`,
    ),
    "",
  ].join("\n");
}
