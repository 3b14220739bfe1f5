/**
 * The store's own thread, without the thread: every operation as a plain function on SQLite.
 *
 * Writes run inside a transaction that the caller opens with `group`. `sequence` is allotted here
 * and nowhere else.
 */
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import type Database from "better-sqlite3";
import {
  type DropClass,
  dropClasses,
  dropClassOf,
  droppedEvent,
  droppedEventType,
  evidenceDroppedEvent,
} from "./drop-notice.ts";
import {
  type EventText,
  parsePayload,
  parseStored,
  withEvidence,
  withSequence,
} from "./event-text.ts";
import type { EvidenceDropReason, Release } from "./evidence-store.ts";
import { EvidenceTable } from "./evidence-table.ts";
import { History } from "./history.ts";
import { heldMsMax, type StoreLimits } from "./limits.ts";
import { OutboxTable } from "./outbox-table.ts";
import type { CommitText, Reads, RevisionText, StoreHealed, Writes } from "./protocol.ts";
import { queryEvents, queryVerdicts, queryViolations } from "./queries.ts";
import type { SequenceReserve } from "./sequence-reserve.ts";
import type { RevisionRow, VerdictRow } from "./store.ts";
import type { StoreMark, Written } from "./store-mark.ts";

type Handlers<Map extends Record<keyof Map, { args: unknown; value: unknown }>> = {
  readonly [Name in keyof Map]: (
    args: Map[Name]["args"],
  ) => Map[Name]["value"] extends undefined ? void : Map[Name]["value"];
};

interface ViolationBefore {
  readonly revision: number;
  readonly stage: RevisionRow["stage"];
}

