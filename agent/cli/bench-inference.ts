/** `kerbside bench inference`: how near the inference loop is to the limit of this machine. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchInference, checkSizes, type InferenceBenchResult } from "../bench/inference.ts";
import type { Spread } from "../bench/spread.ts";
import { modelByFile } from "../inference/model-by-file.ts";
import { loadModel, type PreparedModel } from "../inference/model-store.ts";
import { type RunSettings, runSettings } from "../inference/run-settings.ts";
import { findTuning } from "../inference/tuning-store.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { numberOptionOf } from "./number-option.ts";
import { progressBar } from "./progress-bar.ts";

const limits = {
  workers: { min: 1, max: 64, isWhole: true },
  threads: { min: 1, max: 64, isWhole: true },
  batch: { min: 1, max: 64, isWhole: true },
  turns: { min: 1, max: 100, isWhole: true },
  seconds: { min: 0.05, max: 60, isWhole: false },
} as const;

const numberOf = numberOptionOf("bench inference");

export const benchInferenceCommand: Command = {
  name: "bench inference",
  summary: "measure the inference loop against the limit of this machine",
  usage: `Usage: kerbside bench inference [options]

  --model NAME     a model of kerbside models list (NAME:VARIANT for a variant), or a file with the
                   weights of one (default street-nano)
  --against NAME   measure what one picture costs, against this model or file
  --workers N      sessions of the loop (default: as the agent, tuned or a core less than there are)
  --threads N      threads of each (default: as the agent, tuned or 1)
  --batch N        most pictures in a batch of the loop (default: as the agent, tuned or 1)
  --turns N        how often what is compared takes turns (default 7)
  --seconds N      how long one measurement takes (default 1)
  --data DIR       where added weights lie (default: KERBSIDE_DATA, or ./data)
  --json           the last line is one JSON object

Feeds the agent's loop with cameras that cost nothing until it is full, and compares with bare
sessions of the runtime that have as many threads in all, in the best sessions and batch of a trial;
both look at the same street. With --against the two models
run bare in turns, one thread, one picture at a time; the ratio is that of their processor time.`,
  example: "kerbside bench inference --model yolox-nano --json",
  run: runBenchInference,
};

async function runBenchInference(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "string", default: "street-nano" },
      against: { type: "string" },
      workers: { type: "string" },
      threads: { type: "string" },
      batch: { type: "string" },
      turns: { type: "string", default: "7" },
      seconds: { type: "string", default: "1" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const numbers = {
    turns: numberOf("turns", values.turns, limits.turns),
    seconds: numberOf("seconds", values.seconds, limits.seconds),
  };
  const hand = {
    workers: numberOrAuto("workers", values.workers),
    threads: numberOrAuto("threads", values.threads),
    batchMax: numberOrAuto("batch", values.batch),
  };
  const dataFolder = dataFolderOf(values.data, io);
  const model = await modelNamed(values.model, dataFolder, io);
  const against =
    values.against === undefined ? undefined : await modelNamed(values.against, dataFolder, io);
  if (against !== undefined) checkSizes(model, against);
  const settings = runSettings(hand, await tunedSettings(model, dataFolder, io));
  const bar = progressBar(io, "bench inference");
  try {
    const result = await benchInference({
      model,
      ...(against === undefined ? {} : { against }),
      settings,
      ...numbers,
      signal: io.signal,
      onProgress: (done, total) => bar.update(done, total),
    });
    bar.end();
    io.stdout(values.json ? `${JSON.stringify(result)}\n` : readable(result));
  } finally {
    bar.end();
  }
  return exitCodes.done;
}

async function modelNamed(text: string, dataFolder: string, io: CommandIo): Promise<PreparedModel> {
  const modelsFolder = modelsFolderOf(io);
  return text.endsWith(".onnx")
    ? await modelByFile(resolve(io.cwd, text), modelsFolder)
    : await loadModel(text, { modelsFolder, dataFolder });
}

/** As the agent would run it; a model from a file was never tuned. */
async function tunedSettings(model: PreparedModel, dataFolder: string, io: CommandIo) {
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder };
  const tuning = await findTuning(model.manifest, folders);
  return tuning === undefined || tuning === "void" ? undefined : tuning.settings;
}

function numberOrAuto(option: keyof typeof limits, text: string | undefined): number | "auto" {
  return text === undefined ? "auto" : numberOf(option, text, limits[option]);
}

function readable(result: InferenceBenchResult): string {
  const { spread, settings, limit, cost, turns, seconds } = result;
  const row = (name: string, unit: string, one: Spread | undefined): string =>
    one === undefined
      ? ""
      : `${name.padEnd(18)}${`${one.median} ${unit}`.padEnd(22)}${one.quartiles.join(" to ")}  (${one.min} to ${one.max})`;
  return [
    `${result.model} on ${result.cores} cores of ${result.processor}, ${result.runtime}`,
    `${turns} turns of ${seconds} s: median, quartiles (lowest to highest)`,
    row("loop", "images/s", spread["imagesPerSecond"]),
    row("limit", "images/s", spread["limitImagesPerSecond"]),
    row("loop / limit", "", spread["ratio"]),
    row("the same, CPU", "", spread["cpuRatio"]),
    row("loop, CPU", "ms an image", spread["cpuMsPerImage"]),
    row("limit, CPU", "ms an image", spread["limitCpuMsPerImage"]),
    row("loop, heap", "bytes an image", spread["heapBytesPerImage"]),
    ...(cost === undefined
      ? []
      : [
          row("cost", "times", spread["costRatio"]),
          `  ${result.model}: ${cost.cpuMsPerImage} ms an image of ${cost.inputSize}; ${cost.against}: ${cost.againstCpuMsPerImage} ms, ${cost.againstInputSize}`,
        ]),
    `The loop: ${inWords(settings)}. The limit: bare sessions, ${inWords(limit)}.`,
    "",
  ].join("\n");
}

function inWords({ sessions, threads, batch }: RunSettings): string {
  return `${sessions} × ${threads} threads, batches of ${batch}`;
}
