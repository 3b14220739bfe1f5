/** `kerbside bench cameras`: what the whole agent costs with N cameras, against the floor. */
import { parseArgs } from "node:util";
import { parseDuration } from "../../config/duration.ts";
import { benchCameras, type CamerasBenchResult } from "../bench/cameras/cameras.ts";
import type { Spread } from "../bench/spread.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";

export const benchCamerasCommand: Command = {
  name: "bench cameras",
  summary: "measure the whole agent with N cameras against the floor of their work",
  usage: `Usage: kerbside bench cameras [options]

  --cameras N        how many cameras at once (default 16)
  --every TIME       how often each is looked at (default 2s)
  --content WHAT     street: people and vehicles pass (default); quiet: a night when nothing moves
  --substream        views look at a small stream; the main one only fills the ring
  --codec NAME       h264 (default), h265, h265-10bit
  --size NAME        1080p (default), 4k
  --gop TIME         distance of keyframes (default 2s)
  --model NAME       the detector (default street-nano)
  --turns N          how often agent and floor take turns (default 7)
  --seconds N        how long the agent is measured in a turn (default 12)
  --data DIR         where added weights and what tuning found lie (default: KERBSIDE_DATA, or ./data)
  --json             the last line is one JSON object

Starts cameras of its own on loopback (25 pictures a second, random phases) and the agent with rules
of all four kinds in each camera's view, with a broker and a hub behind it. The floor is measured
alone, in turns with the agent: receiving the same packets into a ring, decoding and scaling one
picture a look, one run of the detector. Needs ffmpeg for the clip, which is made once. Linux only.`,
  example: "kerbside bench cameras --cameras 16 --every 2s --json",
  run: runBenchCameras,
};

async function runBenchCameras(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cameras: { type: "string", default: "16" },
      every: { type: "string", default: "2s" },
      content: { type: "string", default: "street" },
      substream: { type: "boolean", default: false },
      codec: { type: "string", default: "h264" },
      size: { type: "string", default: "1080p" },
      gop: { type: "string", default: "2s" },
      model: { type: "string", default: "street-nano" },
      turns: { type: "string", default: "7" },
      seconds: { type: "string", default: "12" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const result = await benchCameras({
    cameras: wholeOf("cameras", values.cameras, 1, 256),
    everyMs: timeOf("every", values.every, 1_000, 60_000),
    content: wordOf("content", values.content, ["street", "quiet"]),
    isSubstream: values.substream,
    ...codecs[wordOf("codec", values.codec, ["h264", "h265", "h265-10bit"])],
    size: wordOf("size", values.size, ["1080p", "4k"]),
    gopSeconds: timeOf("gop", values.gop, 1_000, 10_000) / 1_000,
    model: values.model,
    turns: wholeOf("turns", values.turns, 1, 50),
    seconds: wholeOf("seconds", values.seconds, 2, 60),
    modelsFolder: modelsFolderOf(io),
    dataFolder: dataFolderOf(values.data, io),
    signal: io.signal,
    onProgress: (_done, _total, text) => io.stderr(`bench cameras: ${text}\n`),
  });
  io.stdout(values.json ? `${JSON.stringify(result)}\n` : readable(result));
  return exitCodes.done;
}

const codecs = {
  h264: { codec: "h264", bits: 8 },
  h265: { codec: "h265", bits: 8 },
  "h265-10bit": { codec: "h265", bits: 10 },
} as const;

function wholeOf(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw wrong(option, `a whole number from ${min} to ${max}`, text);
}

function timeOf(option: string, text: string, minMs: number, maxMs: number): number {
  const parsed = parseDuration(text);
  if (parsed !== undefined && parsed >= minMs && parsed <= maxMs) return parsed;
  throw wrong(option, `a time from ${minMs / 1_000}s to ${maxMs / 1_000}s`, text);
}

function wordOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw wrong(option, `one of ${words.join(", ")}`, text);
}

function wrong(option: string, expected: string, text: string): AgentError {
  return new AgentError(
    "USAGE",
    `--${option} must be ${expected}, got ${JSON.stringify(text)}`,
    "See kerbside bench cameras --help.",
  );
}

function readable(result: CamerasBenchResult): string {
  const { spread, latencyMs, floor, keyframe } = result;
  const row = (name: string, unit: string, one: Spread | undefined): string =>
    one === undefined
      ? ""
      : `${name.padEnd(18)}${`${one.median} ${unit}`.padEnd(22)}${one.quartiles.join(" to ")}  (${one.min} to ${one.max})`;
  const parts = Object.entries(result.coresByPart).map(([name, cores]) => `${name} ${cores}`);
  const drops = Object.entries(result.drops).filter(([, count]) => count > 0);
  return [
    `${result.cameras} cameras, a look every ${result.every}, on ${result.coresOfMachine} cores of ${result.processor}`,
    `${result.stream}; keyframes ${kilobytes(keyframe.bytesMin)} to ${kilobytes(keyframe.bytesMax)} KB; ${result.content}`,
    `${result.turns} turns of ${result.seconds} s: median, quartiles (lowest to highest)`,
    row("agent", "cores", spread["cores"]),
    row("floor", "cores", spread["floorCores"]),
    row("agent / floor", "", spread["overheadRatio"]),
    row("a camera", "cores", spread["coresPerCamera"]),
    row("cameras' server", "cores", spread["cameraServerCores"]),
    row("looks", "a second", spread["looksPerSecond"]),
    `by part           ${parts.join(", ")}`,
    `floor of          receiving ${floor.receiveCores} cores, a picture ${floor.decodeCpuMs} ms, a run ${floor.runCpuMs} ms`,
    `memory            ${result.megabytes} MB: ${result.baseMegabytes} MB and ${result.megabytesPerCamera} MB a camera`,
    `looks             ${result.met} in time, ${result.missed} missed${result.reused > 0 ? `, ${result.reused} taken over from the look before` : ""}`,
    `left out          ${drops.length === 0 ? "nothing" : drops.map(([why, count]) => `${why} ${count}`).join(", ")}`,
    latencyMs === null
      ? "events            none came in a turn"
      : `events            ${latencyMs.count}, from picture to hub ${latencyMs.median} ms at the median, p95 ${latencyMs.p95}, p99 ${latencyMs.p99}`,
    "",
  ].join("\n");
}

const kilobytes = (bytes: number): number => Math.round(bytes / 1_000);
