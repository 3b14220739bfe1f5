/**
 * The store as the agent sees it: promises here, SQLite on a worker thread behind them.
 *
 * A promise resolves after its transaction is on disk. Requests that wait are bounded: looks are
 * then not logged (and counted), everything else is refused, never forgotten. Nothing here keeps
 * state that a crash could lose.
 */
import { join } from "node:path";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { type Log, silentLog } from "../runtime/log.ts";
import { CheckBehind, checkInChild, type DatabaseCheck } from "./check-behind.ts";
import { eventText } from "./event-text.ts";
import type {
  EvidenceDropReason,
  EvidenceStats,
  EvidenceUpload,
  HeldEvent,
  KeptManifest,
  ManifestRow,
  Release,
} from "./evidence-store.ts";
import { type StoreLimits, storeLimits } from "./limits.ts";
import type {
  EventQuery,
  EvidenceDropQuery,
  EvidenceToDrop,
  ManifestQuery,
  OperationName,
  Operations,
  SpareRows,
  StoredEvent,
  StoreHealed,
  VerdictQuery,
  ViolationQuery,
  WorkerAnswer,
  WorkerData,
  WorkerReady,
  WorkerRequest,
} from "./protocol.ts";
import { revisionText } from "./revision-text.ts";
import type {
  CommitRequest,
  LookLogRow,
  OutboxEntry,
  OutboxStats,
  Store,
  VerdictRow,
  ViolationRow,
} from "./store.ts";
import { errorFromPortable, restartRemedy } from "./store-errors.ts";
import { storeFile } from "./store-files.ts";
import { type StartStoreThread, type StoreLink, startStoreThread } from "./store-link.ts";

const maintenancePeriodMs = 60_000;

export interface OpenStoreOptions {
  /** The data folder; made when it is missing. */
  readonly folder: string;
  readonly limits?: Partial<StoreLimits>;
  readonly clock?: Clock;
  readonly log?: Log;
  /** After each write: how long its transaction took, group and disk included. */
  readonly onCommitted?: (elapsedMs: number) => void;
  /**
   * Nothing can be relied on until a new start: the store's thread ended by itself (a bug), or the
   * database was found damaged while it was in use, and the next start repairs it.
   */
  readonly onGone?: (error: Error) => void;
  /** Looks at the whole database; a test brings its own. */
  readonly check?: DatabaseCheck;
  /** A simulation brings one that runs in the same thread. */
  readonly startThread?: StartStoreThread;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export async function openStore(options: OpenStoreOptions): Promise<SqliteStore> {
  const limits = storeLimits(options.limits);
  const clock = options.clock ?? systemClock;
  const data: WorkerData = { folder: options.folder, limits, nowMs: Math.floor(clock.wallMs()) };
  const { promise: ready, resolve, reject } = Promise.withResolvers<WorkerReady>();
  // Set when the thread has said that it stands.
  const made: { store?: SqliteStore } = {};
  const link = (options.startThread ?? startStoreThread)(data, {
    onReady: resolve,
    onAnswer: (answer) => made.store?.settle(answer),
    onGone: (error) => {
      reject(error);
      made.store?.end(error);
    },
  });
  const first = await ready;
  if (!first.ready) {
    await link.end();
    throw errorFromPortable(first.error);
  }
  made.store = new SqliteStore(link, first.healed, { ...options, clock, limits });
  return made.store;
}

export class SqliteStore implements Store {
  /** Set when a damaged database was put aside at this start. */
  readonly healed: StoreHealed | undefined;
  readonly #link: StoreLink;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #requestsMax: number;
  readonly #onCommitted: (elapsedMs: number) => void;
  readonly #onGone: (error: Error) => void;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #looksDroppedCount = 0;
  #looksMissing: number | undefined;
  #toldDropped: OutboxStats["droppedCounts"] | undefined;
  #ended: Error | undefined;
  #closing: Promise<void> | undefined;
  #isDamaged = false;
  #cancelMaintenance: () => void = () => {};
  readonly #checkBehind: CheckBehind;

