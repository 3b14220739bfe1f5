/**
 * Measurements of a model as the tables of its card. Pure: what a command printed goes in, Markdown
 * comes out; a figure that no command printed has no way into a table.
 */
import { z } from "zod";
import type { Manifest } from "../models/manifest.ts";
import { type Label, labels } from "../pipelines/domain/label.ts";

const figures = z.object({
  ap50: z.number(),
  ap50Low: z.number(),
  ap50High: z.number(),
  ap: z.number(),
  recallAtPrecision90: z.number(),
  recallAtPrecision80: z.number(),
  choices: z
    .array(z.object({ precision: z.number(), threshold: z.number(), recall: z.number() }))
    .default([]),
  truths: z.int(),
  pictures: z.int(),
});
type Figures = z.infer<typeof figures>;

const evaluation = z.object({
  model: z.string(),
  against: z.string().optional(),
  pictures: z.int(),
  labels: z.record(z.string(), figures),
});

export const measurementSchema = z.object({
  command: z.string(),
  result: z.record(z.string(), z.unknown()),
});
const measurementsSchema = z.object({
  model: z.string(),
  results: z.record(z.string(), measurementSchema),
});
export type Measurements = z.infer<typeof measurementsSchema>;

/** What the model shall reach, as it was set before it was trained. */
const aims: Readonly<Record<string, { readonly ap50: number; readonly recall90?: number }>> = {
  bin: { ap50: 0.87, recall90: 0.6 },
  "overflowing-bin": { ap50: 0.9, recall90: 0.72 },
  garbage: { ap50: 0.66 },
  signboard: { ap50: 0.64 },
  stall: { ap50: 0.5 },
  "car+bus+truck": { ap50: 0.7 },
  person: { ap50: 0.7 },
};

const labelledSets = ["bins", "signs", "stalls"];

/** By the name of their marks; a table whose measurements are not there is left out. */
export function cardTables(
  { results }: Measurements,
  manifest: Manifest,
): ReadonlyMap<string, string> {
  const tables = new Map<string, string>();
  const add = (name: string, rows: readonly (readonly string[])[] | undefined) => {
    if (rows !== undefined) tables.set(name, markdown(rows));
  };
  const ofSets = labelledSets.flatMap((name) => rowsOf(results[name]));
  add("accuracy", ofSets.length === 0 ? undefined : accuracyTable(ofSets));
  const agreed = rowsOf(results["agreement"]);
  add("agreement", agreed.length === 0 ? undefined : accuracyTable(agreed));
  // The aims are about real pictures.
  const rendered = rowsOf(results["scenes"]);
  add("scenes", rendered.length === 0 ? undefined : accuracyTable(rendered, {}));
  add("thresholds", thresholdTable(results, manifest));
  add("learning", learningTable(results["learning"]));
  add("crops", cropsTable(results));
  add("int8", comparedTable(results, "int8"));
  // A model of one's own may have none.
  if (!tables.has("int8")) tables.set("int8", "None comes with these weights.");
  add("footage", footageTable(results["footage"]));
  add("cost", costTable(results["cost"]));
  add("commands", [
    ["figures", "command"],
    ...Object.entries(results).map(([name, { command }]) => [name, `\`${command}\``]),
  ]);
  return tables;
}

/** Of each label: boxes drawn by people, or the agreement with another detector. */
export function measuredLabels(
  { results }: Measurements,
  manifest: Manifest,
): NonNullable<Manifest["measured"]> {
  const ofLabels = new Set(
    labelledSets.flatMap((name) => rowsOf(results[name]).map(([row]) => row)),
  );
  const agreed = new Set(rowsOf(results["agreement"]).map(([name]) => name));
  const measured: Partial<Record<Label, "labels" | "agreement">> = {};
  for (const label of labels) {
    if (!Object.values(manifest.classes).includes(label)) continue;
    if (ofLabels.has(label)) measured[label] = "labels";
    else if (agreed.has(label)) measured[label] = "agreement";
  }
  return measured;
}

