/**
 * Feeds looks to the pure rules and brings what they decide into the store.
 *
 * A look changes the state in memory at once; state and events are committed together, in order,
 * by one writer. When the store fails, decided events wait here (bounded) and are committed with
 * the newest state as soon as it works again; at the bound looks are refused, which the rules
 * see as unobserved time. A crash loses only presence since the last save: unobserved time too.
 */

import { createCameraState, stepCamera } from "../pipelines/camera.ts";
import { withdrawMoved } from "../pipelines/camera-moved.ts";
import {
  type CameraState,
  parseCameraState,
  serialiseCameraState,
} from "../pipelines/camera-state.ts";
import type { CountDelta } from "../pipelines/counts.ts";
import type { CameraId, ViolationId } from "../pipelines/domain/ids.ts";
import type { Look } from "../pipelines/domain/look.ts";
import type { CameraRules } from "../pipelines/domain/rule.ts";
import { reconcile } from "../pipelines/reconcile.ts";
import { resumeCamera } from "../pipelines/resume.ts";
import { mayReuse } from "../pipelines/reuse.ts";
import {
  type AppliedVerdict,
  applyVerdict,
  noteCaseNo,
  type Verdict,
} from "../pipelines/verdicts/apply-verdict.ts";
import type { ViolationChange } from "../pipelines/violation-change.ts";
import type { Backoff } from "./runtime/backoff.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
import type { RevisionRow, Store, VerdictRow } from "./store/store.ts";

export interface RulesRunnerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly backoff: Backoff;
  /** Completes a change with what only the box knows: place, versions, evidence. */
  readonly revisionOf: (change: ViolationChange) => RevisionRow;
  readonly onCommitted: (rows: readonly RevisionRow[]) => void;
  readonly onCounts: (cameraId: CameraId, counts: readonly CountDelta[]) => void;
}

/** Presence that a crash may lose. */
const saveEveryMs = 5_000;
const pendingRowsMax = 10_000;

interface CameraBook {
  rules: CameraRules;
  state: CameraState;
  isDirty: boolean;
}

export class RulesRunner {
  readonly #options: RulesRunnerOptions;
  readonly #books = new Map<CameraId, CameraBook>();
  /** Decided, not yet on disk; in the order they were decided. */
  #pending: RevisionRow[] = [];
  /** Taken, not yet on disk; told when they are. */
  #pendingVerdicts: { readonly row: VerdictRow; readonly onDisk: () => void }[] = [];
  #refusedLookCount = 0;
  #isStoreFailing = false;
  #writing: Promise<void> | undefined;
  #wantsWrite = false;
  readonly #stopping = new AbortController();
  #cancelTimer: () => void = () => {};

  constructor(options: RulesRunnerOptions) {
    this.#options = options;
  }

  /** Writes fail now and are tried again. */
  get isStoreFailing(): boolean {
    return this.#isStoreFailing;
  }

  get refusedLookCount(): number {
    return this.#refusedLookCount;
  }