  constructor(
    link: StoreLink,
    healed: StoreHealed | undefined,
    options: OpenStoreOptions & { readonly clock: Clock; readonly limits: StoreLimits },
  ) {
    this.#link = link;
    this.healed = healed;
    this.#clock = options.clock;
    this.#log = options.log ?? silentLog;
    this.#requestsMax = options.limits.requestsMax;
    this.#onCommitted = options.onCommitted ?? (() => {});
    this.#onGone = options.onGone ?? (() => {});
    this.#planMaintenance();
    this.#checkBehind = new CheckBehind({
      clock: this.#clock,
      log: this.#log,
      check: options.check ?? checkInChild(join(options.folder, storeFile)),
      onDamage: (reason) => this.#suspect(reason),
    });
    this.#checkBehind.start();
  }

  /** Looks that were not logged because the disk was too slow or full. */
  get looksDroppedCount(): number {
    return this.#looksDroppedCount;
  }

  /** Requests that wait for the disk. */
  get waitingCount(): number {
    return this.#pending.size;
  }

  async loadCameraStates(): Promise<ReadonlyMap<CameraId, string>> {
    return (await this.#ask("loadCameraStates", null)) as ReadonlyMap<CameraId, string>;
  }

  async commit(request: CommitRequest): Promise<{ readonly sequences: readonly number[] }> {
    const revisions = request.revisions.map(revisionText);
    return {
      sequences: await this.#ask("commit", {
        ...request,
        revisions,
        nowMs: Math.floor(request.nowMs),
      }),
    };
  }

  async appendEvent(
    event: Readonly<Record<string, unknown>>,
    nowMs: number,
    { isHeld = false }: { readonly isHeld?: boolean } = {},
  ): Promise<number> {
    return this.#ask("appendEvent", { event: eventText(event), nowMs: Math.floor(nowMs), isHeld });
  }

  /** Never fails: a look that cannot be logged is counted, the agent goes on. */
  async logLooks(rows: readonly LookLogRow[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await this.#ask("logLooks", rows);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      this.#looksDroppedCount += rows.length;
      if (this.#looksMissing === undefined) this.#log.warn({ err: error }, "looks are not logged");
      this.#looksMissing = (this.#looksMissing ?? 0) + rows.length;
      return;
    }
    if (this.#looksMissing === undefined) return;
    this.#log.info({ missing: this.#looksMissing }, "looks are logged again");
    this.#looksMissing = undefined;
  }

  outboxAfter(afterSequence: number, countMax: number): Promise<readonly OutboxEntry[]> {
    return this.#ask("outboxAfter", { afterSequence, countMax });
  }

  outboxAttempted(sequences: readonly number[], nowMs: number): Promise<void> {
    return this.#ask("outboxAttempted", { sequences, nowMs: Math.floor(nowMs) });
  }

  outboxDone(sequences: readonly number[], _nowMs: number): Promise<void> {
    return this.#ask("outboxDone", { sequences });
  }

  outboxParked(sequence: number, reason: string, nowMs: number): Promise<void> {
    return this.#ask("outboxParked", { sequence, reason, nowMs: Math.floor(nowMs) });
  }

  outboxStats(): Promise<OutboxStats> {
    return this.#ask("outboxStats", null);
  }

  violations(query: ViolationQuery): Promise<readonly ViolationRow[]> {
    return this.#ask("violations", query);
  }

  verdicts(query: VerdictQuery): Promise<readonly VerdictRow[]> {
    return this.#ask("verdicts", query);
  }

  events(query: EventQuery): Promise<readonly StoredEvent[]> {
    return this.#ask("events", query);
  }

  release(eventId: string, release: Release, nowMs: number): Promise<boolean> {
    return this.#ask("release", { eventId, release, nowMs: Math.floor(nowMs) });
  }

  releaseHeld(nowMs: number): Promise<number> {
    return this.#ask("releaseHeld", { nowMs: Math.floor(nowMs) });
  }

  heldEvents(): Promise<readonly HeldEvent[]> {
    return this.#ask("heldEvents", null);
  }

  lastManifest(): Promise<ManifestRow | undefined> {
    return this.#ask("lastManifest", null);
  }

  manifests(query: ManifestQuery): Promise<readonly KeptManifest[]> {
    return this.#ask("manifests", query);
  }

  evidenceToSend(countMax: number): Promise<readonly EvidenceUpload[]> {
    return this.#ask("evidenceToSend", { countMax });
  }

  evidencePartDone(fileId: number, ackedBytes: number): Promise<void> {
    return this.#ask("evidencePartDone", { fileId, ackedBytes });
  }

  evidenceFilesDone(fileIds: readonly number[], nowMs: number): Promise<void> {
    return this.#ask("evidenceFilesDone", { fileIds, nowMs: Math.floor(nowMs) });
  }

  evidenceStats(): Promise<EvidenceStats> {
    return this.#ask("evidenceStats", null);
  }

  evidenceToDrop(query: EvidenceDropQuery): Promise<readonly EvidenceToDrop[]> {
    return this.#ask("evidenceToDrop", query);
  }

  dropEvidence(number: number, reason: EvidenceDropReason, nowMs: number): Promise<void> {
    return this.#ask("dropEvidence", { number, reason, nowMs: Math.floor(nowMs) });
  }

  droppedWithFiles(countMax: number): Promise<readonly KeptManifest[]> {
    return this.#ask("droppedWithFiles", { countMax });
  }

  evidenceGone(number: number): Promise<void> {
    return this.#ask("evidenceGone", { number });
  }

  forgetManifests(beforeNumber: number): Promise<void> {
    return this.#ask("forgetManifests", { beforeNumber });
  }

  /** Forgets what is too old or too much; runs by itself once a minute. */
  maintain(nowMs: number, spare?: SpareRows): Promise<void> {
    return this.#ask("maintain", {
      nowMs: Math.floor(nowMs),
      ...(spare === undefined ? {} : { spare }),
    });
  }

  /** Waits for what was asked before; a second call waits for the same end. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#cancelMaintenance();
    this.#checkBehind.stop();
    if (this.#ended === undefined) await this.#ask("close", null, { isLast: true });
    await this.#link.end();
  }

  #ask<Name extends OperationName>(
    name: Name,
    args: Operations[Name]["args"],
    { isLast = false } = {},
  ): Promise<Operations[Name]["value"]> {
    if (this.#closing !== undefined && !isLast) {
      return Promise.reject(new Error(`the store is closed, ${name} comes too late`));
    }
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (this.#pending.size >= this.#requestsMax && !isLast) {
      return Promise.reject(
        new AgentError(
          "STORE_FAILED",
          `${this.#requestsMax} requests wait for the disk, no more are taken`,
          "The disk is too slow or hangs: look at the kernel log (dmesg) and its free space.",
        ),
      );
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#link.send({ id, name, args } as WorkerRequest); // The name says which arguments.
    });
  }

  /** The thread has answered. */
  settle(answer: WorkerAnswer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    this.#pending.delete(answer.id);
    if ("error" in answer) {
      const error = errorFromPortable(answer.error);
      pending.reject(error);
      if (answer.isDamage === true) this.#tellDamaged(error);
      return;
    }
    if (answer.committedMs !== undefined) this.#onCommitted(answer.committedMs);
    pending.resolve(answer.value as never);
  }

  /** The thread is gone: everyone who waits hears of it, and everyone who asks later. */
  end(error: Error): void {
    if (this.#ended === undefined && this.#closing === undefined) this.#onGone(error);
    this.#ended ??= error;
    this.#cancelMaintenance();
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }

  /** The check behind the start found it; what is in use may go on for years without noticing. */
  #suspect(reason: string): void {
    const failure = errorFromPortable({ kind: "world", message: reason, remedy: restartRemedy });
    this.#ask("suspect", { reason })
      .catch(() => {})
      .finally(() => this.#tellDamaged(failure));
  }

  #tellDamaged(error: Error): void {
    if (this.#isDamaged || this.#closing !== undefined) return;
    this.#isDamaged = true;
    this.#onGone(error);
  }

  /** At most one line a minute, with all that was dropped since the last. */
  async #tellDropped(): Promise<void> {
    const { droppedCounts, waitingCount } = await this.outboxStats();
    const told = this.#toldDropped;
    this.#toldDropped = droppedCounts;
    if (told === undefined) return;
    const { rows, bytes, age } = droppedCounts;
    const dropped = { rows: rows - told.rows, bytes: bytes - told.bytes, age: age - told.age };
    const count = dropped.rows + dropped.bytes + dropped.age;
    if (count === 0) return;
    this.#log.error(
      { dropped, waiting: waitingCount },
      `${count} events were dropped at a limit of the outbox, repeated updates first; the hub is told. Bring the link back, or raise limits.outboxRows, outboxSize or outboxAge`,
    );
  }

  #planMaintenance(): void {
    this.#cancelMaintenance = this.#clock.after(maintenancePeriodMs, () => {
      this.maintain(this.#clock.wallMs())
        .then(() => this.#tellDropped())
        .catch((error: unknown) => {
          if (this.#ended !== undefined || this.#closing !== undefined) return;
          this.#log.warn({ err: error }, "the store could not be tidied up");
        })
        .finally(() => {
          if (this.#ended === undefined && this.#closing === undefined) this.#planMaintenance();
        });
    });
  }
}
