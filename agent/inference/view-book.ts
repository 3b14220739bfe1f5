/**
 * The views that are looked at, and what is counted of each.
 *
 * A view that stays through a change of configuration keeps its counts; looks of a view that has
 * gone find nothing here and are dropped.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import type { CameraId, ViewId } from "../../pipelines/domain/ids.ts";
import type { PictureShape } from "./crop-plan.ts";
import type { LoopModel, StreamName, ViewJob } from "./ports.ts";
import type { ScheduledView } from "./scheduler.ts";

/** What is counted of one view. */
export interface ViewStats {
  readonly cameraId: CameraId;
  readonly viewId: ViewId;
  readonly metCount: number;
  readonly missedCount: number;
  /** From the release of the newest look to its end. */
  readonly lastLatencyMs: number;
  /** Wall clock of the picture that was looked at last; undefined before the first. */
  readonly lastCapturedAtMs: number | undefined;
}

export interface ViewRecord {
  readonly key: string;
  job: ViewJob;
  crop: NormBox;
  model: LoopModel;
  /** The same where model and thresholds are. */
  detectorKey: string;
  /** Of the picture that was decoded last; undefined before the first. */
  shape: PictureShape | undefined;
  metCount: number;
  missedCount: number;
  lastLatencyMs: number;
  lastCapturedAtMs: number | undefined;
}

export class ViewBook {
  #records = new Map<string, ViewRecord>();
  #models: readonly LoopModel[] = [];

  set(jobs: readonly ViewJob[]): void {
    const records = new Map<string, ViewRecord>();
    for (const job of jobs) {
      const key = viewKey(job);
      if (records.has(key)) throw new RangeError(`view ${key} is named twice`);
      const record = this.#records.get(key) ?? newRecord(key, job);
      record.job = job;
      record.crop = job.crop;
      record.model = job.model;
      record.detectorKey = detectorKey(job);
      records.set(key, record);
    }
    this.#records = records;
    this.#models = distinctModels(jobs);
  }

  get(key: string): ViewRecord | undefined {
    return this.#records.get(key);
  }

  /** Each model once. */
  get models(): readonly LoopModel[] {
    return this.#models;
  }

  scheduled(): readonly ScheduledView[] {
    return [...this.#records.values()].map((record) => ({
      key: record.key,
      streamKey: streamKey(record.job),
      everyMs: record.job.everyMs,
      inputKey: `${record.detectorKey} ${JSON.stringify(record.crop)}`,
    }));
  }

  stats(): readonly ViewStats[] {
    return [...this.#records.values()].map((record) => ({
      cameraId: record.job.cameraId,
      viewId: record.job.viewId,
      metCount: record.metCount,
      missedCount: record.missedCount,
      lastLatencyMs: record.lastLatencyMs,
      lastCapturedAtMs: record.lastCapturedAtMs,
    }));
  }
}

function newRecord(key: string, job: ViewJob): ViewRecord {
  return {
    key,
    job,
    crop: job.crop,
    model: job.model,
    detectorKey: detectorKey(job),
    shape: undefined,
    metCount: 0,
    missedCount: 0,
    lastLatencyMs: 0,
    lastCapturedAtMs: undefined,
  };
}

function detectorKey({ model, thresholds = {} }: ViewJob): string {
  const entries = Object.entries(thresholds).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${model.modelTag} ${JSON.stringify(entries)}`;
}

export function viewKey({
  cameraId,
  viewId,
}: {
  readonly cameraId: CameraId;
  readonly viewId: ViewId;
}): string {
  return `${cameraId}/${viewId}`;
}

export function streamKey({
  cameraId,
  stream,
}: {
  readonly cameraId: CameraId;
  readonly stream: StreamName;
}): string {
  return `${cameraId}/${stream}`;
}

export function distinctModels(jobs: readonly ViewJob[]): readonly LoopModel[] {
  return [...new Map(jobs.map(({ model }) => [model.modelTag, model])).values()];
}
