/**
 * What stands behind `kerbside models label`: two detectors label pictures that nobody labelled.
 *
 * Writes `labels/NAME.txt` for what both agree on and `ignored/NAME.txt` for what is doubtful, in
 * YOLO's layout with our labels' numbers. A picture whose files are there is not looked at again,
 * so a broken run is taken up where it ended; `about.json` tells a folder that was made otherwise.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { agreementOf } from "../../../models/evaluation/agreement.ts";
import type { LabelledBox } from "../../../models/evaluation/evaluate.ts";
import { type Label, labelIndex, labels } from "../../../pipelines/domain/label.ts";
import type { PreparedModel } from "../../inference/model-store.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import { makeFolderDurably, writeDurably } from "../../runtime/durable-file.ts";
import { commonLabels, foundBoxes } from "./found-boxes.ts";
import { PictureRunner } from "./picture-runner.ts";
import { labelLine, picturesOf, readLabels, type SetPicture } from "./picture-set.ts";

export interface LabelPicturesOptions {
  readonly models: readonly [PreparedModel, PreparedModel];
  /** Lowest score of each for an agreed box; half of it makes a doubtful one. */
  readonly scores: readonly [number, number];
  readonly overlapMin: number;
  readonly folder: string;
  readonly out: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface LabelledPictures {
  readonly pictures: number;
  /** Labelled by an earlier run. */
  readonly kept: number;
  /** Left for the next run, when this one was stopped. */
  readonly left: number;
  /** Boxes by label. */
  readonly agreed: Partial<Record<Label, number>>;
  readonly doubtful: Partial<Record<Label, number>>;
}

export async function labelPictures(options: LabelPicturesOptions): Promise<LabelledPictures> {
  const { models, scores, folder, out, signal, onProgress } = options;
  const pictures = await picturesOf(folder);
  const known = commonLabels(models[0].manifest, models[1].manifest);
  await openFolder(options, known);
  for (const part of ["labels", "ignored"]) await makeFolderDurably(join(out, part), 0o755);
  const unlabelled: SetPicture[] = [];
  for (const picture of pictures) {
    if ((await readLabels(join(out, "ignored"), picture.name)) === undefined)
      unlabelled.push(picture);
  }
  const kept = pictures.length - unlabelled.length;
  const halves = [scores[0] / 2, scores[1] / 2] as const;
  const first = new PictureRunner(models[0], halves[0]);
  const second = new PictureRunner(models[1], halves[1]);
  let done = 0;
  try {
    if (unlabelled.length > 0) await Promise.all([first.start(), second.start()]);
    onProgress(kept, pictures.length);
    const paths = unlabelled.map(({ path }) => path);
    const others = second.detect(paths);
    for await (const detections of first.detect(paths)) {
      if (signal.aborted) break;
      const other = await others.next();
      const picture = unlabelled[done++];
      if (other.done === true || picture === undefined) break;
      const { agreed, doubtful } = agreementOf(
        foundBoxes(detections, known),
        foundBoxes(other.value, known),
        { sure: scores, doubtful: halves, overlapMin: options.overlapMin },
      );
      // The last file written is the one that says that the picture is done.
      await writeDurably(join(out, "labels", `${picture.name}.txt`), linesOf(agreed), forAll);
      await writeDurably(join(out, "ignored", `${picture.name}.txt`), linesOf(doubtful), forAll);
      onProgress(kept + done, pictures.length);
    }
  } finally {
    await first.stop();
    await second.stop();
  }
  return {
    pictures: pictures.length,
    kept,
    left: unlabelled.length - done,
    agreed: await countsOf(join(out, "labels"), pictures),
    doubtful: await countsOf(join(out, "ignored"), pictures),
  };
}

const forAll = { mode: 0o644 };

/** Makes the folder, or checks that it was made by the same settings. */
async function openFolder(
  { models, scores, overlapMin, out }: LabelPicturesOptions,
  known: ReadonlySet<Label>,
): Promise<void> {
  const about = {
    models: models.map(({ modelTag }) => modelTag),
    scores,
    overlapMin,
    classes: Object.fromEntries([...known].map((label) => [labelIndex(label), label])),
  };
  const text = `${JSON.stringify(about, undefined, 2)}\n`;
  const path = join(out, "about.json");
  const before = await readFile(path, "utf8").catch(() => undefined);
  if (before === text) return;
  if (before !== undefined) {
    throw new AgentError(
      "USAGE",
      `${out} was labelled by other models or with other limits (${path})`,
      "Name another folder, or remove this one.",
    );
  }
  try {
    await mkdir(out, { recursive: true });
    await writeDurably(path, text, forAll);
  } catch (cause) {
    throw new AgentError(
      "USAGE",
      `cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Name a folder that can be written.",
      { cause },
    );
  }
}

function linesOf(boxes: readonly LabelledBox[]): Uint8Array {
  return Buffer.from(
    boxes.map(({ label, box }) => `${labelLine(labelIndex(label), box)}\n`).join(""),
  );
}

async function countsOf(
  labelsFolder: string,
  pictures: readonly SetPicture[],
): Promise<Partial<Record<Label, number>>> {
  const counts = labels.map(() => 0);
  for (const { name } of pictures) {
    for (const { classNumber } of (await readLabels(labelsFolder, name)) ?? []) {
      counts[classNumber] = (counts[classNumber] ?? 0) + 1;
    }
  }
  const entries = labels.map((label, index) => [label, counts[index] ?? 0] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}
