/**
 * The inference loop: turns pictures that arrive into looks, the most urgent first.
 *
 * Pulled by deadlines: the scheduler names a stream, its newest picture is fetched and decoded
 * once for all views of it that are due, the crops wait in slots for a batch, a session runs it.
 * Looks that one analysis can serve share it (`crop-plan.ts`). Nothing is decoded that nobody looks
 * at; everything in between is bounded by the slots. A look that was lost on the way is reported as
 * missed, never as a look that saw nothing.
 */
import type { Detections } from "../../pipelines/domain/detections.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { Clock } from "../runtime/clock.ts";
import {
  type Analysis,
  cropRequest,
  type DecodedAnalysis,
  decodedAnalysis,
  inputBytes,
  type LookInWork,
  lookOf,
  placementOf,
  seenBy,
  shapeOf,
} from "./analysis.ts";
import { Batcher } from "./batcher.ts";
import { planAnalyses } from "./crop-plan.ts";
import type { InferenceLoopOptions, LoopEvents } from "./loop-events.ts";
import { LoopCounter, type LoopStats, type MissReason } from "./loop-stats.ts";
import type {
  Decoder,
  LoopModel,
  Picture,
  PictureNotice,
  PictureSource,
  PlacedCrop,
  ViewJob,
} from "./ports.ts";
import { QuietLooks, type RepeatedLook } from "./quiet-looks.ts";
import { DeadlineScheduler, type Release } from "./scheduler.ts";
import { type SessionBatch, SessionPool, type SessionResult } from "./sessions.ts";
import { Slots } from "./slots.ts";
import { textOf } from "./text-of.ts";
import { distinctModels, streamKey, ViewBook, type ViewRecord } from "./view-book.ts";
import { within } from "./within.ts";

/** Of one picture; beyond it, views do without the tiny one. */
const cropsMax = 16;

/** A source that does not answer must not hold the loop. */
const fetchMsMax = 5_000;

export class InferenceLoop<P extends Picture> {
  readonly #pictures: PictureSource<P>;
  readonly #decoder: Decoder<P>;
  readonly #clock: Clock;
  readonly #decodingMax: number;
  readonly #extraModels: readonly LoopModel[];
  readonly #views = new ViewBook();
  readonly #scheduler = new DeadlineScheduler();
  readonly #batcher: Batcher<DecodedAnalysis>;
  readonly #slots: Slots;
  readonly #sessions: SessionPool;
  readonly #counter: LoopCounter;
  readonly #quiet = new QuietLooks();
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
    this.#extraModels = options.extraModels ?? [];
    this.#batcher = new Batcher({ sizeMax: batchMax, waitMs: batchWaitMs });
    // A batch in each session, one behind each, and what is being decoded.
    this.#slots = new Slots({ countMax: 2 * workerCount * batchMax + 2 * decodingMax });
    this.#counter = new LoopCounter({ batchMax });
    this.#sessions = new SessionPool({
      workerCount,
      ...(options.sessionSettings === undefined ? {} : { settings: options.sessionSettings }),
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
    this.#quiet.start((look) => events.mayReuse?.(look) ?? false);
    await this.#sessions.load([...this.#views.models, ...this.#extraModels]);
    if (this.#phase === "new") this.#phase = "running";
    this.#pump();
  }

  /** A picture has arrived. */
  offer(notice: PictureNotice): void {
    this.#quiet.announced(streamKey(notice), notice);
    this.#scheduler.offer(streamKey(notice), notice);
    this.#pump();
  }

  /** Views that stay keep their rhythm; looks in work of views that go are dropped. */
  async update(views: readonly ViewJob[]): Promise<void> {
    await this.#sessions.load(distinctModels(views));
    this.#setViews(views);
    this.#pump();
  }

  /** In time that looks leave over, by a model of a view or one of `extraModels`. */
  analyse(batch: SessionBatch, signal?: AbortSignal): Promise<SessionResult> {
    return this.#sessions.runExtra(batch, signal);
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
      savedCounts: this.#quiet.savedCounts,
      packetsWrongCount: this.#quiet.packetsWrongCount,
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
    this.#quiet.set(jobs);
    this.#scheduler.update(this.#views.scheduled());
  }

