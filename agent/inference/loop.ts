/**
 * The inference loop: turns pictures that arrive into looks, the most urgent first.
 *
 * Pulled by deadlines: the scheduler names a stream, its newest picture is fetched and decoded
 * once for all views of it that are due, the crops wait in slots for a batch, a session runs it.
 * Nothing is decoded that nobody looks at; everything in between is bounded by the slots. A look
 * that was lost on the way is reported as missed, never as a look that saw nothing.
 */
import type { Detections } from "../../pipelines/domain/detections.ts";
import type { CameraId, ViewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { Clock } from "../runtime/clock.ts";
import { Batcher } from "./batcher.ts";
import { LoopCounter, type LoopStats, type MissReason } from "./loop-stats.ts";
import type {
  CropRequest,
  Decoder,
  LoopModel,
  Picture,
  PictureNotice,
  PictureSource,
  PlacedCrop,
  ViewJob,
} from "./ports.ts";
import { DeadlineScheduler, type Release } from "./scheduler.ts";
import type { StartSession } from "./session-link.ts";
import type { AskedPlacement } from "./session-messages.ts";
import { SessionPool, type SessionResult } from "./sessions.ts";
import { type Slot, Slots } from "./slots.ts";
import { distinctModels, streamKey, ViewBook, type ViewRecord } from "./view-book.ts";
import { within } from "./within.ts";

export interface MissedLook {
  readonly cameraId: CameraId;
  readonly viewId: ViewId;
  readonly reason: MissReason;
  /** What went wrong, for the log; empty for a look that was only late. */
  readonly detail: string;
}

export interface LoopEvents {
  onLook(look: Look): void;
  onMissed?(missed: MissedLook): void;
  /** A session's thread was lost and is being replaced. */
  onSessionLost?(why: string): void;
}

export interface InferenceLoopOptions<P extends Picture> {
  readonly views: readonly ViewJob[];
  readonly pictures: PictureSource<P>;
  readonly decoder: Decoder<P>;
  readonly clock: Clock;
  readonly workerCount: number;
  readonly batchMax: number;
  /** How long a batch may wait to fill; 0 where batches gain nothing. */
  readonly batchWaitMs: number;
  /** Pictures that are fetched or decoded at a time. */
  readonly decodingMax?: number;
  readonly startSession?: StartSession;
  /** A batch that takes longer hangs. */
  readonly runMsMax?: number;
}

/** A look that has its slot. */
interface LookInWork {
  readonly view: ViewRecord;
  readonly release: Release;
  readonly model: LoopModel;
  readonly slot: Slot;
}

/** A look whose crop is decoded. */
interface DecodedLook extends LookInWork {
  readonly modelTag: string;
  readonly deadlineMonoMs: number;
  readonly picture: Picture;
  readonly placed: PlacedCrop;
}

/** A source that does not answer must not hold the loop. */
const fetchMsMax = 5_000;

export class InferenceLoop<P extends Picture> {
  readonly #pictures: PictureSource<P>;
  readonly #decoder: Decoder<P>;
  readonly #clock: Clock;
  readonly #decodingMax: number;
  readonly #views = new ViewBook();
  readonly #scheduler = new DeadlineScheduler();
  readonly #batcher: Batcher<DecodedLook>;
  readonly #slots: Slots;
  readonly #sessions: SessionPool;
  readonly #counter: LoopCounter;
  #events: LoopEvents = { onLook: () => undefined };
  #phase: "new" | "running" | "stopped" = "new";
  #decodingCount = 0;
  #inWorkCount = 0;
  #cancelBatchTimer: () => void = () => undefined;

  constructor(options: InferenceLoopOptions<P>) {
    const { workerCount, batchMax, batchWaitMs, decodingMax = 2 } = options;
    this.#pictures = options.pictures;
    this.#decoder = options.decoder;
    this.#clock = options.clock;
    this.#decodingMax = decodingMax;
    this.#batcher = new Batcher({ sizeMax: batchMax, waitMs: batchWaitMs });
    // A batch in each session, one behind each, and what is being decoded.
    this.#slots = new Slots({ countMax: 2 * workerCount * batchMax + 2 * decodingMax });
    this.#counter = new LoopCounter({ batchMax });
    this.#sessions = new SessionPool({
      workerCount,
      clock: options.clock,
      ...(options.startSession === undefined ? {} : { startSession: options.startSession }),
      ...(options.runMsMax === undefined ? {} : { runMsMax: options.runMsMax }),
      onLost: (why) => this.#events.onSessionLost?.(why),
      onRoom: () => this.#pump(),
    });
    this.#setViews(options.views);
  }

  /** Resolves when every model is loaded; looks begin with the next picture. */
  async start(events: LoopEvents): Promise<void> {
    this.#events = events;
    await this.#sessions.load(this.#views.models);
    if (this.#phase === "new") this.#phase = "running";
    this.#pump();
  }

  /** A picture has arrived. */
  offer(notice: PictureNotice): void {
    this.#scheduler.offer(streamKey(notice), notice);
    this.#pump();
  }

  /** Views that stay keep their rhythm; looks in work of views that go are dropped. */
  async update(views: readonly ViewJob[]): Promise<void> {
    await this.#sessions.load(distinctModels(views));
    this.#setViews(views);
    this.#pump();
  }

  stats(): LoopStats {
    return {
      ...this.#counter.counts(),
      waitingCount: this.#scheduler.waitingCount,
      inWorkCount: this.#inWorkCount,
      isBehind: this.#scheduler.isBehind,
      isOverloaded: this.#scheduler.isOverloaded,
      lostSessionCount: this.#sessions.lostCount,
      repeatedBatchCount: this.#sessions.repeatedCount,
      views: this.#views.stats(),
    };
  }

  /** Nothing is delivered from now on; resolves when the sessions' threads are gone. */
  async stop(): Promise<void> {
    this.#phase = "stopped";
    this.#cancelBatchTimer();
    this.#batcher.clear();
    await this.#sessions.stop();
  }

  #setViews(jobs: readonly ViewJob[]): void {
    this.#views.set(jobs);
    this.#scheduler.update(this.#views.scheduled());
  }

  /** Starts whatever can be started now; called after everything that happened. */
  #pump(): void {
    if (this.#phase !== "running") return;
    this.#sendBatches();
    while (this.#decodingCount < this.#decodingMax) {
      const due = this.#scheduler.next(this.#clock.monoMs(), this.#freeSlotCount());
      if (due === undefined) return;
      const looks = due.looks.flatMap((release) => this.#begin(release));
      this.#decodingCount += 1;
      void this.#decode(looks).finally(() => {
        this.#decodingCount -= 1;
        this.#pump();
      });
    }
  }

  /** Slots of the size that has the fewest left: any view may be next. */
  #freeSlotCount(): number {
    return Math.min(...this.#views.models.map((model) => this.#slots.freeCount(inputBytes(model))));
  }

  #begin(release: Release): LookInWork[] {
    const view = this.#views.get(release.key);
    if (view === undefined) return [];
    const { model } = view.job;
    const slot = this.#slots.take(inputBytes(model));
    if (slot === undefined) throw new RangeError("a look was begun without a free slot");
    this.#inWorkCount += 1;
    return [{ view, release, model, slot }];
  }

  async #decode(begun: readonly LookInWork[]): Promise<void> {
    const picture = await this.#fetch(begun);
    if (picture === undefined) return;
    const looks = begun.filter((look) => {
      const isNew = this.#scheduler.looking(look.view.key, picture);
      if (!isNew) this.#lose(look, "no-picture", "its newest picture was looked at before");
      return isNew;
    });
    if (looks.length === 0) return;
    const crops = await this.#crops(picture, looks);
    if (crops === undefined) return;
    this.#counter.decoded();
    const nowMonoMs = this.#clock.monoMs();
    for (const [index, look] of looks.entries()) {
      const placed = crops[index];
      if (placed === undefined) throw new RangeError(`no crop ${index} of ${crops.length}`);
      const { modelTag } = look.model;
      const { deadlineMonoMs } = look.release;
      this.#batcher.add({ ...look, modelTag, deadlineMonoMs, picture, placed }, nowMonoMs);
    }
  }

  async #fetch(looks: readonly LookInWork[]): Promise<P | undefined> {
    const [first] = looks;
    if (first === undefined) return undefined;
    const { cameraId, stream } = first.view.job;
    try {
      const picture = await within(
        this.#clock,
        fetchMsMax,
        this.#pictures.newestPicture(cameraId, stream),
      );
      if (picture !== undefined) return picture;
      for (const look of looks) this.#lose(look, "no-picture", "the stream has none");
    } catch (error) {
      for (const look of looks) this.#lose(look, "fetch-failed", textOf(error));
    }
    return undefined;
  }

  async #crops(
    picture: P,
    looks: readonly LookInWork[],
  ): Promise<readonly PlacedCrop[] | undefined> {
    try {
      return await this.#decoder.decode(
        picture,
        looks.map((look) => cropRequest(look)),
      );
    } catch (error) {
      for (const look of looks) this.#lose(look, "decode-failed", textOf(error));
      return undefined;
    }
  }

  #sendBatches(): void {
    const nowMonoMs = this.#clock.monoMs();
    const canRun = (modelTag: string): boolean => this.#sessions.roomFor(modelTag) > 0;
    for (;;) {
      const batch = this.#batcher.take(nowMonoMs, canRun);
      if (batch === undefined) break;
      void this.#run(batch).finally(() => this.#pump());
    }
    this.#cancelBatchTimer();
    const dueAtMonoMs = this.#batcher.nextDueAtMonoMs();
    if (dueAtMonoMs !== undefined && dueAtMonoMs > nowMonoMs) {
      this.#cancelBatchTimer = this.#clock.after(dueAtMonoMs - nowMonoMs, () => this.#pump());
    }
  }

  async #run(batch: readonly DecodedLook[]): Promise<void> {
    const result = await this.#detections(batch);
    if (result === undefined) return;
    this.#counter.ran(batch.length, result.runMs);
    for (const [index, look] of batch.entries()) {
      const detections = result.detections[index];
      if (detections === undefined) throw new RangeError(`no detections for input ${index}`);
      this.#deliver(look, detections);
    }
  }

  async #detections(batch: readonly DecodedLook[]): Promise<SessionResult | undefined> {
    try {
      return await this.#sessions.run({
        modelTag: batch[0]?.modelTag ?? "",
        inputs: batch.map(({ slot }) => slot.bytes),
        placements: batch.map(({ placed, view }) => placementOf(placed, view.job)),
      });
    } catch (error) {
      for (const look of batch) this.#lose(look, "inference-failed", textOf(error));
      return undefined;
    }
  }

  #deliver(look: DecodedLook, detections: Detections): void {
    const { view, release, picture, placed } = look;
    this.#end(look, { isLost: false });
    if (!this.#isWanted(look)) return;
    const nowMonoMs = this.#clock.monoMs();
    const latencyMs = nowMonoMs - release.releasedAtMonoMs;
    const { cameraId, viewId } = view.job;
    const moment = risingMoment(picture, view.lastCapturedAtMs);
    view.lastLatencyMs = latencyMs;
    view.lastCapturedAtMs = moment.capturedAtMs;
    this.#counter.looked({ latencyMs, ageMs: this.#clock.wallMs() - picture.capturedAtMs });
    if (nowMonoMs <= release.deadlineMonoMs) {
      view.metCount += 1;
      this.#counter.met();
    } else {
      this.#miss(view, "late", "");
    }
    this.#events.onLook({
      cameraId,
      viewId,
      crop: placed.crop,
      ...moment,
      detections,
      model: look.modelTag,
      pictureWidth: placed.pictureWidth,
      pictureHeight: placed.pictureHeight,
    });
  }

  #lose(look: LookInWork, reason: MissReason, detail: string): void {
    this.#end(look, { isLost: true });
    if (this.#isWanted(look)) this.#miss(look.view, reason, detail);
  }

  #end({ view, slot }: LookInWork, { isLost }: { readonly isLost: boolean }): void {
    this.#slots.giveBack(slot);
    this.#inWorkCount -= 1;
    this.#scheduler.finished(view.key, { isLost });
  }

  /** Its view is still looked at. */
  #isWanted({ view }: LookInWork): boolean {
    return this.#phase === "running" && this.#views.get(view.key) === view;
  }

  #miss(view: ViewRecord, reason: MissReason, detail: string): void {
    const { cameraId, viewId } = view.job;
    view.missedCount += 1;
    this.#counter.missed(reason);
    this.#events.onMissed?.({ cameraId, viewId, reason, detail });
  }
}

