/** `kerbside models alarms`: how often a detector reports what is not there. */
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { durationForm, parseDuration } from "../../config/duration.ts";
import { type Label, labels } from "../../pipelines/domain/label.ts";
import type { FalseAlarmOptions, FalseAlarms } from "../bench/pictures/false-alarms.ts";
import { parseLabelList } from "../bench/pictures/picture-set.ts";
import { loadModel, type PreparedModel } from "../inference/model-store.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { progressBar } from "./progress-bar.ts";
import { wrongUseOf } from "./wrong-use.ts";

const wrongUse = wrongUseOf("models alarms");

const footageEndings = [".mp4", ".mkv", ".avi", ".h264", ".h265"];

export const modelsAlarmsCommand: Command = {
  name: "models alarms",
  summary: "count what a detector reports where nothing is",
  usage: `Usage: kerbside models alarms NAME --pictures DIR [options]
       kerbside models alarms NAME --footage PATH [options]

  NAME            a model of kerbside models list
  --pictures DIR  pictures, or a folder that holds images/
  --footage PATH  recorded video, or a folder of it (${footageEndings.join(", ")})
  --labels LIST   what the pictures do not show: "bin,garbage" (default: all that it knows)
  --every TIME    of footage: look this often (default 1s)
  --score N       count from this score up (default: the manifest's thresholds)
  --data DIR      where added weights lie (default: KERBSIDE_DATA, or ./data)
  --json          the last line is one JSON object

Every box of these labels is taken for a false alarm: whoever calls it knows that the pictures show
none of them. Footage is decoded as the agent decodes it, at the pictures that it would look at. One
such box is not yet an event: rules ask for a thing that stays.`,
  example: "kerbside models alarms yolox-nano --footage nights --labels umbrella,table",
  run: runModelsAlarms,
};

async function runModelsAlarms(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      pictures: { type: "string" },
      footage: { type: "string" },
      labels: { type: "string" },
      every: { type: "string", default: "1s" },
      score: { type: "string" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const [name, ...rest] = positionals;
  const { pictures, footage } = values;
  if (name === undefined || rest.length > 0 || (pictures === undefined) === (footage === undefined))
    throw wrongUse("models alarms takes one NAME, and --pictures DIR or --footage PATH");
  const scoreMin = values.score === undefined ? undefined : ratio(values.score);
  const source = await sourceOf(pictures, footage, values.every, io.cwd);
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder: dataFolderOf(values.data, io) };
  const model = await loadModel(name, folders);
  const wanted = labelsOf(model, values.labels);

  // Loads the runtime's library, sharp and the decoder, which the other commands do without.
  const { falseAlarms } = await import("../bench/pictures/false-alarms.ts");
  const bar = progressBar(io, `${name}: ${source.kind}`);
  let result: FalseAlarms | undefined;
  try {
    const { signal } = io;
    const onProgress = (done: number, total: number) => bar.update(done, total);
    result = await falseAlarms({ model, labels: wanted, scoreMin, source, signal, onProgress });
  } finally {
    bar.end();
  }
  if (result === undefined) {
    io.stderr("stopped: nothing was measured\n");
    return exitCodes.no;
  }
  io.stdout(
    values.json
      ? `${JSON.stringify({ model: model.modelTag, ...result })}\n`
      : readable(model.modelTag, result),
  );
  return exitCodes.done;
}

async function sourceOf(
  pictures: string | undefined,
  footage: string | undefined,
  every: string,
  cwd: string,
): Promise<FalseAlarmOptions["source"]> {
  if (footage === undefined) return { kind: "pictures", folder: resolve(cwd, pictures ?? "") };
  const everyMs = parseDuration(every);
  if (everyMs === undefined || everyMs < 1) {
    throw wrongUse(`--every must be ${durationForm}, got ${JSON.stringify(every)}`);
  }
  return { kind: "footage", paths: await footagePaths(resolve(cwd, footage)), everyMs };
}

async function footagePaths(path: string): Promise<readonly string[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return [path];
  const names = (await readdir(path)).filter((name) =>
    footageEndings.some((ending) => name.toLowerCase().endsWith(ending)),
  );
  if (names.length === 0) {
    throw wrongUse(`there is no footage in ${path}: files end in ${footageEndings.join(", ")}`);
  }
  return names.toSorted().map((name) => join(path, name));
}

function labelsOf({ manifest }: PreparedModel, list: string | undefined): readonly Label[] {
  const known = new Set(Object.values(manifest.classes));
  if (list === undefined) return labels.filter((label) => known.has(label));
  const wanted = parseLabelList("--labels", list);
  const unknown = wanted.filter((label) => !known.has(label));
  if (unknown.length > 0) throw wrongUse(`${manifest.name} does not know ${unknown.join(", ")}`);
  return wanted;
}

function ratio(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw wrongUse(`--score must lie between 0 and 1, got ${text}`);
}

function readable(model: string, { pictures, failedPictures, labels: found }: FalseAlarms): string {
  const width = Math.max(5, ...Object.keys(found).map((label) => label.length));
  const rows = Object.entries(found).map(([label, one]) =>
    [
      label.padEnd(width),
      one.threshold.toFixed(3).padStart(9),
      String(one.boxes).padStart(5),
      one.boxesPerPicture.toFixed(3).padStart(15),
      `${(one.share * 100).toFixed(1)} %`.padStart(22),
    ].join("  "),
  );
  const failed = failedPictures > 0 ? [`${failedPictures} pictures could not be decoded`] : [];
  return [
    `${model}: ${pictures} pictures`,
    `${"label".padEnd(width)}  threshold  boxes  boxes a picture  pictures with any box`,
    ...rows,
    ...failed,
    "",
  ].join("\n");
}
