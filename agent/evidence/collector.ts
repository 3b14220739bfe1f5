/**
 * Collects the evidence of a violation: which pictures at which moment, and when it is enough.
 *
 * It sees looks and decided changes. A clue's first picture is kept masked until the clue is warned
 * of or comes to nothing; each later stage makes its own files and hands them to the ledger, which
 * lets the event go. Nothing here holds up a look or a rule: work is bounded, an event waits for its evidence for `waitMsMax` at most, and what fails is said by number.
 */
import type { CameraId, ViolationId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { type ClipMaking, ClipsOfViolations } from "./clips-of-violations.ts";
import type { CollectedChange, EvidenceSite, JudgedLook } from "./collected-change.ts";
import type { EventsFirst } from "./events-first.ts";
import type { EvidenceOfRevision } from "./evidence-file.ts";
import type { LookedPictures } from "./looked-pictures.ts";
import type { PendingFiles } from "./pending-files.ts";
import { RevisionFiles, type Shot } from "./revision-files.ts";
import type { StillTaker } from "./taken-still.ts";
import { WorkQueue } from "./work-queue.ts";

/** Writes, signs and lets the event go, with its evidence or without. */
export interface Keeper {
  keep(evidence: EvidenceOfRevision): Promise<void>;
}

/** `late`: the event went with what was there. `left-out`: it had no picture, or too much was in work. */
export type EvidenceEnd = "complete" | "incomplete" | "late" | "left-out";

export interface CollectorOptions {
  readonly site: EvidenceSite;
  readonly pictures: LookedPictures;
  readonly takeStill: StillTaker;
  /** Absent: no clips. */
  readonly makeClip?: ClipMaking;
  readonly pending: PendingFiles;
  readonly keeper: Keeper;
  readonly clock: Clock;
  readonly log: Log;
  readonly onEnd: (end: EvidenceEnd, times?: EvidenceTimes) => void;
  /** Clips wait for what is begun here. */
  readonly eventsFirst?: Pick<EventsFirst, "begin">;
}

/** Of an event that waited, in milliseconds: until its turn, for its pictures, for the disk, in all. */
export interface EvidenceTimes {
  readonly queuedMs: number;
  readonly picturesMs: number;
  readonly keepMs: number;
  readonly waitedMs: number;
}

/** What an event may wait for its evidence. */
const waitMsMax = 3_000;
/** How often a violation that waits for complete evidence is pictured again. */
const prepareEveryMs = 10_000;
/** An end does not wait longer for what is in work. */
const stopMsMax = 1_000;

interface Job {
  readonly change: CollectedChange;
  readonly startedMonoMs: number;
  readonly files: RevisionFiles;
  readonly work: Promise<void>;
  /** Undefined while it waits for its turn. */
  readonly begunMonoMs: () => number | undefined;
}

export class EvidenceCollector {
  readonly #options: CollectorOptions;
  readonly #queue = new WorkQueue();
  readonly #clips: ClipsOfViolations;
  readonly #looks = new Map<string, Look>();
  /** By event: decided, and not yet handed over. */
  readonly #jobs = new Map<string, Job>();
  /** Violations of which pictures are kept, in work or could not be had. */
  readonly #followed = new Map<string, CameraId>();
  /** Violations whose whole set is complete, by camera. */
  readonly #complete = new Map<CameraId, Set<ViolationId>>();
  readonly #preparedAtMonoMs = new Map<string, number>();
  readonly #handing = new Set<Promise<void>>();
  #isStopping = false;
  #isFailing = false;

  constructor(options: CollectorOptions) {
    this.#options = options;
    const { makeClip, pending, log } = options;
    this.#clips = new ClipsOfViolations({ makeClip, pending, log });
  }

  /** `cameraOf`: of a violation that is open. */
  async start(cameraOf: (violation: string) => CameraId | undefined): Promise<void> {
    const { pending } = this.#options;
    await pending.start((violation) => cameraOf(violation) !== undefined);
    for (const violation of pending.violations) {
      const camera = cameraOf(violation);
      if (camera !== undefined) this.#followed.set(violation, camera);
    }
  }

  /** The rules are about to see this look; they get it with what is known of evidence. */
  looked(look: Look): Look {
    this.#looks.set(look.cameraId, look);
    const complete = this.#complete.get(look.cameraId);
    if (complete === undefined || complete.size === 0) return look;
    return { ...look, completeEvidence: [...complete] };
  }

  /** The rules have seen the look: these are the open cases of its camera. */
  judged(look: Look, { clues, waiting, isOpen }: JudgedLook): void {
    if (this.#isStopping) return;
    this.#dropOver(look.cameraId, isOpen);
    if (clues.length === 0 && waiting.length === 0) return;
    const picture = this.#options.pictures.pictureOf(look);
    if (picture === undefined || look.isReused === true) return;
    for (const clue of clues) this.#takeFirst(clue, { look, picture });
    for (const change of waiting) this.#prepare(change, { look, picture });
  }

  /** Whether the event has to wait for its evidence. Work on it begins at once. */
  decided(change: CollectedChange): boolean {
    const { pictures, clock, onEnd, site, eventsFirst } = this.#options;
    if (this.#isStopping || change.isUpdate) return false;
    const look = this.#looks.get(change.cameraId);
    const isOfLook = look !== undefined && look.capturedAtMs === change.atMs;
    const picture = isOfLook ? pictures.pictureOf(look) : undefined;
    const files = new RevisionFiles(change, this.#options, site.limits());
    const shot: Shot | undefined =
      picture === undefined || look === undefined || change.stage === "withdrawn"
        ? undefined
        : { look, picture };
    if (shot === undefined && !files.hasPending) {
      onEnd("left-out");
      this.#over(change);
      return false;
    }
    let begunMonoMs: number | undefined;
    const work = this.#queue.add("event", change.violationId, async () => {
      begunMonoMs = clock.monoMs();
      await files.make(shot);
    });
    if (work === undefined) {
      onEnd("left-out");
      this.#over(change);
      return false;
    }
    const turn = eventsFirst?.begin();
    this.#followed.set(change.violationId, change.cameraId);
    this.#jobs.set(change.eventId, {
      change,
      files,
      startedMonoMs: clock.monoMs(),
      begunMonoMs: () => begunMonoMs,
      work: work.catch((error: unknown) => this.#failed(error)).finally(() => turn?.end()),
    });
    if (shot !== undefined && site.limits().hasClips) this.#clips.expect(change);
    return true;
  }

  /** The event is on disk and held: its evidence may follow. */
  committed(eventIds: readonly string[]): void {
    for (const id of eventIds) {
      const job = this.#jobs.get(id);
      if (job === undefined) continue;
      this.#jobs.delete(id);
      const handing = this.#hand(job).catch((error: unknown) => this.#failed(error));
      this.#handing.add(handing);
      void handing.finally(() => this.#handing.delete(handing));
    }
  }

  /** Resolves when nothing is in work; for tests. */
  async idle(): Promise<void> {
    while (this.#handing.size > 0 || !this.#queue.isIdle) {
      await Promise.all([...this.#handing, this.#queue.idle()]);
    }
  }

  /** Events that wait are let go with what there is. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#clips.stop();
    this.#queue.close();
    await this.#within(this.#queue.idle(), stopMsMax);
  }

  /** After the last commit. */
  async finish(): Promise<void> {
    await this.#within(Promise.all(this.#handing), stopMsMax);
  }

  async #hand({ change, files, startedMonoMs, begunMonoMs, work }: Job): Promise<void> {
    const { keeper, clock, onEnd } = this.#options;
    const leftMs = this.#isStopping ? 0 : waitMsMax - (clock.monoMs() - startedMonoMs);
    const isInTime = await this.#within(work, leftMs);
    const evidence = files.evidence();
    const madeMonoMs = clock.monoMs();
    await keeper.keep(evidence);
    const queuedMs = (begunMonoMs() ?? madeMonoMs) - startedMonoMs;
    const waitedMs = clock.monoMs() - startedMonoMs;
    const keepMs = clock.monoMs() - madeMonoMs;
    const times = { queuedMs, picturesMs: waitedMs - queuedMs - keepMs, keepMs, waitedMs };
    onEnd(!isInTime ? "late" : evidence.complete ? "complete" : "incomplete", times);
    if (change.stage === "cleared" || change.stage === "withdrawn") this.#over(change);
  }

  #takeFirst(clue: CollectedChange, shot: Shot): void {
    const { violationId, cameraId } = clue;
    if (this.#followed.has(violationId)) return;
    const files = new RevisionFiles(clue, this.#options, this.#options.site.limits());
    const work = this.#queue.add("clue", violationId, async () => {
      if (this.#followed.has(violationId)) await files.keepView("first-seen", shot);
    });
    // Too much at once: a later look of the clue may be the first that is kept.
    if (work === undefined) return;
    this.#followed.set(violationId, cameraId);
    work.catch((error: unknown) => this.#failed(error));
  }

  /** Everything but evidence says that it is to be reported: is its set complete with this look? */
  #prepare(change: CollectedChange, shot: Shot): void {
    const { clock, site } = this.#options;
    const { violationId, cameraId } = change;
    if (this.#complete.get(cameraId)?.has(violationId) === true) return;
    const lastMs = this.#preparedAtMonoMs.get(violationId);
    if (lastMs !== undefined && clock.monoMs() - lastMs < prepareEveryMs) return;
    const files = new RevisionFiles(change, this.#options, site.limits());
    const work = this.#queue.add("clue", violationId, async () => {
      await files.make(shot);
      if (!files.evidence().complete) return;
      const ids = this.#complete.get(cameraId) ?? new Set<ViolationId>();
      this.#complete.set(cameraId, ids.add(violationId));
    });
    if (work === undefined) return;
    this.#preparedAtMonoMs.set(violationId, clock.monoMs());
    work.catch((error: unknown) => this.#failed(error));
  }

  /** Clues of this camera that are no more take their pictures along. */
  #dropOver(cameraId: CameraId, isOpen: (violation: string) => boolean): void {
    if (this.#jobs.size > 0 || this.#handing.size > 0) return;
    for (const [violation, camera] of this.#followed) {
      if (camera === cameraId && !isOpen(violation)) this.#forget(violation, camera);
    }
  }

  #over({ violationId, cameraId, stage }: CollectedChange): void {
    if (stage === "cleared" || stage === "withdrawn") this.#forget(violationId, cameraId);
  }

  #forget(violation: string, cameraId: CameraId): void {
    this.#followed.delete(violation);
    const complete = this.#complete.get(cameraId);
    for (const id of complete ?? []) if (id === violation) complete?.delete(id);
    this.#preparedAtMonoMs.delete(violation);
    this.#clips.forget(violation);
    this.#options.pending.drop(violation).catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (!this.#isFailing) this.#options.log.warn({ err: error }, "evidence cannot be collected");
    this.#isFailing = true;
  }

  /** False: it took longer. */
  async #within(work: Promise<unknown>, ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel = this.#options.clock.after(Math.max(0, ms), () => resolve(false));
    const done = work.then(
      () => true,
      () => true,
    );
    try {
      return await Promise.race([done, promise]);
    } finally {
      cancel();
    }
  }
}
