/**
 * The pool of session threads: a batch in, its detections out, or a rejection; never neither.
 *
 * A thread that dies, fails or does not answer in time is replaced, and its batch is run once more
 * (inputs lie in shared memory, so they are still there). The second time the batch rejects with
 * INFERENCE_FAILED: those looks did not happen.
 */
import type { Detections } from "../../pipelines/domain/detections.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { Backoff } from "../runtime/backoff.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { terminalText } from "../runtime/terminal-text.ts";
import type { SessionSettings } from "./run-settings.ts";
import { type SessionLink, type StartSession, startSessionThread } from "./session-link.ts";
import type { AskedPlacement, FromSession, SessionModel } from "./session-messages.ts";
import { plainSession } from "./session-options.ts";
import { within } from "./within.ts";

export interface SessionBatch {
  readonly modelTag: string;
  readonly inputs: readonly Uint8Array[];
  readonly placements: readonly AskedPlacement[];
}

export interface SessionResult {
  /** One an input, in their order. */
  readonly detections: readonly Detections[];
  readonly runMs: number;
}

export interface SessionPoolOptions {
  readonly workerCount: number;
  /** Of each session. */
  readonly settings?: SessionSettings;
  readonly clock?: Clock;
  readonly startSession?: StartSession;
  /** A batch that takes longer hangs. */
  readonly runMsMax?: number;
  readonly loadMsMax?: number;
  /** Once a thread that was lost. */
  readonly onLost?: (why: string) => void;
  /** A thread has room for a batch again. */
  readonly onRoom?: () => void;
}

interface Job {
  readonly id: number;
  readonly batch: SessionBatch;
  readonly resolve: (result: SessionResult) => void;
  readonly reject: (error: AgentError) => void;
  attemptCount: number;
}

/** One that no view asked for. */
interface ExtraJob extends Job {
  readonly askedAtMonoMs: number;
}

interface Seat {
  readonly backoff: Backoff;
  link: SessionLink | undefined;
  readonly loaded: Set<string>;
  /** The first is in work; one more waits in the thread, so that it never waits for us. */
  readonly jobs: Job[];
  cancelTimer: () => void;
}

/** Of what the runtime says, which quotes names in the model's file. */
const textCharsMax = 1_000;
const attemptsMax = 2;
const jobsMax = 2;
/** Extra batches that wait; a picture is some ten of them. */
const extraMax = 64;
/** After it an extra batch gets a turn, once for so many batches of looks. */
const extraWaitMs = 250;
const extraEveryBatches = 3;
/** A batch in the runtime ends before its thread does. */
const endMsMax = 1_500;
const restartDelayMs = { delayMsMin: 50, delayMsMax: 30_000 } as const;

export class SessionPool {
  readonly #settings: SessionSettings;
  readonly #clock: Clock;
  readonly #startSession: StartSession;
  readonly #runMsMax: number;
  readonly #loadMsMax: number;
  readonly #onLost: (why: string) => void;
  readonly #onRoom: () => void;
  readonly #seats: readonly Seat[];
  readonly #models = new Map<string, SessionModel>();
  readonly #waiting: Job[] = [];
  /** Behind everything else: a thread that has nothing to do takes one. */
  readonly #extra: ExtraJob[] = [];
  #batchesSinceExtra = 0;
  readonly #loadWaiters = new Set<() => void>();
  readonly #loadFailures = new Map<string, AgentError>();
  #isStopped = false;
  #nextId = 1;
  #lostCount = 0;
  #repeatedCount = 0;

