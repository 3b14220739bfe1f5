/** `kerbside bench crops`: what a view's crop wins for things that are small in the frame. */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { CropFigures, CropsBench } from "../bench/pictures/crops.ts";
import { parseClasses } from "../bench/pictures/picture-set.ts";
import { loadModel } from "../inference/model-store.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Command, type CommandIo, exitCodes } from "./command.ts";
import { dataFolderOf } from "./data-folder.ts";
import { modelsFolderOf } from "./models-folder.ts";
import { progressBar } from "./progress-bar.ts";

export const benchCropsCommand: Command = {
  name: "bench crops",
  summary: "measure what a view's crop wins for small things",
  usage: `Usage: kerbside bench crops --model NAME --pictures DIR --classes MAP [options]

  --model NAME    a model of kerbside models list
  --pictures DIR  holds images/ and labels/ (YOLO layout)
  --labels DIR    the labels are here (default: DIR/labels)
  --ignored DIR   regions, in the same layout, where nothing is counted
  --classes MAP   the set's class numbers as our labels: "0=garbage,1=bin"; others do not count
  --data DIR      where added weights lie (default: KERBSIDE_DATA, or ./data)
  --json          the last line is one JSON object

Each picture is pasted into a frame of 1920 × 1080, no side longer than 25 % (then 50 %) of the
frame's, and looked at twice: as the whole frame, and through the crop that a view of that place
would have (with a tenth of its size around it). The figures are average precisions at an overlap
of 0.5.`,
  example: 'kerbside bench crops --model yolox-nano --pictures street --classes "0=car,1=person"',
  run: runBenchCrops,
};

async function runBenchCrops(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "string" },
      pictures: { type: "string" },
      labels: { type: "string" },
      ignored: { type: "string" },
      classes: { type: "string" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const { pictures, classes, labels, ignored } = values;
  if (values.model === undefined || pictures === undefined || classes === undefined) {
    throw new AgentError(
      "USAGE",
      "bench crops takes --model NAME, --pictures DIR and --classes MAP",
      "See kerbside bench crops --help.",
    );
  }
  const folder = resolve(io.cwd, pictures);
  const folders = {
    labelsFolder: labels === undefined ? join(folder, "labels") : resolve(io.cwd, labels),
    ignoredFolder: ignored === undefined ? undefined : resolve(io.cwd, ignored),
    classes: parseClasses(classes),
  };
  const model = await loadModel(values.model, {
    modelsFolder: modelsFolderOf(io),
    dataFolder: dataFolderOf(values.data, io),
  });

  // Loads the runtime's library and sharp, which the other commands do without.
  const { benchCrops } = await import("../bench/pictures/crops.ts");
  const bar = progressBar(io, `${values.model}: looks`);
  let result: CropsBench | undefined;
  try {
    const { signal } = io;
    const onProgress = (done: number, total: number) => bar.update(done, total);
    result = await benchCrops({ model, folder, folders, signal, onProgress });
  } finally {
    bar.end();
  }
  if (result === undefined) {
    io.stderr("stopped: nothing was measured\n");
    return exitCodes.no;
  }
  io.stdout(
    values.json
      ? `${JSON.stringify({ model: model.modelTag, ...rounded(result) })}\n`
      : readable(model.modelTag, result),
  );
  return exitCodes.done;
}

/** Four digits: more would be noise. */
function rounded({ pictures, labels }: CropsBench): CropsBench {
  const entries = Object.entries(labels).map(([label, figures]): [string, CropFigures] => {
    const round = (value: number) => Math.round(value * 10_000) / 10_000;
    const { whole25, crop25, whole50, crop50, truths } = figures;
    return [
      label,
      {
        whole25: round(whole25),
        crop25: round(crop25),
        whole50: round(whole50),
        crop50: round(crop50),
        truths,
      },
    ];
  });
  return { pictures, labels: Object.fromEntries(entries) };
}

function readable(model: string, { pictures, labels }: CropsBench): string {
  const width = Math.max(5, ...Object.keys(labels).map((label) => label.length));
  const rows = Object.entries(labels).map(([label, figures]) => {
    const { whole25, crop25, whole50, crop50, truths } = figures;
    const cells = [whole25, crop25, whole50, crop50].map((value) => value.toFixed(3).padStart(10));
    return [label.padEnd(width), ...cells, String(truths).padStart(6)].join("  ");
  });
  return [
    `${model}: ${pictures} pictures, AP50`,
    `${"label".padEnd(width)}  whole 25 %   crop 25 %  whole 50 %   crop 50 %  truths`,
    ...rows,
    "",
  ].join("\n");
}
