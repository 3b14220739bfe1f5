/**
 * What a view's crop wins for things that are small in the frame: the same pasted pictures looked
 * at as whole frames and through the crop that a zone's view has.
 */
import { type EvaluatedPicture, evaluate } from "../../../models/evaluation/evaluate.ts";
import { wholePicture } from "../../../pipelines/domain/geometry.ts";
import type { Label } from "../../../pipelines/domain/label.ts";
import type { PreparedModel } from "../../inference/model-store.ts";
import { foundBoxes } from "./found-boxes.ts";
import { type LabelFolders, labelledPictures } from "./labelled-pictures.ts";
import { inFrame, type PastedPicture, pastePicture } from "./pasted-picture.ts";
import { cropInput, type ReadInput } from "./picture-input.ts";
import { lowestScore, PictureRunner } from "./picture-runner.ts";
import { picturesOf } from "./picture-set.ts";

/** Of the frame's sides. */
const shares = { whole25: 0.25, crop25: 0.25, whole50: 0.5, crop50: 0.5 } as const;
type Way = keyof typeof shares;
const ways = Object.keys(shares) as readonly Way[]; // as written above

export interface BenchCropsOptions {
  readonly model: PreparedModel;
  readonly folder: string;
  readonly folders: LabelFolders;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Average precision at an overlap of 0.5 each way. */
export type CropFigures = Readonly<Record<Way, number>> & { readonly truths: number };

export interface CropsBench {
  readonly pictures: number;
  readonly labels: Partial<Record<Label, CropFigures>>;
}

/** Undefined when it was stopped. */
export async function benchCrops(options: BenchCropsOptions): Promise<CropsBench | undefined> {
  const { model, folder, folders, signal, onProgress } = options;
  const { rows } = await labelledPictures(await picturesOf(folder), folders);
  const wanted = new Set(folders.classes.values());
  const looks = rows.flatMap((row, number) => {
    const backdropPath = rows[(number + 1) % rows.length]?.picture.path ?? row.picture.path;
    const paste = (share: number) =>
      onceFor(2, () => pastePicture({ path: row.picture.path, backdropPath, number, share }));
    const pasted = { 0.25: paste(0.25), 0.5: paste(0.5) };
    return ways.map((way) => ({ row, way, pasted: pasted[shares[way]] }));
  });
  const evaluated: Record<Way, EvaluatedPicture[]> = {
    whole25: [],
    crop25: [],
    whole50: [],
    crop50: [],
  };
  const runner = new PictureRunner(model, lowestScore);
  try {
    await runner.start();
    const places: PastedPicture["place"][] = [];
    const inputs = looks.map(
      ({ way, pasted }, index): ReadInput =>
        async (input) => {
          const { frame, place, view } = await pasted();
          places[index] = place;
          return await cropInput(frame, way.startsWith("crop") ? view : wholePicture, input);
        },
    );
    let done = 0;
    for await (const detections of runner.detect(inputs)) {
      if (signal.aborted) return undefined;
      const look = looks[done];
      const place = places[done];
      if (look === undefined || place === undefined) break;
      evaluated[look.way].push({
        truths: look.row.truths.map(({ label, box }) => ({ label, box: inFrame(box, place) })),
        ignored: look.row.ignored.map(({ label, box }) => ({ label, box: inFrame(box, place) })),
        found: foundBoxes(detections, wanted),
      });
      done += 1;
      onProgress(done, looks.length);
    }
  } finally {
    await runner.stop();
  }
  return { pictures: rows.length, labels: figuresOf(evaluated) };
}

function figuresOf(
  evaluated: Readonly<Record<Way, readonly EvaluatedPicture[]>>,
): CropsBench["labels"] {
  // Without draws there is no interval; the differences are larger than what it would say.
  const options = { together: [], drawCount: 0, seed: 0 };
  const found = ways.map((way) => [way, evaluate(evaluated[way], options)] as const);
  const [[, first] = [undefined, []]] = found;
  return Object.fromEntries(
    first.map(({ name, figures }) => [
      name,
      {
        ...Object.fromEntries(
          found.map(([way, list]) => [
            way,
            list.find((one) => one.name === name)?.figures.ap50 ?? 0,
          ]),
        ),
        truths: figures.truths,
      },
    ]),
  );
}

/** Made when first asked for, kept until the last of `uses`: a frame is six megabytes. */
function onceFor<Value>(uses: number, make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  let left = uses;
  return () => {
    const value = made ?? make();
    left -= 1;
    made = left > 0 ? value : undefined;
    return value;
  };
}
