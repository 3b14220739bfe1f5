/**
 * What stands behind `kerbside models alarms`: how often a detector reports what is not there.
 *
 * Every box at or above the manifest's threshold on pictures that show nothing of a label is a
 * false alarm of one look. Pictures run as in `models eval`; footage runs as in a replay, through
 * the agent's own decoder, at the pictures that the agent would look at.
 */
import { basename } from "node:path";
import { type Manifest, withLowestScore } from "../../../models/manifest.ts";
import { type Detections, detectionLabel } from "../../../pipelines/domain/detections.ts";
import { wholePicture } from "../../../pipelines/domain/geometry.ts";
import { cameraId, viewId } from "../../../pipelines/domain/ids.ts";
import type { Label } from "../../../pipelines/domain/label.ts";
import type { PreparedModel } from "../../inference/model-store.ts";
import { openFootage } from "../../replay/footage-file.ts";
import { footageLooks } from "../../replay/footage-looks.ts";
import { ReplayDetector } from "../../replay/replay-detector.ts";
import { PictureRunner } from "./picture-runner.ts";
import { picturesOf } from "./picture-set.ts";

export interface LabelAlarms {
  /** Lowest score that counted. */
  readonly threshold: number;
  readonly boxes: number;
  readonly boxesPerPicture: number;
  /** With a box at least. */
  readonly pictures: number;
  /** Of all pictures, 0..1. */
  readonly share: number;
}

export interface FalseAlarms {
  readonly pictures: number;
  /** Could not be decoded; nobody looked. */
  readonly failedPictures: number;
  readonly labels: Partial<Record<Label, LabelAlarms>>;
  /** By file name, for footage alone. */
  readonly clips?: Readonly<Record<string, ClipAlarms>>;
}

interface ClipAlarms {
  readonly pictures: number;
  readonly boxes: Partial<Record<Label, number>>;
}

export interface FalseAlarmOptions {
  readonly model: PreparedModel;
  /** Labels of which the pictures show nothing. */
  readonly labels: readonly Label[];
  /** In place of the manifest's thresholds. */
  readonly scoreMin: number | undefined;
  readonly source:
    | { readonly kind: "pictures"; readonly folder: string }
    | { readonly kind: "footage"; readonly paths: readonly string[]; readonly everyMs: number };
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Undefined when it was stopped. */
export async function falseAlarms(options: FalseAlarmOptions): Promise<FalseAlarms | undefined> {
  const { model, labels, scoreMin, source } = options;
  const manifest =
    scoreMin === undefined ? model.manifest : withLowestScore(model.manifest, scoreMin);
  const counter = new AlarmCounter(labels);
  if (source.kind === "pictures") {
    const isDone = await countPictures(source.folder, { ...model, manifest }, counter, options);
    return isDone ? { failedPictures: 0, ...counter.result(manifest) } : undefined;
  }
  const clips: Record<string, ClipAlarms> = {};
  const detector = new ReplayDetector();
  let failedPictures = 0;
  try {
    for (const [index, path] of source.paths.entries()) {
      options.onProgress(index, source.paths.length);
      const clip = new AlarmCounter(labels);
      const job = {
        cameraId: cameraId("footage"),
        viewId: viewId("footage:whole"),
        stream: "main",
        crop: wholePicture,
        everyMs: source.everyMs,
        model: { ...model, manifest },
      } as const;
      if (index === 0) await detector.start([job]);
      const looks = footageLooks({
        file: await openFootage(path),
        cameraId: job.cameraId,
        jobs: [job],
        startMs: 0,
        rounds: 1,
        durationMsMax: Number.POSITIVE_INFINITY,
        detector,
        onFailed: () => {
          failedPictures += 1;
        },
      });
      for await (const { look } of looks) {
        if (options.signal.aborted) return undefined;
        counter.add(look.detections);
        clip.add(look.detections);
      }
      clips[basename(path)] = clip.clip();
    }
  } finally {
    await detector.stop();
  }
  return { failedPictures, ...counter.result(manifest), clips };
}

async function countPictures(
  folder: string,
  model: PreparedModel,
  counter: AlarmCounter,
  { signal, onProgress }: FalseAlarmOptions,
): Promise<boolean> {
  const pictures = await picturesOf(folder);
  const runner = new PictureRunner(model);
  try {
    await runner.start();
    let done = 0;
    for await (const detections of runner.detect(pictures.map(({ path }) => path))) {
      if (signal.aborted) return false;
      counter.add(detections);
      onProgress(++done, pictures.length);
    }
  } finally {
    await runner.stop();
  }
  return true;
}

class AlarmCounter {
  readonly #labels: readonly Label[];
  readonly #boxes = new Map<Label, number>();
  readonly #picturesOf = new Map<Label, number>();
  #pictures = 0;

  constructor(labels: readonly Label[]) {
    this.#labels = labels;
  }

  add(detections: Detections): void {
    this.#pictures += 1;
    const found = Array.from({ length: detections.count }, (_, index) =>
      detectionLabel(detections, index),
    ).filter((label) => this.#labels.includes(label));
    for (const label of found) count(this.#boxes, label);
    for (const label of new Set(found)) count(this.#picturesOf, label);
  }

  result({ thresholds }: Manifest): Pick<FalseAlarms, "pictures" | "labels"> {
    const share = (value: number) => Math.round((value / Math.max(1, this.#pictures)) * 1e4) / 1e4;
    const labels = this.#labels.map((label): [Label, LabelAlarms] => {
      const boxes = this.#boxes.get(label) ?? 0;
      const pictures = this.#picturesOf.get(label) ?? 0;
      const threshold = thresholds[label] ?? 1;
      return [
        label,
        { threshold, boxes, boxesPerPicture: share(boxes), pictures, share: share(pictures) },
      ];
    });
    return { pictures: this.#pictures, labels: Object.fromEntries(labels) };
  }

  clip(): ClipAlarms {
    const boxes = this.#labels.map((label) => [label, this.#boxes.get(label) ?? 0] as const);
    return { pictures: this.#pictures, boxes: Object.fromEntries(boxes) };
  }
}

function count(counts: Map<Label, number>, label: Label): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}