  /** Takes up where the last run stopped. */
  async start(cameras: readonly CameraRules[]): Promise<void> {
    const { store, log } = this.#options;
    const saved = await store.loadCameraStates();
    const configured = new Set(cameras.map(({ cameraId }) => cameraId));
    for (const [cameraId, text] of saved) {
      if (configured.has(cameraId)) continue;
      this.#books.set(cameraId, {
        rules: withoutRules(cameraId),
        state: parseCameraState(text, cameraId).state,
        isDirty: false,
      });
    }
    for (const rules of cameras) {
      const text = saved.get(rules.cameraId);
      const parsed = text === undefined ? undefined : parseCameraState(text, rules.cameraId);
      if (parsed?.freshBecause !== undefined) {
        log.warn({ camera: rules.cameraId }, `saved presence is not used: ${parsed.freshBecause}`);
      }
      this.#books.set(rules.cameraId, {
        rules,
        state: parsed === undefined ? createCameraState(rules) : resumeCamera(parsed.state),
        isDirty: false,
      });
    }
    this.#reconcileAll();
    this.#saveLater();
  }

  /** New zones and rules: presences stay, violations whose rule or camera is gone are withdrawn. */
  update(cameras: readonly CameraRules[]): void {
    const kept = new Set(cameras.map(({ cameraId }) => cameraId));
    for (const [cameraId, book] of this.#books) {
      if (!kept.has(cameraId)) book.rules = withoutRules(cameraId);
    }
    for (const rules of cameras) {
      const book = this.#books.get(rules.cameraId);
      if (book === undefined) {
        this.#books.set(rules.cameraId, { rules, state: createCameraState(rules), isDirty: true });
      } else {
        book.rules = rules;
      }
    }
    this.#reconcileAll();
  }

  /** The rules of its camera can do with a look that repeats an analysis. */
  mayReuse(look: Look): boolean {
    const book = this.#books.get(look.cameraId);
    return book !== undefined && mayReuse(book.rules, book.state, this.#known(look));
  }

  offer(look: Look): void {
    const book = this.#books.get(look.cameraId);
    // Removed from the configuration while the look was under way.
    if (book === undefined || book.rules.zones.length === 0) return;
    if (this.#pending.length >= pendingRowsMax) {
      this.#refusedLookCount += 1;
      return;
    }
    const { state, changes, counts } = stepCamera(book.rules, book.state, this.#known(look));
    book.state = state;
    book.isDirty = true;
    if (counts.length > 0) this.#options.onCounts(look.cameraId, counts);
    this.#decide(changes);
  }

  /**
   * A person's word on a violation. What it changes holds from the next look on; `isKept` resolves
   * when the word and what it changed are on disk together.
   */
  judge(
    verdict: Verdict,
    row: VerdictRow,
  ): { readonly outcome: AppliedVerdict["outcome"]; readonly isKept: Promise<void> } {
    let outcome: AppliedVerdict["outcome"] = "not-here";
    for (const book of this.#books.values()) {
      const nowMs = this.#options.clock.wallMs();
      const applied = applyVerdict(book.rules, book.state, verdict, nowMs);
      if (applied.outcome === "not-here") continue;
      outcome = applied.outcome;
      book.state = applied.state;
      book.isDirty = true;
      if (applied.counts.length > 0) this.#options.onCounts(book.rules.cameraId, applied.counts);
      this.#pending.push(...applied.changes.map(this.#options.revisionOf));
      break;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pendingVerdicts.push({ row, onDisk: resolve });
    this.#write();
    return { outcome, isKept: promise };
  }

  /** The camera hangs elsewhere: what was told of it is withdrawn, what stood there forgotten. */
  withdrawMoved(cameraId: CameraId): void {
    const book = this.#books.get(cameraId);
    if (book === undefined) return;
    const { state, changes, counts } = withdrawMoved(book.state, this.#options.clock.wallMs());
    book.state = state;
    book.isDirty = true;
    if (counts.length > 0) this.#options.onCounts(cameraId, counts);
    this.#decide(changes);
  }

  /** The hub's case number goes with every later event of the violation. */
  noteCase(violationId: ViolationId, caseNo: string): void {
    for (const book of this.#books.values()) {
      const state = noteCaseNo(book.state, violationId, caseNo);
      if (state === book.state) continue;
      book.state = state;
      book.isDirty = true;
    }
  }

  states(): readonly CameraState[] {
    return [...this.#books.values()].map(({ state }) => state);
  }

  state(cameraId: CameraId): CameraState | undefined {
    return this.#books.get(cameraId)?.state;
  }

  /** Brings everything to disk, and ends. Rejects when the store does not take it. */
  async stop(): Promise<void> {
    this.#cancelTimer();
    this.#stopping.abort();
    await this.#writing;
    await this.#commitAll();
  }

  /** The rules are told when the time of day is not known. */
  #known(look: Look): Look {
    return this.#isClockWrong ? { ...look, isClockWrong: true } : look;
  }

  get #isClockWrong(): boolean {
    return this.#options.clock.trust?.().isWrong === true;
  }

  #reconcileAll(): void {
    const nowMs = this.#options.clock.wallMs();
    const isClockWrong = this.#isClockWrong;
    for (const book of this.#books.values()) {
      const { state, changes, counts } = reconcile(book.rules, book.state, nowMs, {
        isClockWrong,
      });
      if (counts.length > 0) this.#options.onCounts(book.rules.cameraId, counts);
      book.state = state;
      if (changes.length > 0) book.isDirty = true;
      this.#decide(changes);
    }
  }

  #decide(changes: readonly ViolationChange[]): void {
    if (changes.length === 0) return;
    this.#pending.push(...changes.map(this.#options.revisionOf));
    this.#write();
  }

  #saveLater(): void {
    this.#cancelTimer = this.#options.clock.after(saveEveryMs, () => {
      this.#write();
      this.#saveLater();
    });
  }

  /** One writer at a time; what comes meanwhile goes with its next round. */
  #write(): void {
    this.#wantsWrite = true;
    if (this.#writing !== undefined || this.#stopping.signal.aborted) return;
    this.#writing = this.#writeRounds().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeRounds(): Promise<void> {
    const { clock, log, backoff } = this.#options;
    while (this.#wantsWrite && !this.#stopping.signal.aborted) {
      this.#wantsWrite = false;
      try {
        await this.#commitAll();
        if (this.#isStoreFailing) log.info({}, "the store works again");
        this.#isStoreFailing = false;
        backoff.reset();
      } catch (error) {
        if (!this.#isStoreFailing) {
          log.error({ err: error, waiting: this.#pending.length }, "the store fails");
        }
        this.#isStoreFailing = true;
        this.#wantsWrite = true;
        await clock.sleep(backoff.nextDelayMs(), this.#stopping.signal).catch(() => {});
      }
    }
  }

  async #commitAll(): Promise<void> {
    const { store, clock, onCommitted } = this.#options;
    const dirty = [...this.#books.entries()].filter(([, book]) => book.isDirty);
    const revisions = [...this.#pending];
    const verdicts = [...this.#pendingVerdicts];
    if (dirty.length === 0 && revisions.length === 0 && verdicts.length === 0) return;
    const cameraStates = dirty.map(([cameraId, { state }]) => ({
      cameraId,
      stateJson: serialiseCameraState(state),
    }));
    for (const [, book] of dirty) book.isDirty = false;
    try {
      await store.commit({
        cameraStates,
        revisions,
        ...(verdicts.length === 0 ? {} : { verdicts: verdicts.map(({ row }) => row) }),
        // The age of what is written now is not known: it is never too old.
        nowMs: this.#isClockWrong ? 0 : clock.wallMs(),
      });
    } catch (error) {
      for (const [, book] of dirty) book.isDirty = true;
      throw error;
    }
    this.#pending = this.#pending.slice(revisions.length);
    this.#pendingVerdicts = this.#pendingVerdicts.slice(verdicts.length);
    for (const { onDisk } of verdicts) onDisk();
    if (revisions.length > 0) onCommitted(revisions);
  }
}

/** A camera that is no longer configured: nobody will look again, so nothing stays open. */
function withoutRules(cameraId: CameraId): CameraRules {
  return {
    cameraId,
    deviceId: "",
    division: "",
    timeZone: "UTC",
    calendar: { version: "", years: [] },
    views: [],
    zones: [],
    matters: {},
  };
}
