/** `kerbside models eval`: what a detector finds on labelled pictures, and how sure that is. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { LabelEvaluation, LabelFigures } from "../../models/evaluation/evaluate.ts";
import type { Manifest } from "../../models/manifest.ts";
import type { ModelEvaluation, Truth } from "../bench/pictures/evaluate-model.ts";
import { parseClasses, parseLabelList } from "../bench/pictures/picture-set.ts";
import { loadModel } from "../inference/model-store.ts";
import type { ModelFolders } from "../inference/model-weights.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { progressBar } from "./progress-bar.ts";
import { wrongUseOf } from "./wrong-use.ts";

const wrongUse = wrongUseOf("models eval");

export const modelsEvalCommand: Command = {
  name: "models eval",
  summary: "measure a detector on labelled pictures, or against another detector",
  usage: `Usage: kerbside models eval NAME --pictures DIR --classes MAP [options]
       kerbside models eval NAME --pictures DIR --against NAME [options]

  NAME              a model of kerbside models list
  --pictures DIR    holds images/ and labels/ (YOLO layout)
  --labels DIR      the labels are here (default: DIR/labels)
  --ignored DIR     regions, in the same layout, where nothing is counted
  --classes MAP     the set's class numbers as our labels: "0=garbage,1=bin"; others do not count
  --together LIST   judge these labels as one, too: "car,bus,truck"; may be given several times
  --against NAME    take another detector's boxes for the truth: agreement, not accuracy
  --against-score N from this score up (default 0.4)
  --plot FILE       draw precision against recall (PNG)
  --data DIR        where added weights lie (default: KERBSIDE_DATA, or ./data)
  --json            the last line is one JSON object

Pictures run through the agent's own preparation, decoding and suppression. A picture without a
labels file is left out; one with an empty file shows nothing. Average precision is at an overlap
of 0.5, with the 95 % interval over 1000 draws of the pictures; labels without truth are left out.
The JSON's choices are thresholds for a manifest, each with the precision that it stands for.`,
  example:
    'kerbside models eval yolox-nano --pictures street --classes "0=car,1=person" --plot curve.png',
  run: runModelsEval,
};

async function runModelsEval(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      pictures: { type: "string" },
      labels: { type: "string" },
      ignored: { type: "string" },
      classes: { type: "string" },
      together: { type: "string", multiple: true, default: [] },
      against: { type: "string" },
      "against-score": { type: "string", default: "0.4" },
      plot: { type: "string" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0 || values.pictures === undefined) {
    throw wrongUse("models eval takes one NAME and --pictures DIR");
  }
  const folder = resolve(io.cwd, values.pictures);
  const folders = { modelsFolder: modelsFolderOf(io), dataFolder: dataFolderOf(values.data, io) };
  const together = values.together.map((text) => parseLabelList("--together", text));
  const truth = await truthOf(values, folder, io, folders);
  const model = await loadModel(name, folders);

  sayUnknownLabels(model.manifest, truth, io);
  // Loads the runtime's library and sharp, which the other commands do without.
  const { evaluateModel } = await import("../bench/pictures/evaluate-model.ts");
  const bar = progressBar(io, `${name}: pictures`);
  let evaluation: ModelEvaluation | undefined;
  try {
    const { signal } = io;
    const onProgress = (done: number, total: number) => bar.update(done, total);
    evaluation = await evaluateModel({ model, folder, truth, together, signal, onProgress });
  } finally {
    bar.end();
  }
  if (evaluation === undefined) {
    io.stderr("stopped: nothing was measured\n");
    return exitCodes.no;
  }
  if (values.plot !== undefined) {
    await writePlot(resolve(io.cwd, values.plot), model.modelTag, evaluation.labels);
  }
  const against = truth.kind === "model" ? truth.model.modelTag : undefined;
  if (values.json) io.stdout(`${JSON.stringify(resultOf(model.modelTag, against, evaluation))}\n`);
  else io.stdout(readable(model.modelTag, against, evaluation));
  return exitCodes.done;
}

async function truthOf(
  values: {
    readonly labels?: string | undefined;
    readonly ignored?: string | undefined;
    readonly classes?: string | undefined;
    readonly against?: string | undefined;
    readonly "against-score": string;
  },
  folder: string,
  { cwd }: CommandIo,
  folders: ModelFolders,
): Promise<Truth> {
  const { classes, against, ignored } = values;
  if ((classes === undefined) === (against === undefined)) {
    throw wrongUse("models eval needs --classes MAP or --against NAME, and not both");
  }
  if (against !== undefined) {
    const scoreMin = Number(values["against-score"]);
    if (!(scoreMin > 0 && scoreMin < 1)) {
      throw wrongUse(`--against-score must lie between 0 and 1, got ${values["against-score"]}`);
    }
    return { kind: "model", model: await loadModel(against, folders), scoreMin };
  }
  return {
    kind: "labels",
    labelsFolder:
      values.labels === undefined ? join(folder, "labels") : resolve(cwd, values.labels),
    ignoredFolder: ignored === undefined ? undefined : resolve(cwd, ignored),
    classes: parseClasses(classes ?? ""),
  };
}

function sayUnknownLabels({ name, classes }: Manifest, truth: Truth, { stderr }: CommandIo): void {
  if (truth.kind !== "labels") return;
  const known = new Set(Object.values(classes));
  const unknown = [...new Set(truth.classes.values())].filter((label) => !known.has(label));
  if (unknown.length > 0) stderr(`${name} does not know ${unknown.join(", ")}\n`);
}

async function writePlot(
  path: string,
  title: string,
  labels: readonly LabelEvaluation[],
): Promise<void> {
  const { drawPrecisionRecall } = await import("../bench/pictures/precision-recall-plot.ts");
  const png = await drawPrecisionRecall(title, labels);
  await writeFile(path, png).catch((cause: unknown) => {
    throw new AgentError(
      "USAGE",
      `cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Name a file in a folder that exists and can be written.",
      { cause },
    );
  });
}

function resultOf(model: string, against: string | undefined, evaluation: ModelEvaluation) {
  const { pictures, unnamedBoxes, labels } = evaluation;
  return {
    model,
    ...(against === undefined ? {} : { against }),
    pictures,
    unnamedBoxes,
    labels: Object.fromEntries(labels.map(({ name, figures }) => [name, rounded(figures)])),
  };
}

/** Four digits: more would be noise. The threshold is kept as it is, so that it still holds. */
function rounded(figures: LabelFigures): LabelFigures {
  const round = (value: number) => Math.round(value * 10_000) / 10_000;
  return {
    ...figures,
    ap50: round(figures.ap50),
    ap50Low: round(figures.ap50Low),
    ap50High: round(figures.ap50High),
    ap: round(figures.ap),
    recallAtPrecision90: round(figures.recallAtPrecision90),
    recallAtPrecision80: round(figures.recallAtPrecision80),
    choices: figures.choices.map((choice) => ({ ...choice, recall: round(choice.recall) })),
  };
}

function readable(model: string, against: string | undefined, evaluation: ModelEvaluation): string {
  const { pictures, unnamedBoxes, labels } = evaluation;
  const what = against === undefined ? "" : `, agreement with ${against}`;
  const width = Math.max(5, ...labels.map(({ name }) => name.length));
  const rows = labels.map(({ name, figures }) => {
    const { ap50, ap50Low, ap50High, ap, recallAtPrecision90, threshold, truths } = figures;
    return [
      name.padEnd(width),
      `${ap50.toFixed(3)} (${ap50Low.toFixed(3)} to ${ap50High.toFixed(3)})`,
      ap.toFixed(3),
      recallAtPrecision90.toFixed(3).padStart(17),
      (threshold === null ? "none" : threshold.toFixed(3)).padStart(9),
      String(truths).padStart(6),
    ].join("  ");
  });
  const left = unnamedBoxes > 0 ? [`${unnamedBoxes} boxes of other classes were not counted`] : [];
  return [
    `${model}: ${pictures} pictures${what}`,
    `${"label".padEnd(width)}  AP50 (95 % interval)    AP     recall at P ≥ 0.9  threshold  truths`,
    ...rows,
    ...left,
    "",
  ].join("\n");
}
