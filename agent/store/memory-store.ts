/**
 * The store as a plain list in memory: for tests of what stands above it, and the model that the
 * real one is compared with.
 *
 * Same promises but for the disk. Written for being obviously right, not fast: every question
 * walks the whole list.
 */
import assert from "node:assert/strict";
import type { CameraId, ViolationId } from "../../pipelines/domain/ids.ts";
import {
  type DropClass,
  type DropReason,
  dropClasses,
  dropClassOf,
  droppedEvent,
  droppedEventType,
  evidenceDroppedEvent,
} from "./drop-notice.ts";
import {
  type EventText,
  eventText,
  parsePayload,
  withEvidence,
  withSequence,
} from "./event-text.ts";
import type { EvidenceDropReason, HeldEvent, KeptManifest, Release } from "./evidence-store.ts";
import { type StoreLimits, storeLimits, tooOld } from "./limits.ts";
import { MemoryEvidence } from "./memory-evidence.ts";
import type {
  EventQuery,
  RevisionText,
  StoredEvent,
  VerdictQuery,
  ViolationQuery,
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

interface MemoryEvent {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly payload: Uint8Array;
}

interface MemoryRow {
  readonly sequence: number;
  readonly createdAtMs: number;
  readonly dropClass: DropClass;
  readonly isParked: boolean;
  readonly attemptCount: number;
  readonly heldAtMs?: number | undefined;
  readonly notice?: {
    readonly first: number;
    readonly reason: DropReason;
    readonly text: EventText;
  };
}

export class MemoryStore extends MemoryEvidence implements Store {
  readonly looks: LookLogRow[] = [];
  readonly #limits: StoreLimits;
  readonly #cameraStates = new Map<CameraId, string>();
  #events: MemoryEvent[] = [];
  readonly #violations = new Map<ViolationId, Omit<ViolationRow, "event"> & { sequence: number }>();
  readonly #verdicts = new Map<string, VerdictRow>();
  /** In order of sequence; a row that is done is taken out. */
  #outbox: MemoryRow[] = [];
  #lastSequence = 0;
  readonly #droppedCounts = { rows: 0, bytes: 0, age: 0, refused: 0 };
  #handedOutSequence = 0;

  constructor(limits: Partial<StoreLimits> = {}) {
    super();
    this.#limits = storeLimits(limits);
  }

  async loadCameraStates(): Promise<ReadonlyMap<CameraId, string>> {
    return new Map(this.#cameraStates);
  }

  async commit(request: CommitRequest): Promise<{ readonly sequences: readonly number[] }> {
    const revisions = request.revisions.map(revisionText);
    this.#assertCommittable(revisions);
    for (const { cameraId, stateJson } of request.cameraStates) {
      this.#cameraStates.set(cameraId, stateJson);
    }
    const sequences = revisions.map((row) => this.#addRevision(row, request.nowMs));
    for (const verdict of request.verdicts ?? []) {
      if (this.#verdicts.has(verdict.verdictId)) continue;
      const receivedAtMs = Math.floor(verdict.receivedAtMs);
      this.#verdicts.set(verdict.verdictId, { ...verdict, receivedAtMs });
    }
    if (sequences.length > 0) this.enforce(request.nowMs);
    return { sequences };
  }

  async appendEvent(
    event: Readonly<Record<string, unknown>>,
    nowMs: number,
    { isHeld = false }: { readonly isHeld?: boolean } = {},
  ): Promise<number> {
    const text = eventText(event);
    this.#assertNew([text.id]);
    const sequence = this.#append(text, dropClasses.other, nowMs, isHeld);
    this.enforce(nowMs);
    return sequence;
  }

  async logLooks(rows: readonly LookLogRow[]): Promise<void> {
    this.looks.push(...rows);
    this.looks.splice(0, Math.max(0, this.looks.length - this.#limits.lookRowsMax));
  }

  async outboxAfter(afterSequence: number, countMax: number): Promise<readonly OutboxEntry[]> {
    const firstHeld = this.held()[0]?.sequence ?? Number.POSITIVE_INFINITY;
    const rows = this.#waiting()
      .filter(({ sequence }) => sequence > afterSequence && sequence < firstHeld)
      .slice(0, countMax);
    this.#handedOutSequence = Math.max(this.#handedOutSequence, rows.at(-1)?.sequence ?? 0);
    return rows.map(({ notice, sequence, createdAtMs, attemptCount }) => {
      const { id, type } = notice ? notice.text : this.#event(sequence);
      const payload = this.#payloadOf({ sequence, ...(notice && { notice }) });
      return { sequence, eventId: id, type, payload, createdAtMs, attemptCount };
    });
  }

  async outboxAttempted(sequences: readonly number[], _nowMs: number): Promise<void> {
    for (const sequence of sequences) {
      this.#replace(sequence, (row) => ({ ...row, attemptCount: row.attemptCount + 1 }));
    }
  }

  async outboxDone(sequences: readonly number[], _nowMs: number): Promise<void> {
    this.#outbox = this.#outbox.filter((row) => row.isParked || !sequences.includes(row.sequence));
  }

  async outboxParked(sequence: number, reason: string, nowMs: number): Promise<void> {
    if (!this.#waiting().some((row) => row.sequence === sequence)) return;
    this.#replace(sequence, (row) => ({ ...row, isParked: true }));
    this.#droppedCounts.refused += 1;
    const event = this.#event(sequence);
    if (event.type === droppedEventType) return;
    const range = { firstSequence: sequence, lastSequence: sequence, reason: "refused" } as const;
    const source = String(parsePayload(event.payload)["source"]);
    const text = droppedEvent({ ...range, detail: reason }, { source, nowMs });
    const first = this.#append(text, dropClasses.other, nowMs);
    // What tells of a refused event must not give way itself.
    this.#replace(first, (row) => ({ ...row, notice: { first, reason: "refused", text } }));
  }

  async outboxStats(): Promise<OutboxStats> {
    const waiting = this.#waiting();
    const { rows, bytes, age } = this.#droppedCounts;
    return {
      waitingCount: waiting.length,
      waitingBytes: this.#waitingBytes(),
      oldestCreatedAtMs: waiting[0]?.createdAtMs,
      parkedCount: this.#outbox.filter((row) => row.isParked).length,
      droppedCount: rows + bytes + age,
      droppedCounts: { ...this.#droppedCounts },
      lastSequence: this.#lastSequence,
    };
  }

  async violations(query: ViolationQuery): Promise<readonly ViolationRow[]> {
    return [...this.#violations.values()]
      .filter((row) => query.kind === undefined || row.kind === query.kind)
      .filter((row) => query.stage === undefined || row.stage === query.stage)
      .filter((row) => query.cameraId === undefined || row.cameraId === query.cameraId)
      .filter((row) => query.violationId === undefined || row.violationId === query.violationId)
      .filter((row) => query.sinceMs === undefined || row.updatedAtMs >= query.sinceMs)
      .toSorted((a, b) => b.updatedAtMs - a.updatedAtMs || b.sequence - a.sequence)
      .slice(0, query.countMax)
      .map(({ sequence, ...row }) => ({
        ...row,
        event: parsePayload(this.#event(sequence).payload),
      }));
  }

  async verdicts(query: VerdictQuery): Promise<readonly VerdictRow[]> {
    return [...this.#verdicts.values()]
      .filter((row) => query.verdictId === undefined || row.verdictId === query.verdictId)
      .filter((row) => query.violationId === undefined || row.violationId === query.violationId)
      .filter((row) => query.sinceMs === undefined || row.receivedAtMs >= query.sinceMs)
      .toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
      .slice(0, query.countMax);
  }

  async events({ afterSequence, countMax }: EventQuery): Promise<readonly StoredEvent[]> {
    return this.#events
      .filter(({ sequence }) => sequence > afterSequence)
      .slice(0, countMax)
      .map(({ sequence, payload }) => ({ sequence, payload }));
  }

  /** What the real store does once a minute, for the outbox alone: history is kept here. */
  async maintain(nowMs: number): Promise<void> {
    this.letOldGo(nowMs);
    const { fromMs, beforeMs } = tooOld(nowMs, this.#limits.outboxAgeMsMax);
    for (const { sequence, createdAtMs } of this.#droppable()) {
      if (createdAtMs >= fromMs && createdAtMs < beforeMs) this.#drop(sequence, "age", nowMs);
    }
    const parked = this.#outbox.filter((row) => row.isParked);
    const kept = new Set(parked.slice(-this.#limits.parkedRowsMax));
    this.#outbox = this.#outbox.filter((row) => !row.isParked || kept.has(row));
  }

  async close(): Promise<void> {}

  /** As if the agent ended and started again on the same disk. */
  restart(): void {
    this.#handedOutSequence = 0;
  }

  protected override held(): readonly HeldEvent[] {
    return this.#waiting().flatMap(({ sequence, heldAtMs }) =>
      heldAtMs === undefined ? [] : [{ eventId: this.#event(sequence).id, sequence, heldAtMs }],
    );
  }

  protected override complete(
    sequence: number,
    release: Pick<Release, "evidence" | "enforceable">,
  ): DropClass {
    const { payload } = this.#event(sequence);
    const completed = withEvidence(payload, release);
    this.#events = this.#events.map((event) =>
      event.sequence === sequence ? { ...event, payload: completed } : event,
    );
    return this.#outbox.find((row) => row.sequence === sequence)?.dropClass ?? dropClasses.other;
  }

  protected override letGo(sequence: number): void {
    this.#replace(sequence, (row) => ({ ...row, heldAtMs: undefined }));
  }

  protected override firstWaiting(): number | undefined {
    return this.#waiting()[0]?.sequence;
  }

  protected override tellDropped(
    {
      manifest,
      ...dropped
    }: {
      readonly manifest: KeptManifest;
      readonly files: number;
      readonly bytes: number;
      readonly reason: EvidenceDropReason;
    },
    nowMs: number,
  ): void {
    const known = this.#events.find(({ id }) => id === manifest.eventId) ?? this.#events.at(-1);
    assert.ok(known !== undefined, "evidence is kept, but no event is known");
    const { violationId: violation, revision, number, sha256 } = manifest;
    const source = String(parsePayload(known.payload)["source"]);
    const what = { violation, revision, manifest: { number, sha256 }, ...dropped };
    this.#append(evidenceDroppedEvent(what, { source, nowMs }), dropClasses.other, nowMs);
    this.enforce(nowMs);
  }

  /** All of a commit or nothing: faults are found before the first change. */
  #assertCommittable(revisions: readonly RevisionText[]): void {
    this.#assertNew(revisions.map(({ event }) => event.id));
    const latest = new Map<ViolationId, number>();
    for (const { violationId, revision, eventId, event } of revisions) {
      assert.equal(event.id, eventId, "the event's id is not the revision's");
      const before = latest.get(violationId) ?? this.#violations.get(violationId)?.revision;
      if (before !== undefined) assert.equal(revision, before + 1, `revision of ${violationId}`);
      latest.set(violationId, revision);
    }
  }

  #assertNew(ids: readonly string[]): void {
    for (const [index, id] of ids.entries()) {
      const isKnown = this.#events.some((event) => event.id === id) || ids.indexOf(id) < index;
      assert.ok(!isKnown, `event ${id} was committed before`);
    }
  }

  #addRevision({ event, ...row }: RevisionText, nowMs: number): number {
    const before = this.#violations.get(row.violationId);
    const { eventId: _, occurredAtMs, isHeld = false, ...violation } = row;
    const sequence = this.#append(event, dropClassOf(row.stage, before?.stage), nowMs, isHeld);
    this.#violations.set(row.violationId, {
      ...violation,
      sequence,
      firstSeenAtMs: before?.firstSeenAtMs ?? row.firstSeenAtMs,
      updatedAtMs: occurredAtMs,
    });
    return sequence;
  }

  #append(text: EventText, dropClass: DropClass, nowMs: number, isHeld = false): number {
    this.#lastSequence += 1;
    const sequence = this.#lastSequence;
    const { id, type } = text;
    this.#events.push({ sequence, id, type, payload: withSequence(text, sequence) });
    const row = { sequence, createdAtMs: nowMs, dropClass, isParked: false, attemptCount: 0 };
    this.#outbox.push({ ...row, heldAtMs: isHeld ? Math.floor(nowMs) : undefined });
    return sequence;
  }

  protected override enforce(nowMs: number): void {
    for (;;) {
      const rowCount = this.#waiting().filter((row) => row.notice === undefined).length;
      const isOverRows = rowCount > this.#limits.outboxRowsMax;
      if (!isOverRows && this.#waitingBytes() <= this.#limits.outboxBytesMax) return;
      const [victim] = this.#droppable().toSorted((a, b) => a.dropClass - b.dropClass);
      if (victim === undefined) return;
      this.#drop(victim.sequence, isOverRows ? "rows" : "bytes", nowMs);
    }
  }

  #drop(sequence: number, reason: DropReason, nowMs: number): void {
    const isMergeable = (row: MemoryRow) =>
      row.notice?.reason === reason &&
      row.attemptCount === 0 &&
      row.sequence > this.#handedOutSequence;
    const notices = this.#waiting().filter(isMergeable);
    const before = notices.find((row) => row.sequence === sequence - 1);
    const after = notices.find((row) => row.notice?.first === sequence + 1);
    const first = before?.notice?.first ?? sequence;
    const last = after?.sequence ?? sequence;
    const source = String(parsePayload(this.#event(sequence).payload)["source"]);
    const range = { firstSequence: first, lastSequence: last, reason };
    const text = droppedEvent(range, { source, nowMs });
    this.#replace(last, (row) => ({ ...row, notice: { first, reason, text } }));
    this.#outbox = this.#outbox.filter(
      (row) => row.sequence === last || row.sequence < first || row.sequence > last,
    );
    this.#droppedCounts[reason] += 1;
  }

  #droppable(): MemoryRow[] {
    return this.#waiting().filter(
      (row) =>
        row.notice === undefined &&
        row.heldAtMs === undefined &&
        row.attemptCount === 0 &&
        row.sequence > this.#handedOutSequence,
    );
  }

  #replace(sequence: number, change: (row: MemoryRow) => MemoryRow): void {
    this.#outbox = this.#outbox.map((row) =>
      row.sequence === sequence && !row.isParked ? change(row) : row,
    );
  }

  #waiting(): MemoryRow[] {
    return this.#outbox.filter((row) => !row.isParked);
  }

  #waitingBytes(): number {
    return this.#waiting().reduce((sum, row) => sum + this.#payloadOf(row).length, 0);
  }

  #payloadOf({ sequence, notice }: Pick<MemoryRow, "sequence" | "notice">): Uint8Array {
    return notice ? withSequence(notice.text, sequence) : this.#event(sequence).payload;
  }

  #event(sequence: number): MemoryEvent {
    const event = this.#events.find((candidate) => candidate.sequence === sequence);
    assert.ok(event !== undefined, `event ${sequence} is not in the store`);
    return event;
  }
}