export class StoreDatabase {
  readonly #db: Database.Database;
  readonly #outbox: OutboxTable;
  readonly #history: History;
  readonly #evidence: EvidenceTable;
  readonly #reserve: SequenceReserve;
  readonly #mark: Pick<StoreMark, "note" | "close">;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    db: Database.Database,
    limits: StoreLimits,
    reserve: SequenceReserve,
    mark: Pick<StoreMark, "note" | "close"> = noMark,
  ) {
    this.#db = db;
    this.#reserve = reserve;
    this.#mark = mark;
    this.#outbox = new OutboxTable(db, limits);
    this.#history = new History(db, limits);
    this.#evidence = new EvidenceTable(db);
    this.#statements = prepare(db);
  }

  readonly reads: Handlers<Reads> = {
    loadCameraStates: () =>
      new Map(this.#statements.cameraStates.all().map((row) => [row.cameraId, row.stateJson])),
    outboxAfter: ({ afterSequence, countMax }) => this.#outbox.after(afterSequence, countMax),
    outboxStats: () => this.#outbox.stats(),
    violations: (query) => queryViolations(this.#db, query),
    verdicts: (query) => queryVerdicts(this.#db, query),
    events: (query) => queryEvents(this.#db, query),
    heldEvents: () => this.#evidence.held(),
    lastManifest: () => this.#evidence.last(),
    manifests: (query) => this.#evidence.manifests(query),
    evidenceToSend: ({ countMax }) => this.#evidence.toSend(countMax),
    evidenceStats: () => this.#evidence.stats(),
    evidenceToDrop: (query) => this.#evidence.toDrop(query),
    droppedWithFiles: ({ countMax }) => this.#evidence.droppedWithFiles(countMax),
  };

  readonly writes: Handlers<Writes> = {
    commit: (request) => this.#commit(request),
    appendEvent: ({ event, nowMs, isHeld = false }) => {
      const sequence = this.#append(event, dropClasses.other, { nowMs, isHeld });
      this.#statements.forgetRepair.run({ id: event.id });
      this.#outbox.enforce(nowMs);
      return sequence;
    },
    outboxAttempted: ({ sequences, nowMs }) => this.#outbox.attempted(sequences, nowMs),
    outboxDone: ({ sequences }) => this.#outbox.done(sequences),
    outboxParked: ({ sequence, reason, nowMs }) => this.#park(sequence, reason, nowMs),
    release: ({ eventId, release, nowMs }) => this.#release(eventId, release, nowMs),
    releaseHeld: ({ nowMs }) => {
      const count = this.#evidence.letAllGo();
      this.#outbox.enforce(nowMs);
      return count;
    },
    evidencePartDone: ({ fileId, ackedBytes }) => this.#evidence.partDone(fileId, ackedBytes),
    evidenceFilesDone: ({ fileIds, nowMs }) => this.#evidence.filesDone(fileIds, nowMs),
    dropEvidence: ({ number, reason, nowMs }) => this.#dropEvidence(number, reason, nowMs),
    evidenceGone: ({ number }) => this.#evidence.gone(number),
    forgetManifests: ({ beforeNumber }) => this.#evidence.forget(beforeNumber),
    maintain: ({ nowMs, spare }) => {
      this.#evidence.letOldGo({ fromMs: nowMs - heldMsMax, untilMs: nowMs + heldMsMax });
      this.#outbox.enforce(nowMs);
      this.#outbox.dropAged(nowMs);
      this.#outbox.forgetParked();
      this.#history.forget(nowMs);
      if (spare === "history") this.#history.spare();
      if (spare === "updates") this.#outbox.spareUpdates(nowMs);
    },
  };

  /** By name, as a request brings it. */
  write<Name extends keyof Writes>(name: Name, args: Writes[Name]["args"]): unknown {
    const run: (args: Writes[Name]["args"]) => unknown = this.writes[name];
    return run(args);
  }

  read<Name extends keyof Reads>(name: Name, args: Reads[Name]["args"]): unknown {
    const run: (args: Reads[Name]["args"]) => unknown = this.reads[name];
    return run(args);
  }

  /** One transaction around several writes: on disk when it returns, undone when one throws. */
  group<Value>(run: () => Value): Value {
    const countWrite = this.#statements.countWrite;
    const { value, written } = this.#db
      .transaction(() => ({ value: run(), written: countWrite.get() }))
      .immediate();
    assert.ok(written !== undefined, "the counters row is missing");
    this.#mark.note(written);
    return value;
  }

  /** Set when the database was repaired and the hub does not know it yet. */
  untoldRepair(): StoreHealed | undefined {
    const row = this.#statements.repair.get();
    return row === undefined ? undefined : (parseStored(row.repairJson) as StoreHealed);
  }

  /** Gives freed pages back, a little at a time; must run outside a transaction. */
  shrink(): void {
    this.#db.pragma("incremental_vacuum(256)");
  }

  /** In order: what the mark says from now on is exact. */
  close(): void {
    try {
      const written = this.#statements.written.get();
      if (written !== undefined) this.#mark.close(written);
    } finally {
      this.#db.close();
    }
  }

  #commit({ cameraStates, revisions, verdicts = [], nowMs }: CommitText): number[] {
    for (const { cameraId, stateJson } of cameraStates) {
      this.#statements.saveState.run({ cameraId, stateJson, nowMs });
    }
    const sequences = revisions.map((revision) => this.#addRevision(revision, nowMs));
    for (const verdict of verdicts) this.#saveVerdict(verdict);
    if (sequences.length > 0) this.#outbox.enforce(nowMs);
    return sequences;
  }

  #saveVerdict({ reason, until, caseNo, ...row }: VerdictRow): void {
    this.#statements.saveVerdict.run({
      ...row,
      receivedAtMs: Math.floor(row.receivedAtMs),
      reason: reason ?? null,
      until: until ?? null,
      caseNo: caseNo ?? null,
    });
  }

  #addRevision(row: RevisionText, nowMs: number): number {
    const { violationId, revision, stage } = row;
    assert.equal(row.event.id, row.eventId, "the event's id is not the revision's");
    const before = this.#statements.violation.get({ violationId });
    // Unknown violations may start anywhere: the store may have lost its past.
    if (before !== undefined) {
      const expected = before.revision + 1;
      assert.equal(revision, expected, `revision of ${violationId} must be ${expected}`);
    }
    const dropClass = dropClassOf(stage, before?.stage);
    const { event, occurredAtMs, isHeld = false, ...violation } = row;
    const sequence = this.#append(event, dropClass, { nowMs, isHeld });
    this.#statements.saveViolation.run({ ...violation, updatedAtMs: occurredAtMs, sequence });
    return sequence;
  }

  #append(
    event: EventText,
    dropClass: DropClass,
    { nowMs, isHeld = false }: { readonly nowMs: number; readonly isHeld?: boolean },
  ): number {
    const known = this.#statements.eventById.get({ id: event.id });
    assert.ok(known === undefined, `event ${event.id} was committed before`);
    const allotted = this.#statements.nextSequence.get();
    assert.ok(allotted !== undefined, "the counters row is missing");
    const { sequence } = allotted;
    this.#reserve.cover(sequence);
    const payload = Buffer.from(withSequence(event, sequence));
    const { id, type } = event;
    this.#statements.saveEvent.run({ sequence, id, type, nowMs, payload, crc: crc32(payload) });
    this.#outbox.add({ sequence, dropClass, payloadBytes: payload.length, nowMs, isHeld });
    return sequence;
  }

  /** Completed once and let go, with what goes into the chain and has to be sent behind it. */
  #release(eventId: string, { manifest, files = [], ...rest }: Release, nowMs: number): boolean {
    const sequence = this.#evidence.heldSequence(eventId);
    if (sequence === undefined) return false;
    const row = this.#statements.eventBySequence.get({ sequence });
    assert.ok(row !== undefined, `event ${sequence} is in the outbox but not in the store`);
    const payload = Buffer.from(withEvidence(row.payload, rest));
    this.#statements.completeEvent.run({ sequence, payload, crc: crc32(payload) });
    this.#evidence.letGo(sequence, payload.length);
    if (manifest !== undefined) {
      const dropClass = this.#outbox.dropClassAt(sequence);
      this.#evidence.add(manifest, files, { eventId, sequence, dropClass });
    }
    this.#outbox.enforce(nowMs);
    return true;
  }

  #dropEvidence(number: number, reason: EvidenceDropReason, nowMs: number): void {
    const dropped = this.#evidence.drop(number, reason, nowMs);
    if (dropped === undefined || dropped.waitingCount === 0) return;
    const { manifest, waitingCount, waitingBytes, eventSequence } = dropped;
    const row = this.#statements.eventBySequence.get({ sequence: eventSequence });
    const known = row ?? this.#statements.newestEvent.get();
    assert.ok(known !== undefined, "evidence is kept, but no event is known");
    const notice = evidenceDroppedEvent(
      {
        violation: manifest.violationId,
        revision: manifest.revision,
        manifest: { number, sha256: manifest.sha256 },
        files: waitingCount,
        bytes: waitingBytes,
        reason,
      },
      { source: String(parsePayload(known.payload)["source"]), nowMs },
    );
    this.#append(notice, dropClasses.other, { nowMs });
    this.#outbox.enforce(nowMs);
  }

  /** The hub would take the gap for a loss, so it is told; a refused notice ends there. */
  #park(sequence: number, reason: string, nowMs: number): void {
    if (!this.#outbox.park(sequence, reason)) return;
    const row = this.#statements.eventBySequence.get({ sequence });
    assert.ok(row !== undefined, `event ${sequence} is in the outbox but not in the store`);
    if (row.type === droppedEventType) return;
    const source = String(parsePayload(row.payload)["source"]);
    const range = { firstSequence: sequence, lastSequence: sequence };
    const notice = droppedEvent({ ...range, reason: "refused", detail: reason }, { source, nowMs });
    this.#outbox.keepRefusal(this.#append(notice, dropClasses.other, { nowMs }));
  }
}