export function readMeasurements(text: string): Measurements {
  return measurementsSchema.parse(JSON.parse(text));
}

type Row = readonly [name: string, figures: Figures];

function rowsOf(one: Measurements["results"][string] | undefined): readonly Row[] {
  return one === undefined ? [] : Object.entries(evaluation.parse(one.result).labels);
}

function accuracyTable(rows: readonly Row[], aimed: typeof aims = aims): string[][] {
  return [
    [
      "label",
      "AP50 (95 % interval)",
      "aim",
      "AP",
      "recall at P ≥ 0.9",
      "aim",
      "recall at P ≥ 0.8",
      "truths",
    ],
    ...rows.map(([name, one]) => [
      name,
      `${three(one.ap50)} (${three(one.ap50Low)} to ${three(one.ap50High)})`,
      aimCell(one.ap50, aimed[name]?.ap50),
      three(one.ap),
      three(one.recallAtPrecision90),
      aimCell(one.recallAtPrecision90, aimed[name]?.recall90),
      three(one.recallAtPrecision80),
      String(one.truths),
    ]),
  ];
}

function aimCell(value: number, aim: number | undefined): string {
  if (aim === undefined) return "";
  return `${aim.toFixed(2)} ${value >= aim ? "reached" : "missed"}`;
}

/** Where each threshold comes from: a choice of the fold, or the default where it offered none. */
function thresholdTable(
  results: Measurements["results"],
  { thresholds, thresholdPrecision = {} }: Manifest,
): string[][] | undefined {
  const folds = Object.entries(results).filter(([name]) => name.startsWith("fold-"));
  if (folds.length === 0) return undefined;
  const choices = folds.flatMap(([, one]) => rowsOf(one).flatMap((row) => choicesOf(row, one)));
  return [
    ["label", "threshold", "precision", "recall there", "boxes on the fold", "judged by"],
    ...labels.flatMap((label) => {
      const threshold = thresholds[label];
      if (threshold === undefined) return [];
      const precision = thresholdPrecision[label];
      if (precision === undefined) {
        return [[label, three(threshold), "", "", "", "nothing: the default"]];
      }
      const found = choices
        .filter(({ name }) => name.split("+").includes(label))
        .find((choice) => Math.abs(choice.threshold - threshold) < 0.0006);
      if (found === undefined) throw new Error(`no fold offers ${threshold} for ${label}`);
      const jointly = found.name === label ? "" : ` (${found.name} as one)`;
      const cells = [three(threshold), precision.toFixed(1), three(found.recall)];
      return [[label, ...cells, String(found.truths), found.basis + jointly]];
    }),
  ];
}

function choicesOf([name, { choices, truths }]: Row, one: Measurements["results"][string]) {
  const basis = evaluation.parse(one.result).against === undefined ? "labels" : "agreement";
  return choices.map((choice) => ({ name, truths, basis, ...choice }));
}

const learning = z.object({
  epochs: z.array(
    z.object({
      epoch: z.int(),
      heldOut: z.number().nullable(),
      score: z.number(),
      box: z.number(),
    }),
  ),
});

function learningTable(one: Measurements["results"][string] | undefined): string[][] | undefined {
  if (one === undefined) return undefined;
  const { epochs } = learning.parse(one.result);
  return [
    ["epoch", "cost of scores", "cost of boxes", "cost on the held-out fold"],
    ...epochs
      .filter(({ heldOut }) => heldOut !== null)
      .map(({ epoch, heldOut, score, box }) => [
        String(epoch),
        three(score),
        three(box),
        heldOut === null ? "" : three(heldOut),
      ]),
  ];
}

const crops = z.object({
  labels: z.record(
    z.string(),
    z.object({
      whole25: z.number(),
      crop25: z.number(),
      whole50: z.number(),
      crop50: z.number(),
      truths: z.int(),
    }),
  ),
});