function inputBytes({ inputWidth, inputHeight }: LoopModel): number {
  return 3 * inputWidth * inputHeight;
}

function cropRequest({ view, model, slot }: LookInWork): CropRequest {
  const { inputWidth, inputHeight, fit, fill, channels } = model;
  const { crop } = view.job;
  return { crop, width: inputWidth, height: inputHeight, fit, fill, channels, into: slot.bytes };
}

/** Only what decoding needs travels to the thread. */
function placementOf(placed: PlacedCrop, { thresholds }: ViewJob): AskedPlacement {
  const { contentX, contentY, contentWidth, contentHeight, crop } = placed;
  const placement = { contentX, contentY, contentWidth, contentHeight, crop };
  return thresholds === undefined ? placement : { ...placement, thresholds };
}

/** Capture times rise from look to look, also when a camera's clock is set back: then doubt grows. */
function risingMoment(
  { capturedAtMs, capturedUncertaintyMs }: Picture,
  lastCapturedAtMs: number | undefined,
): { readonly capturedAtMs: number; readonly capturedUncertaintyMs: number } {
  if (lastCapturedAtMs === undefined || capturedAtMs > lastCapturedAtMs) {
    return { capturedAtMs, capturedUncertaintyMs };
  }
  const risen = lastCapturedAtMs + 1;
  return {
    capturedAtMs: risen,
    capturedUncertaintyMs: capturedUncertaintyMs + (risen - capturedAtMs),
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
