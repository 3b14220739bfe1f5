/**
 * What stands behind `kerbside models eval`: a model against labels, or against another model.
 *
 * Against labels, only the classes that are named count: sets label only some things, and what
 * they leave out is not wrong. Against another model it is agreement, not accuracy: what the other
 * one says from a score up is taken for the truth.
 */
import {
  type EvaluatedPicture,
  evaluate,
  type LabelEvaluation,
} from "../../../models/evaluation/evaluate.ts";
import type { Manifest } from "../../../models/manifest.ts";
import type { Label } from "../../../pipelines/domain/label.ts";
import type { PreparedModel } from "../../inference/model-store.ts";
import { commonLabels, foundBoxes } from "./found-boxes.ts";
import { type LabelFolders, labelledPictures } from "./labelled-pictures.ts";
import { lowestScore, PictureRunner } from "./picture-runner.ts";
import { picturesOf, type SetPicture } from "./picture-set.ts";

const drawCount = 1000;
const seed = 1;

/** Where the truth comes from. */
export type Truth =
  | (LabelFolders & { readonly kind: "labels" })
  | { readonly kind: "model"; readonly model: PreparedModel; readonly scoreMin: number };

export interface EvaluateModelOptions {
  readonly model: PreparedModel;
  readonly folder: string;
  readonly truth: Truth;
  readonly together: readonly (readonly Label[])[];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface ModelEvaluation {
  readonly pictures: number;
  /** Boxes of classes that were not named: they count neither way. */
  readonly unnamedBoxes: number;
  readonly labels: readonly LabelEvaluation[];
}

/** Undefined when it was stopped: figures of some of the pictures would mislead. */
export async function evaluateModel(
  options: EvaluateModelOptions,
): Promise<ModelEvaluation | undefined> {
  const { model, folder, truth, together, signal, onProgress } = options;
  const all = await picturesOf(folder);
  const source =
    truth.kind === "labels" ? await labelTruth(all, truth) : modelTruth(all, truth, model.manifest);
  const runner = new PictureRunner(model, lowestScore);
  const evaluated: EvaluatedPicture[] = [];
  try {
    await runner.start();
    onProgress(0, source.pictures.length);
    const found = runner.detect(source.pictures.map(({ path }) => path));
    const truths = source.boxes();
    for await (const detections of found) {
      if (signal.aborted) return undefined;
      const next = await truths.next();
      if (next.done === true) break;
      evaluated.push({ ...next.value, found: foundBoxes(detections, source.labels) });
      onProgress(evaluated.length, source.pictures.length);
    }
  } finally {
    await runner.stop();
    await source.stop();
  }
  const labels = evaluate(evaluated, { together, drawCount, seed });
  return { pictures: evaluated.length, unnamedBoxes: source.unnamedBoxes, labels };
}

interface TruthSource {
  readonly pictures: readonly SetPicture[];
  /** What is judged: boxes of other labels are not looked at. */
  readonly labels: ReadonlySet<Label>;
  readonly unnamedBoxes: number;
  boxes(): AsyncGenerator<Pick<EvaluatedPicture, "truths" | "ignored">>;
  stop(): Promise<void>;
}

async function labelTruth(all: readonly SetPicture[], folders: LabelFolders): Promise<TruthSource> {
  const { rows, unnamedBoxes } = await labelledPictures(all, folders);
  return {
    pictures: rows.map(({ picture }) => picture),
    labels: new Set(folders.classes.values()),
    unnamedBoxes,
    async *boxes() {
      yield* rows;
    },
    stop: async () => undefined,
  };
}

function modelTruth(
  pictures: readonly SetPicture[],
  { model, scoreMin }: Truth & { readonly kind: "model" },
  judged: Manifest,
): TruthSource {
  const runner = new PictureRunner(model, scoreMin);
  const labels = commonLabels(judged, model.manifest);
  return {
    pictures,
    labels,
    unnamedBoxes: 0,
    async *boxes() {
      await runner.start();
      for await (const detections of runner.detect(pictures.map(({ path }) => path))) {
        yield { truths: foundBoxes(detections, labels), ignored: [] };
      }
    },
    stop: () => runner.stop(),
  };
}