/** `crops-bins`, `crops-signs` …: pictures pasted small into a whole frame. */
function cropsTable(results: Measurements["results"]): string[][] | undefined {
  const found = Object.entries(results)
    .filter(([name]) => name.startsWith("crops-"))
    .flatMap(([, { result }]) => Object.entries(crops.parse(result).labels));
  if (found.length === 0) return undefined;
  return [
    ["AP50", "25 %, whole frame", "25 %, crop", "50 %, whole frame", "50 %, crop", "truths"],
    ...found.map(([label, { whole25, crop25, whole50, crop50, truths }]) => [
      label,
      ...[whole25, crop25, whole50, crop50].map(three),
      String(truths),
    ]),
  ];
}

/** The same measurements of a variant, whose results are called `VARIANT-NAME`. */
function comparedTable(results: Measurements["results"], variant: string): string[][] | undefined {
  const names = Object.keys(results).filter((name) => name.startsWith(`${variant}-`));
  if (names.length === 0) return undefined;
  return [
    ["label", "pictures", "AP50", `AP50 of ${variant}`, "difference"],
    ...names.flatMap((name) => {
      const same = name.slice(variant.length + 1);
      const before = new Map(rowsOf(results[same]));
      const pictures = same.startsWith("fold-") ? "held-out fold" : "val";
      return rowsOf(results[name]).map(([label, { ap50 }]) => {
        const own = before.get(label)?.ap50;
        const [asTrained, lost] = own === undefined ? ["", ""] : [three(own), signed(ap50 - own)];
        return [label, pictures, asTrained, three(ap50), lost];
      });
    }),
  ];
}

const footage = z.object({
  pictures: z.int(),
  labels: z.record(
    z.string(),
    z.object({ threshold: z.number(), boxes: z.int(), boxesPerPicture: z.number() }),
  ),
  clips: z.record(
    z.string(),
    z.object({ pictures: z.int(), boxes: z.record(z.string(), z.int()) }),
  ),
});

function footageTable(one: Measurements["results"][string] | undefined): string[][] | undefined {
  if (one === undefined) return undefined;
  const { pictures, labels: found, clips } = footage.parse(one.result);
  const names = Object.keys(found);
  return [
    ["boxes a picture", "pictures", ...names],
    ...Object.entries(clips).map(([clip, { pictures: count, boxes }]) => [
      clip,
      String(count),
      ...names.map((label) => ((boxes[label] ?? 0) / Math.max(1, count)).toFixed(2)),
    ]),
    [
      "all",
      String(pictures),
      ...Object.values(found).map(({ boxesPerPicture }) => boxesPerPicture.toFixed(2)),
    ],
  ];
}

const cost = z.object({
  costRatio: z.number(),
  processor: z.string(),
  cost: z.object({
    against: z.string(),
    cpuMsPerImage: z.number(),
    againstCpuMsPerImage: z.number(),
    inputSize: z.string(),
    againstInputSize: z.string(),
  }),
});

function costTable(one: Measurements["results"][string] | undefined): string[][] | undefined {
  if (one === undefined) return undefined;
  const { costRatio, processor, cost: costs } = cost.parse(one.result);
  return [
    ["against", "cost, times", "aim", "CPU time of a picture", "its", "processor"],
    [
      costs.against,
      costRatio.toFixed(3),
      aimBelow(costRatio, 1.05),
      `${costs.cpuMsPerImage.toFixed(1)} ms, ${costs.inputSize}`,
      `${costs.againstCpuMsPerImage.toFixed(1)} ms, ${costs.againstInputSize}`,
      processor,
    ],
  ];
}

function aimBelow(value: number, aim: number): string {
  return `≤ ${aim.toFixed(2)} ${value <= aim ? "reached" : "missed"}`;
}

function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function three(value: number): string {
  return value.toFixed(3);
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
