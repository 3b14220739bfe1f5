/**
 * Labelled pictures as still cameras: each is looked at for as long as the rules need, in virtual
 * time, and what they tell is held against the labels.
 *
 * A picture is detected once and the look repeated, so a box that is above its threshold stays
 * there: what is measured is whether detector and rules raise the right kind, not how a real
 * camera's noise moves them. Every picture has a box of its own, without memory of the last one.
 */
import type { LabelledBox } from "../../models/evaluation/evaluate.ts";
import { boxOverlap } from "../../pipelines/domain/geometry.ts";
import type { Kind, SubKind } from "../../pipelines/domain/kind.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { SetPicture } from "../bench/pictures/picture-set.ts";
import type { ViewJob } from "../inference/ports.ts";
import type { ReplayDetector, SeenView } from "./replay-detector.ts";
import { type DueStill, dueOf } from "./still-due.ts";
import { type StillPicture, stillPicture } from "./still-picture.ts";
import type { StillWatch } from "./still-watch.ts";
import { type Decision, VirtualBox } from "./virtual-box.ts";

export interface LabelledStill {
  readonly picture: SetPicture;
  readonly truths: readonly LabelledBox[];
}

export interface StillsOptions {
  readonly stills: readonly LabelledStill[];
  readonly watches: readonly StillWatch[];
  readonly jobs: readonly ViewJob[];
  readonly detector: Pick<ReplayDetector, "see">;
  readonly agentVersion: string;
  readonly startMs: number;
  readonly signal: AbortSignal;
  readonly onJudged: (judged: JudgedStill) => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
}

/** One picture under the rules of one kind. */
export interface JudgedStill {
  readonly name: string;
  readonly kind: Kind;
  readonly due: readonly SubKind[];
  readonly told: readonly SubKind[];
  /** Something due was told where it is. */
  readonly isPlaced: boolean;
  /** For a drawing of it. */
  readonly scene: {
    readonly still: StillPicture;
    readonly truths: readonly LabelledBox[];
    readonly look: Look;
    readonly box: VirtualBox;
    readonly decisions: readonly Decision[];
    readonly watch: StillWatch;
  };
}

/** Read and detected ahead, so that decoder and session both have work. */
const underWayMax = 4;
/** Of a told box with the labelled one. */
const placedOverlapMin = 0.3;

/** Undefined when it was stopped; otherwise how many pictures did not decode. */
export async function judgeStills(options: StillsOptions): Promise<number | undefined> {
  const { stills, watches, signal, onJudged, onProgress } = options;
  const underWay: Promise<SeenStill>[] = [];
  let done = 0;
  let failedCount = 0;
  onProgress(0, stills.length);
  const takeOne = async (): Promise<void> => {
    const { still, labelled, seen } = await taken(underWay);
    if (seen === undefined) failedCount += 1;
    else {
      for (const watch of watches) {
        await onJudged(judgeOne({ still, labelled, seen, watch }, options));
      }
    }
    done += 1;
    onProgress(done, stills.length);
  };
  for (const labelled of stills) {
    const one = seeStill(labelled, options);
    // A reader that ends early leaves some on the way, and nobody waits for them.
    one.catch(() => undefined);
    underWay.push(one);
    if (underWay.length >= underWayMax) await takeOne();
    if (signal.aborted) return undefined;
  }
  while (underWay.length > 0) await takeOne();
  return signal.aborted ? undefined : failedCount;
}

interface SeenStill {
  readonly still: StillPicture;
  readonly labelled: LabelledStill;
  readonly seen: readonly SeenView[] | undefined;
}

async function seeStill(
  labelled: LabelledStill,
  { jobs, detector, startMs }: StillsOptions,
): Promise<SeenStill> {
  const [job] = jobs;
  if (job === undefined) throw new RangeError("a camera without a view looks at nothing");
  const { cameraId } = job;
  const still = await stillPicture(labelled.picture.path, { cameraId, capturedAtMs: startMs });
  return { still, labelled, seen: await detector.see(still.picture, jobs) };
}

function judgeOne(
  {
    still,
    labelled,
    seen,
    watch,
  }: {
    readonly still: StillPicture;
    readonly labelled: LabelledStill;
    readonly seen: readonly SeenView[];
    readonly watch: StillWatch;
  },
  { jobs, agentVersion, startMs }: StillsOptions,
): JudgedStill {
  const box = new VirtualBox({ config: watch.config, agentVersion });
  const decisions: Decision[] = [];
  const looks = looksOf(jobs, seen);
  let last: Look | undefined;
  for (let index = 0; index < watch.lookCount; index++) {
    const capturedAtMs = startMs + index * watch.everyMs;
    for (const look of looks) {
      last = { ...look, capturedAtMs };
      decisions.push(...box.offer(last));
    }
  }
  if (last === undefined) throw new RangeError("nothing was looked at");
  const due = dueOf(watch.kind, labelled.truths, watch.watched);
  return {
    name: labelled.picture.name,
    kind: watch.kind,
    due: distinct(due.map(({ subKind }) => subKind)),
    told: distinct(decisions.map(({ change }) => change.subKind)),
    isPlaced: decisions.some(({ change }) => due.some((one) => isAt(one, change))),
    scene: { still, truths: labelled.truths, look: last, box, decisions, watch },
  };
}

function looksOf(jobs: readonly ViewJob[], seen: readonly SeenView[]): readonly Look[] {
  return jobs.flatMap(({ cameraId, viewId, model }, index) => {
    const view = seen[index];
    if (view === undefined) return [];
    const moment = { capturedAtMs: 0, capturedUncertaintyMs: 0, model: model.modelTag };
    return [{ cameraId, viewId, ...moment, ...view }];
  });
}

function isAt({ box }: DueStill, told: Decision["change"]): boolean {
  return boxOverlap(box, told.box) >= placedOverlapMin;
}

function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}

async function taken<Value>(queue: Promise<Value>[]): Promise<Value> {
  const first = queue.shift();
  if (first === undefined) throw new RangeError("nothing is on its way");
  return await first;
}
