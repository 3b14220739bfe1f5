/** `kerbside models label`: two detectors label pictures, where they agree. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { LabelledPictures } from "../bench/pictures/label-pictures.ts";
import { loadModel, type PreparedModel } from "../inference/model-store.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { progressBar } from "./progress-bar.ts";
import { wrongUseOf } from "./wrong-use.ts";

const wrongUse = wrongUseOf("models label");

export const modelsLabelCommand: Command = {
  name: "models label",
  summary: "label pictures with what two detectors agree on",
  usage: `Usage: kerbside models label --models A,B --pictures DIR --out DIR [options]

  --models A,B     two models of kerbside models list
  --pictures DIR   pictures, or a folder that holds images/
  --out DIR        gets labels/ (agreed), ignored/ (doubtful) and about.json
  --score A,B      lowest score of each for an agreed box (default: as in their manifests)
  --overlap N      from this overlap on two boxes are in one place (default 0.6)
  --data DIR       where added weights lie (default: KERBSIDE_DATA, or ./data)
  --json           the last line is one JSON object

A box is agreed when both call it the same, put it in the same place and are sure enough. What one
of them half believes (half the score) is doubtful: a training should not look there. Class numbers
are those of our labels (about.json names them). Pictures that are labelled already are left as they
are, so a run that was broken off is taken up again.`,
  example:
    "kerbside models label --models yolox-nano,deimv2-femto --pictures street --out labelled",
  run: runModelsLabel,
};

async function runModelsLabel(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      models: { type: "string" },
      pictures: { type: "string" },
      out: { type: "string" },
      score: { type: "string" },
      overlap: { type: "string", default: "0.6" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const { pictures, out } = values;
  const [first, second, ...rest] = values.models?.split(",") ?? [];
  if (first === undefined || second === undefined || rest.length > 0) {
    throw wrongUse("models label takes --models with two names: A,B");
  }
  if (pictures === undefined || out === undefined) {
    throw wrongUse("models label takes --pictures DIR and --out DIR");
  }
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder: dataFolderOf(values.data, io) };
  const models = [await loadModel(first, folders), await loadModel(second, folders)] as const;
  const scores = values.score?.split(",").map((text) => ratio("--score", text));
  const [a = lowestScoreOf(models[0]), b = lowestScoreOf(models[1])] = scores ?? [];
  if (scores !== undefined && scores.length !== 2) throw wrongUse("--score takes two numbers: A,B");

  // Loads the runtime's library and sharp, which the other commands do without.
  const { labelPictures } = await import("../bench/pictures/label-pictures.ts");
  const bar = progressBar(io, "pictures");
  try {
    const result = await labelPictures({
      models,
      scores: [a, b],
      overlapMin: ratio("--overlap", values.overlap),
      folder: resolve(io.cwd, pictures),
      out: resolve(io.cwd, out),
      signal: io.signal,
      onProgress: (done, total) => bar.update(done, total),
    });
    bar.end();
    if (values.json) io.stdout(`${JSON.stringify(result)}\n`);
    else io.stdout(readable(result, resolve(io.cwd, out)));
    return result.left === 0 ? exitCodes.done : exitCodes.no;
  } finally {
    bar.end();
  }
}

function readable(
  { pictures, kept, left, agreed, doubtful }: LabelledPictures,
  out: string,
): string {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([label, count]) => `${count} ${label}`)
      .join(", ") || "nothing";
  return [
    `${pictures} pictures in ${out}${kept > 0 ? `, ${kept} of them labelled before` : ""}`,
    `agreed:   ${list(agreed)}`,
    `doubtful: ${list(doubtful)}`,
    ...(left > 0 ? [`stopped with ${left} pictures left: the same command goes on`] : []),
    "",
  ].join("\n");
}

function lowestScoreOf({ manifest }: PreparedModel): number {
  return Math.min(...Object.values(manifest.thresholds));
}

function ratio(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw wrongUse(`${option} must lie between 0 and 1, got ${JSON.stringify(text)}`);
}
