/** `kerbside models tune`: how this device runs a detector fastest. */
import { parseArgs } from "node:util";
import { knownModels, readManifest } from "../inference/model-manifest.ts";
import { findWeights } from "../inference/model-weights.ts";
import { quietShare } from "../inference/try-settings.ts";
import { tuneModel } from "../inference/tune-model.ts";
import { keepTuning, type Tuning, tuningKey } from "../inference/tuning-store.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { systemClock } from "../runtime/clock.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { numberOptionOf } from "./number-option.ts";
import { progressBar } from "./progress-bar.ts";

export const modelsTuneCommand: Command = {
  name: "models tune",
  summary: "measure how this device runs a detector fastest",
  usage: `Usage: kerbside models tune [NAME] [options]

  NAME             one model; without it, all whose weights are here
  --provider NAME  also try this execution provider of the runtime, such as webgpu
  --turns N        how often variants take turns (default 9)
  --seconds N      how long one measurement takes at most (default 0.7)
  --data DIR       where the result is kept (default: KERBSIDE_DATA, or ./data)
  --json           the last line is one JSON object

Takes less than a minute a model; best while nothing else runs. A variant is chosen when a picture
takes at least 3 % less processor time and the golden numbers are right here; then sessions, threads
of each and pictures a batch, by pictures a second on all cores but one. The agent uses the result
from its next start on, as long as weights, processor and runtime stay the same; what the
configuration says under inference goes before it.`,
  example: "kerbside models tune street-nano",
  run: runModelsTune,
};

const numberOf = numberOptionOf("models tune");
const quietShareMin = 0.85;
const busyText = "something else used the processor; tune again when nothing runs to be sure";

type Found = Tuning & { readonly model: string };

async function runModelsTune(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      provider: { type: "string" },
      turns: { type: "string", default: "9" },
      seconds: { type: "string", default: "0.7" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (positionals.length > 1) {
    throw new AgentError("USAGE", "models tune takes one NAME", "Leave it out for all of them.");
  }
  const turns = numberOf("turns", values.turns, { min: 1, max: 99, isWhole: true });
  const forMs = 1_000 * numberOf("seconds", values.seconds, { min: 0.05, max: 10, isWhole: false });
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder: dataFolderOf(values.data, io) };
  const found: Found[] = [];
  for (const name of positionals.length > 0
    ? positionals
    : await knownModels(folders.modelsFolder)) {
    const manifest = await readManifest(name, folders.modelsFolder);
    const isOptional = positionals.length === 0;
    if (isOptional && (await findWeights(manifest, folders)) === undefined) continue;
    const bar = progressBar(io, `tuning ${name}`);
    try {
      const result = await tuneModel(manifest, folders, {
        turns,
        forMs,
        ...(values.provider === undefined ? {} : { provider: values.provider }),
        signal: io.signal,
        onProgress: (done, total) => bar.update(done, total),
      });
      const measuredAt = new Date(systemClock.wallMs()).toISOString();
      const tuning = { key: tuningKey(manifest), measuredAt, ...result };
      await keepTuning(manifest, folders, tuning).catch((cause: unknown) => {
        throw new AgentError(
          "STORE_FAILED",
          `the result for ${name} cannot be kept: ${cause instanceof Error ? cause.message : String(cause)}`,
          "Name a data folder that can be written: --data DIR or KERBSIDE_DATA.",
          { cause },
        );
      });
      found.push({ model: name, ...tuning });
    } finally {
      bar.end();
    }
  }
  for (const { model, tried } of found) {
    if (quietShare(tried) < quietShareMin) io.stderr(`${model}: ${busyText}\n`);
  }
  if (values.json) io.stdout(`${JSON.stringify({ models: found })}\n`);
  else for (const one of found) io.stdout(readable(one));
  return exitCodes.done;
}

function readable({ model, choice, key, measured, settings, tried }: Found): string {
  const width = Math.max(...measured.map(({ name }) => name.length));
  return [
    `${model} on ${key.processor}, onnxruntime ${key.runtime}: ${choice}, ${settingsText(settings)}`,
    ...measured.map(
      ({ name, cpuMsPerImage, ratio, fault }) =>
        `  ${name.padEnd(width)}  ${cpuMsPerImage.toFixed(2)} ms of a core a picture, ${ratio.toFixed(2)} times` +
        (fault === null ? "" : `; not chosen: ${fault}`),
    ),
    ...tried.map(
      (one) =>
        `  ${settingsText(one.settings)}: ${one.imagesPerSecond.toFixed(1)} pictures a second, ` +
        `${one.cpuMsPerImage.toFixed(2)} ms of a core a picture`,
    ),
    "",
  ].join("\n");
}

function settingsText({ sessions, threads, batch, provider }: Tuning["settings"]): string {
  const of = threads === 1 ? "" : ` of ${threads} threads`;
  const on = provider === "cpu" ? "" : ` on ${provider}`;
  return `${sessions} ${sessions === 1 ? "session" : "sessions"}${of}, batches of ${batch}${on}`;
}