  constructor(options: SessionPoolOptions) {
    if (!(Number.isInteger(options.workerCount) && options.workerCount >= 1)) {
      throw new RangeError(`there must be 1 session or more, got ${options.workerCount}`);
    }
    this.#settings = options.settings ?? plainSession;
    this.#clock = options.clock ?? systemClock;
    this.#startSession = options.startSession ?? startSessionThread;
    this.#runMsMax = options.runMsMax ?? 10_000;
    this.#loadMsMax = options.loadMsMax ?? 60_000;
    this.#onLost = options.onLost ?? (() => undefined);
    this.#onRoom = options.onRoom ?? (() => undefined);
    this.#seats = Array.from({ length: options.workerCount }, () => ({
      backoff: new Backoff(restartDelayMs),
      link: undefined,
      loaded: new Set<string>(),
      jobs: [],
      cancelTimer: () => undefined,
    }));
  }

  /** Batches of this model that could be taken now. */
  roomFor(modelTag: string): number {
    let room = -this.#waiting.length;
    for (const seat of this.#seats) {
      if (seat.loaded.has(modelTag)) room += jobsMax - seat.jobs.length;
    }
    return Math.max(0, room);
  }

  get lostCount(): number {
    return this.#lostCount;
  }

  get repeatedCount(): number {
    return this.#repeatedCount;
  }

  /** Starts the threads; resolves when each has loaded each model, rejects when one cannot. */
  async load(models: readonly SessionModel[]): Promise<void> {
    for (const { modelTag, manifest, graph, inputName } of models) {
      if (this.#models.has(modelTag)) continue;
      const model = { modelTag, manifest, graph, inputName };
      this.#models.set(modelTag, model);
      this.#loadFailures.delete(modelTag);
      for (const seat of this.#seats)
        if (seat.link !== undefined) this.#sendModel(seat.link, model);
    }
    for (const seat of this.#seats) if (seat.link === undefined) this.#fill(seat);
    while (!this.#isStopped && !models.every(({ modelTag }) => this.#isLoaded(modelTag))) {
      await new Promise<void>((resolve) => this.#loadWaiters.add(resolve));
    }
  }

  run(batch: SessionBatch): Promise<SessionResult> {
    return new Promise((resolve, reject) => {
      const job: Job = { id: this.#nextId++, batch, resolve, reject, attemptCount: 0 };
      if (this.#isStopped) return lose(job, "the sessions were stopped");
      this.#waiting.push(job);
      this.#assign();
    });
  }

  /**
   * A batch in time that looks leave over: it is given to a thread that has nothing to do, so that
   * a look waits for one of them at most. Where no thread ever rests it gets one turn in four.
   * Rejects when too many wait; a `signal` takes back what has not begun.
   */
  runExtra(batch: SessionBatch, signal?: AbortSignal): Promise<SessionResult> {
    return new Promise((resolve, reject) => {
      const job = { id: this.#nextId++, batch, resolve, reject, attemptCount: 0 };
      if (this.#isStopped) return lose(job, "the sessions were stopped");
      if (signal?.aborted === true) return lose(job, "nobody waits for it");
      if (this.#extra.length >= extraMax) return lose(job, `${extraMax} of its kind wait`);
      const extra: ExtraJob = { ...job, askedAtMonoMs: this.#clock.monoMs() };
      this.#extra.push(extra);
      const takeBack = () => {
        const at = this.#extra.indexOf(extra);
        if (at !== -1) this.#extra.splice(at, 1);
        if (at !== -1) lose(extra, "nobody waits for it");
      };
      signal?.addEventListener("abort", takeBack, { once: true });
      this.#assign();
    });
  }

  /** What waits or runs is lost; resolves when the threads are gone, or have had their time. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const jobs = [...this.#waiting.splice(0), ...this.#extra.splice(0)];
    const links: SessionLink[] = [];
    for (const seat of this.#seats) {
      seat.cancelTimer();
      jobs.push(...seat.jobs.splice(0));
      if (seat.link !== undefined) links.push(seat.link);
      seat.link = undefined;
    }
    for (const job of jobs) lose(job, "the sessions were stopped");
    this.#wakeLoaders();
    // No timer is left behind: it would keep the process alive.
    const ended = Promise.all(links.map((link) => link.end()));
    await within(this.#clock, endMsMax, ended).catch(() => undefined);
  }

  #isLoaded(modelTag: string): boolean {
    const failure = this.#loadFailures.get(modelTag);
    if (failure !== undefined) throw failure;
    return this.#seats.every(({ loaded }) => loaded.has(modelTag));
  }

  #fill(seat: Seat): void {
    if (this.#isStopped) return;
    seat.loaded.clear();
    const link = this.#startSession({
      onMessage: (message) => {
        if (seat.link === link) this.#hear(seat, message);
      },
      onGone: (why) => {
        if (seat.link === link) this.#vacate(seat, why);
      },
    });
    seat.link = link;
    for (const model of this.#models.values()) this.#sendModel(link, model);
    this.#limit(seat, this.#loadMsMax, "it did not load in time");
  }

  #sendModel(link: SessionLink, model: SessionModel): void {
    link.send({ type: "load", model, settings: this.#settings });
  }

  #hear(seat: Seat, message: FromSession): void {
    switch (message.type) {
      case "loaded":
        seat.loaded.add(message.modelTag);
        if (seat.jobs.length === 0) seat.cancelTimer();
        this.#wakeLoaders();
        this.#assign();
        this.#onRoom();
        break;
      case "load-failed":
        this.#loadFailed(message.modelTag, message.text);
        break;
      case "done":
        this.#done(seat, message);
        break;
      case "failed":
        this.#vacate(seat, message.text);
        break;
    }
  }

  /** The model is forgotten: a corrected one may come under the same name. */
  #loadFailed(modelTag: string, text: string): void {
    if (!this.#models.delete(modelTag)) return;
    this.#loadFailures.set(
      modelTag,
      new AgentError(
        "MODEL_GRAPH_UNSUPPORTED",
        `model ${modelTag} does not load: ${terminalText(text, textCharsMax)}`,
        "Check the model's manifest and file; another version of the runtime may be needed.",
      ),
    );
    this.#wakeLoaders();
  }

  #done(seat: Seat, message: FromSession & { readonly type: "done" }): void {
    if (seat.jobs[0]?.id !== message.id) return;
    const job = seat.jobs.shift();
    seat.cancelTimer();
    if (seat.jobs.length > 0) this.#limitRun(seat);
    seat.backoff.reset();
    job?.resolve({ detections: message.detections, runMs: message.runMs });
    this.#assign();
    this.#onRoom();
  }

  /** The thread is lost: its batch goes first to the next one, or rejects the second time. */
  #vacate(seat: Seat, why: string): void {
    const { link } = seat;
    seat.cancelTimer();
    seat.link = undefined;
    seat.loaded.clear();
    void link?.end();
    if (this.#isStopped) return;
    this.#lostCount += 1;
    this.#onLost(why);
    const [inWork, ...behind] = seat.jobs.splice(0);
    this.#waiting.unshift(...behind);
    if (inWork !== undefined) this.#repeat(inWork, why);
    seat.cancelTimer = this.#clock.after(seat.backoff.nextDelayMs(), () => this.#fill(seat));
    this.#assign();
  }

  #repeat(job: Job, why: string): void {
    job.attemptCount += 1;
    if (job.attemptCount === attemptsMax) {
      lose(job, why);
      return;
    }
    this.#repeatedCount += 1;
    this.#waiting.unshift(job);
  }

  /** Idle threads first, then those that have one batch. */
  #assign(): void {
    for (let jobCount = 0; jobCount < jobsMax; jobCount++) {
      for (const seat of this.#seats) {
        if (seat.jobs.length === jobCount) this.#assignTo(seat);
      }
    }
  }

  #assignTo(seat: Seat): void {
    const job = this.#nextFor(seat);
    if (job === undefined) return;
    seat.jobs.push(job);
    const { modelTag, inputs, placements } = job.batch;
    seat.link?.send({ type: "run", id: job.id, modelTag, inputs, placements });
    if (seat.jobs.length === 1) this.#limitRun(seat);
  }

  #nextFor(seat: Seat): Job | undefined {
    const canRun = ({ batch }: Job) => seat.loaded.has(batch.modelTag);
    const [extraAt, lookAt] = [this.#extra.findIndex(canRun), this.#waiting.findIndex(canRun)];
    const waitedMs = this.#clock.monoMs() - (this.#extra[extraAt]?.askedAtMonoMs ?? Infinity);
    const isTurn = waitedMs >= extraWaitMs && this.#batchesSinceExtra >= extraEveryBatches;
    const isIdle = lookAt === -1 && seat.jobs.length === 0;
    if (extraAt !== -1 && (isTurn || isIdle)) {
      this.#batchesSinceExtra = 0;
      return this.#extra.splice(extraAt, 1)[0];
    }
    if (lookAt === -1) return undefined;
    this.#batchesSinceExtra += 1;
    return this.#waiting.splice(lookAt, 1)[0];
  }

  #limitRun(seat: Seat): void {
    this.#limit(seat, this.#runMsMax, `no answer within ${this.#runMsMax} ms`);
  }

  #limit(seat: Seat, ms: number, why: string): void {
    seat.cancelTimer();
    seat.cancelTimer = this.#clock.after(ms, () => this.#vacate(seat, why));
  }

  #wakeLoaders(): void {
    const waiters = [...this.#loadWaiters];
    this.#loadWaiters.clear();
    for (const wake of waiters) wake();
  }
}

function lose(job: Job, why: string): void {
  job.reject(
    new AgentError(
      "INFERENCE_FAILED",
      `a batch of ${job.batch.inputs.length} for ${job.batch.modelTag} was lost: ${why}`,
      "One batch lost is a few looks less. If it goes on, check memory and the model's file.",
    ),
  );
}