  /** Starts whatever can be started now; called after everything that happened. */
  #pump(): void {
    if (this.#phase !== "running") return;
    this.#sendBatches();
    while (this.#decodingCount < this.#decodingMax) {
      const due = this.#scheduler.next(this.#clock.monoMs(), this.#freeSlotCount());
      if (due === undefined) return;
      const looks = due.looks.filter((release) => !this.#saveByPackets(release));
      if (looks.length === 0) continue;
      this.#decodingCount += 1;
      void this.#decodeAndGoOn(this.#begin(looks));
    }
  }

  /** True: its packets say that nothing has changed; it was delivered. */
  #saveByPackets(release: Release): boolean {
    const view = this.#views.get(release.key);
    const again = this.#quiet.byPackets(release.key, this.#clock.monoMs());
    const isNew = again !== undefined && this.#scheduler.looking(release.key, again.picture);
    if (view === undefined || !isNew) return false;
    this.#scheduler.finished(view.key, { isLost: false });
    this.#repeat({ view, release }, again);
    return true;
  }

  /** Slots of the size that has the fewest left: any view may be next. */
  #freeSlotCount(): number {
    return Math.min(...this.#views.models.map((model) => this.#slots.freeCount(inputBytes(model))));
  }

  #begin(releases: readonly Release[]): readonly Analysis[] {
    const begun: LookInWork[] = [];
    for (const release of releases) {
      const view = this.#views.get(release.key);
      if (view !== undefined) begun.push({ view, release });
    }
    this.#inWorkCount += begun.length;
    return planAnalyses(begun).map(({ crop, looks, isMerged }) => {
      const model = looks[0]?.view.model;
      const slot = model === undefined ? undefined : this.#slots.take(inputBytes(model));
      if (model === undefined || slot === undefined) {
        throw new RangeError("an analysis was begun without a look or a free slot");
      }
      return { crop, isMerged, model, slot, looks };
    });
  }

  async #decodeAndGoOn(begun: readonly Analysis[]): Promise<void> {
    try {
      await this.#decode(begun);
    } finally {
      this.#decodingCount -= 1;
      this.#pump();
    }
  }

  async #decode(begun: readonly Analysis[]): Promise<void> {
    const picture = await this.#fetch(begun);
    if (picture === undefined) return;
    const wanted = begun.filter((analysis) => this.#keepNew(analysis, picture));
    if (wanted.length === 0) return;
    const crops = await this.#crops(picture, wanted);
    if (crops === undefined) return;
    this.#counter.decoded();
    const nowMonoMs = this.#clock.monoMs();
    for (const [index, analysis] of wanted.entries()) {
      const placed = crops[index];
      if (placed === undefined) throw new RangeError(`no crop ${index} of ${crops.length}`);
      for (const { view } of analysis.looks) view.shape = shapeOf(placed, view.model, view.shape);
      if (this.#saveByPicture(analysis, picture, nowMonoMs)) continue;
      this.#batcher.add(decodedAnalysis(analysis, picture, placed), nowMonoMs);
    }
  }

  /** True: nothing has changed for any of its looks, and they were delivered. */
  #saveByPicture({ looks, slot }: Analysis, picture: P, nowMonoMs: number): boolean {
    const keys = looks.map(({ view }) => view.key);
    const again = this.#quiet.byPicture(keys, picture, nowMonoMs);
    if (again === undefined) return false;
    this.#slots.giveBack(slot);
    for (const [index, look] of looks.entries()) {
      this.#end(look, { isLost: false });
      const repeated = again[index];
      if (repeated !== undefined && this.#isWanted(look)) this.#repeat(look, repeated);
    }
    return true;
  }

  /** Without the looks whose view has seen the picture; false when none is left. */
  #keepNew(analysis: Analysis, picture: P): boolean {
    const old = analysis.looks.filter(({ view }) => !this.#scheduler.looking(view.key, picture));
    if (old.length === 0) return true;
    analysis.looks = analysis.looks.filter((look) => !old.includes(look));
    if (analysis.looks.length === 0) this.#slots.giveBack(analysis.slot);
    for (const look of old)
      this.#lose(look, "no-picture", "its newest picture was looked at before");
    return analysis.looks.length > 0;
  }

  async #fetch(analyses: readonly Analysis[]): Promise<P | undefined> {
    const view = analyses[0]?.looks[0]?.view;
    if (view === undefined) return undefined;
    const { cameraId, stream } = view.job;
    try {
      const newest = this.#pictures.newestPicture(cameraId, stream);
      const picture = await within(this.#clock, fetchMsMax, newest);
      if (picture !== undefined) return picture;
      for (const analysis of analyses) this.#drop(analysis, "no-picture", "the stream has none");
    } catch (error) {
      for (const analysis of analyses) this.#drop(analysis, "fetch-failed", textOf(error));
    }
    return undefined;
  }

  async #crops(
    picture: P,
    analyses: readonly Analysis[],
  ): Promise<readonly PlacedCrop[] | undefined> {
    try {
      const requests = analyses.map(cropRequest);
      const keys = analyses.flatMap(({ looks }) => looks.map(({ view }) => view.key));
      requests.push(...this.#quiet.requests(keys, cropsMax - requests.length));
      return await this.#decoder.decode(picture, requests);
    } catch (error) {
      for (const analysis of analyses) this.#drop(analysis, "decode-failed", textOf(error));
      return undefined;
    }
  }

  #sendBatches(): void {
    const nowMonoMs = this.#clock.monoMs();
    for (;;) {
      const batch = this.#batcher.take(nowMonoMs, this.#canRun);
      if (batch === undefined) break;
      void this.#runAndGoOn(batch);
    }
    this.#cancelBatchTimer();
    const dueAtMonoMs = this.#batcher.nextDueAtMonoMs();
    if (dueAtMonoMs !== undefined && dueAtMonoMs > nowMonoMs) {
      this.#cancelBatchTimer = this.#clock.after(dueAtMonoMs - nowMonoMs, () => this.#pump());
    }
  }

  readonly #canRun = (modelTag: string): boolean => this.#sessions.roomFor(modelTag) > 0;

  async #runAndGoOn(batch: readonly DecodedAnalysis[]): Promise<void> {
    try {
      await this.#run(batch);
    } finally {
      this.#pump();
    }
  }

  async #run(batch: readonly DecodedAnalysis[]): Promise<void> {
    const result = await this.#detections(batch);
    if (result === undefined) return;
    this.#counter.ran(batch.length, result.runMs);
    for (const [index, decoded] of batch.entries()) {
      const detections = result.detections[index];
      if (detections === undefined) throw new RangeError(`no detections for input ${index}`);
      this.#share(decoded, detections);
    }
  }

  async #detections(batch: readonly DecodedAnalysis[]): Promise<SessionResult | undefined> {
    try {
      return await this.#sessions.run({
        modelTag: batch[0]?.modelTag ?? "",
        inputs: batch.map(({ analysis }) => analysis.slot.bytes),
        placements: batch.map(placementOf),
      });
    } catch (error) {
      for (const { analysis } of batch) this.#drop(analysis, "inference-failed", textOf(error));
      return undefined;
    }
  }

  /** Each look gets what its own crop would have shown. */
  #share(decoded: DecodedAnalysis, detections: Detections): void {
    const { looks, slot } = decoded.analysis;
    const seen = looks.map((look) => seenBy(look, decoded, detections));
    this.#slots.giveBack(slot);
    this.#counter.shared(looks.length - 1);
    for (const look of looks) this.#end(look, { isLost: false });
    for (const [index, look] of looks.entries()) {
      const own = seen[index];
      if (own !== undefined && this.#isWanted(look)) this.#deliver(look, decoded, own);
    }
  }

  #deliver(
    { view, release }: LookInWork,
    decoded: DecodedAnalysis,
    seen: Pick<Look, "crop" | "detections">,
  ): void {
    const look = lookOf(view, decoded, seen);
    this.#quiet.analysed(view.key, look);
    this.#tell({ view, release }, look, decoded.picture.capturedAtMs);
  }

  #repeat(work: LookInWork, again: RepeatedLook): void {
    this.#quiet.saved(work.view.key, again);
    this.#tell(work, again.look, again.picture.capturedAtMs);
  }

  /** `shownAtMs`: capture time as the camera said it. */
  #tell({ view, release }: LookInWork, look: Look, shownAtMs: number): void {
    const nowMonoMs = this.#clock.monoMs();
    view.lastLatencyMs = nowMonoMs - release.releasedAtMonoMs;
    view.lastCapturedAtMs = look.capturedAtMs;
    this.#counter.looked(view.lastLatencyMs, this.#clock.wallMs() - shownAtMs);
    if (nowMonoMs <= release.deadlineMonoMs) {
      view.metCount += 1;
      this.#counter.met();
    } else {
      this.#miss(view, "late", "");
    }
    this.#events.onLook(look);
  }

  #drop({ looks, slot }: Analysis, reason: MissReason, detail: string): void {
    this.#slots.giveBack(slot);
    for (const look of looks) this.#lose(look, reason, detail);
  }

  #lose(look: LookInWork, reason: MissReason, detail: string): void {
    this.#end(look, { isLost: true });
    this.#quiet.lost(look.view.key);
    if (this.#isWanted(look)) this.#miss(look.view, reason, detail);
  }

  #end({ view }: LookInWork, end: { readonly isLost: boolean }): void {
    this.#inWorkCount -= 1;
    this.#scheduler.finished(view.key, end);
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