const noMark = { note: () => {}, close: () => {} };

function prepare(db: Database.Database) {
  return {
    countWrite: db.prepare<[], Written>(
      `UPDATE counters SET write_count = write_count + 1 WHERE id = 1
       RETURNING last_sequence AS lastSequence, write_count AS writeCount`,
    ),
    written: db.prepare<[], Written>(
      "SELECT last_sequence AS lastSequence, write_count AS writeCount FROM counters WHERE id = 1",
    ),
    repair: db.prepare<[], { readonly repairJson: string }>(
      "SELECT repair_json AS repairJson FROM repairs ORDER BY rowid DESC LIMIT 1",
    ),
    forgetRepair: db.prepare<{ id: string }>("DELETE FROM repairs WHERE event_id = @id"),
    cameraStates: db.prepare<[], { readonly cameraId: string; readonly stateJson: string }>(
      "SELECT camera_id AS cameraId, state_json AS stateJson FROM camera_states",
    ),
    saveState: db.prepare<{ cameraId: string; stateJson: string; nowMs: number }>(
      `INSERT INTO camera_states (camera_id, state_json, saved_at_ms)
       VALUES (@cameraId, @stateJson, @nowMs)
       ON CONFLICT (camera_id) DO UPDATE SET state_json = excluded.state_json,
         saved_at_ms = excluded.saved_at_ms`,
    ),
    saveVerdict: db.prepare<{
      verdictId: string;
      violationId: string;
      word: string;
      reason: string | null;
      until: string | null;
      caseNo: string | null;
      receivedAtMs: number;
    }>(
      `INSERT INTO verdicts
         (verdict_id, violation_id, word, reason, until_date, case_no, received_at_ms)
       VALUES (@verdictId, @violationId, @word, @reason, @until, @caseNo, @receivedAtMs)
       ON CONFLICT (verdict_id) DO NOTHING`,
    ),
    nextSequence: db.prepare<[], { readonly sequence: number }>(
      `UPDATE counters SET last_sequence = last_sequence + 1 WHERE id = 1
       RETURNING last_sequence AS sequence`,
    ),
    saveEvent: db.prepare<{
      sequence: number;
      id: string;
      type: string;
      nowMs: number;
      payload: Buffer;
      crc: number;
    }>(
      `INSERT INTO events (sequence, event_id, type, created_at_ms, payload, payload_crc)
       VALUES (@sequence, @id, @type, @nowMs, @payload, @crc)`,
    ),
    eventById: db.prepare<{ id: string }, { readonly sequence: number }>(
      "SELECT sequence FROM events WHERE event_id = @id",
    ),
    eventBySequence: db.prepare<
      { sequence: number },
      { readonly type: string; readonly payload: Buffer }
    >("SELECT type, payload FROM events WHERE sequence = @sequence"),
    newestEvent: db.prepare<[], { readonly payload: Buffer }>(
      "SELECT payload FROM events ORDER BY sequence DESC LIMIT 1",
    ),
    completeEvent: db.prepare<{ sequence: number; payload: Buffer; crc: number }>(
      "UPDATE events SET payload = @payload, payload_crc = @crc WHERE sequence = @sequence",
    ),
    violation: db.prepare<{ violationId: string }, ViolationBefore>(
      "SELECT revision, stage FROM violations WHERE violation_id = @violationId",
    ),
    saveViolation: db.prepare<{
      violationId: string;
      revision: number;
      stage: string;
      kind: string;
      severity: string;
      cameraId: string;
      zoneId: string;
      firstSeenAtMs: number;
      updatedAtMs: number;
      sequence: number;
    }>(
      `INSERT INTO violations (violation_id, kind, stage, severity, camera_id, zone_id, revision,
         first_seen_at_ms, updated_at_ms, last_sequence)
       VALUES (@violationId, @kind, @stage, @severity, @cameraId, @zoneId, @revision,
         @firstSeenAtMs, @updatedAtMs, @sequence)
       ON CONFLICT (violation_id) DO UPDATE SET kind = excluded.kind, stage = excluded.stage,
         severity = excluded.severity, camera_id = excluded.camera_id,
         zone_id = excluded.zone_id, revision = excluded.revision,
         updated_at_ms = excluded.updated_at_ms, last_sequence = excluded.last_sequence`,
    ),
  };
}
