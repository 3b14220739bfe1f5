/**
 * The outbox as rows: waiting in order of sequence, parked, or gone; bounded by rows, bytes, age.
 *
 * At the limit the least important, oldest row is replaced by a notice (see `drop-notice.ts`).
 * Rows that were handed out in this run, or tried in an earlier one, are never dropped: the hub
 * may already have them, and there are only as many as the uplink keeps in flight. Nor are held
 * ones: they wait for seconds.
 */
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import type Database from "better-sqlite3";
import {
  type DropClass,
  type DropReason,
  dropClasses,
  droppedEvent,
  droppedEventType,
} from "./drop-notice.ts";
import { bytesOf, parsePayload, withSequence } from "./event-text.ts";
import { type StoreLimits, tooOld } from "./limits.ts";
import type { OutboxEntry, OutboxStats } from "./store.ts";
import { damage } from "./store-errors.ts";

interface CounterRow {
  readonly lastSequence: number;
  readonly waitingCount: number;
  readonly noticeCount: number;
  readonly waitingBytes: number;
  readonly parkedCount: number;
  readonly droppedCount: number;
  readonly rows: number;
  readonly bytes: number;
  readonly age: number;
  readonly refused: number;
}

type LimitReason = Exclude<DropReason, "refused">;

/** Rows one maintenance round drops for their age; the next round takes the rest. */
const agedRowsMax = 500;
/** And for a disk that is nearly full. */
const sparedRowsMax = 500;

export class OutboxTable {
  readonly #db: Database.Database;
  readonly #limits: StoreLimits;
  readonly #statements: ReturnType<typeof prepare>;
  /** Highest sequence given out by `after` in this run: up to here nothing is dropped. */
  #handedOutSequence = 0;

  constructor(db: Database.Database, limits: StoreLimits) {
    this.#db = db;
    this.#limits = limits;
    this.#statements = prepare(db);
  }

  add(row: {
    readonly sequence: number;
    readonly dropClass: DropClass;
    readonly payloadBytes: number;
    readonly nowMs: number;
    readonly isHeld: boolean;
  }): void {
    const { isHeld, ...inserted } = row;
    this.#statements.insert.run({ ...inserted, heldAtMs: isHeld ? row.nowMs : null });
  }

  dropClassAt(sequence: number): DropClass {
    const row = this.#statements.dropClass.get({ sequence });
    assert.ok(row !== undefined, `event ${sequence} is not in the outbox`);
    return row.dropClass;
  }

  /** What tells of a refused event must not give way itself: it counts as a notice from now on. */
  keepRefusal(sequence: number): void {
    const { payload } = this.#statements.payload.get({ sequence }) ?? {};
    assert.ok(payload !== undefined, `event ${sequence} is in the outbox but not in the store`);
    const row = { sequence, firstSequence: sequence, reason: "refused", payload };
    this.#statements.makeNotice.run({ ...row, payloadBytes: payload.length });
  }

  after(afterSequence: number, countMax: number): OutboxEntry[] {
    const rows = this.#statements.after.all({ afterSequence, countMax });
    for (const row of rows) assertUnchanged(row);
    const last = rows.at(-1);
    if (last !== undefined && last.sequence > this.#handedOutSequence) {
      this.#handedOutSequence = last.sequence;
    }
    return rows.map((row) => (row.isNotice === 1 ? noticeEntry(row) : plainEntry(row)));
  }

  attempted(sequences: readonly number[], nowMs: number): void {
    for (const sequence of sequences) this.#statements.attempt.run({ sequence, nowMs });
  }

  done(sequences: readonly number[]): void {
    for (const sequence of sequences) this.#statements.remove.run({ sequence });
  }

  /** True when the row was waiting until now. */
  park(sequence: number, reason: string): boolean {
    const isParked =
      this.#statements.park.run({ sequence, reason: reason.slice(0, 500) }).changes === 1;
    if (isParked) this.#statements.countRefusal.run();
    return isParked;
  }

  stats(): OutboxStats {
    const counters = this.#counters();
    const { waitingCount, waitingBytes, parkedCount, droppedCount, lastSequence } = counters;
    const { rows, bytes, age, refused } = counters;
    const oldest = this.#statements.oldest.get();
    const oldestCreatedAtMs = oldest?.createdAtMs;
    return {
      waitingCount,
      waitingBytes,
      oldestCreatedAtMs,
      parkedCount,
      droppedCount,
      droppedCounts: { rows, bytes, age, refused },
      lastSequence,
    };
  }

  /** Brings rows and bytes under their limit. Runs inside the transaction that added rows. */
  enforce(nowMs: number): void {
    for (;;) {
      const { waitingCount, noticeCount, waitingBytes } = this.#counters();
      const reason = this.#overLimit(waitingCount - noticeCount, waitingBytes);
      if (reason === undefined) return;
      const victim = this.#statements.droppable.get({ handedOut: this.#handedOutSequence });
      if (victim === undefined) return;
      this.#drop(victim.sequence, reason, nowMs);
    }
  }

  dropAged(nowMs: number): void {
    const rows = this.#statements.aged.all({
      ...tooOld(nowMs, this.#limits.outboxAgeMsMax),
      handedOut: this.#handedOutSequence,
      countMax: agedRowsMax,
    });
    for (const { sequence } of rows) this.#drop(sequence, "age", nowMs);
  }

  /** The disk is nearly full: some of what the hub can do without, told to it as dropped. */
  spareUpdates(nowMs: number): void {
    for (let count = 0; count < sparedRowsMax; count++) {
      const victim = this.#statements.droppable.get({ handedOut: this.#handedOutSequence });
      if (victim === undefined || victim.dropClass > dropClasses.warned) return;
      this.#drop(victim.sequence, "bytes", nowMs);
    }
  }

  forgetParked(): void {
    const { parkedCount } = this.#counters();
    const countMax = parkedCount - this.#limits.parkedRowsMax;
    if (countMax > 0) this.#statements.forgetParked.run({ countMax });
  }

  #overLimit(rowCount: number, bytes: number): LimitReason | undefined {
    if (rowCount > this.#limits.outboxRowsMax) return "rows";
    return bytes > this.#limits.outboxBytesMax ? "bytes" : undefined;
  }

  /** Puts a notice in the row's place and merges it with untried neighbours of one reason. */
  #drop(sequence: number, reason: LimitReason, nowMs: number): void {
    assert.ok(this.#db.inTransaction);
    const before = this.#neighbour({ sequence: sequence - 1, reason });
    const after = this.#neighbour({ noticeFirstSequence: sequence + 1, reason });
    const firstSequence = before?.noticeFirstSequence ?? sequence;
    const lastSequence = after?.sequence ?? sequence;
    const source = this.#sourceOf(sequence);
    const notice = withSequence(
      droppedEvent({ firstSequence, lastSequence, reason }, { source, nowMs }),
      lastSequence,
    );
    if (before !== undefined) this.#statements.remove.run({ sequence: before.sequence });
    if (after !== undefined) this.#statements.remove.run({ sequence });
    const payload = Buffer.from(notice);
    const row = { sequence: lastSequence, firstSequence, reason, payload };
    const { changes } = this.#statements.makeNotice.run({ ...row, payloadBytes: notice.length });
    assert.equal(changes, 1, `row ${lastSequence} became no notice`);
    this.#statements.countDrop[reason].run();
  }

  #neighbour(where: {
    readonly sequence?: number;
    readonly noticeFirstSequence?: number;
    readonly reason: DropReason;
  }): { readonly sequence: number; readonly noticeFirstSequence: number } | undefined {
    const { reason } = where;
    const row =
      where.sequence === undefined
        ? this.#statements.nextRow.get({ sequence: where.noticeFirstSequence ?? 0 })
        : this.#statements.row.get({ sequence: where.sequence });
    if (row === undefined || row.noticeFirstSequence === null) return undefined;
    if (row.noticeReason !== reason || row.attemptCount > 0) return undefined;
    if (row.sequence <= this.#handedOutSequence) return undefined;
    if (where.noticeFirstSequence !== undefined) {
      if (row.noticeFirstSequence !== where.noticeFirstSequence) return undefined;
    }
    return { sequence: row.sequence, noticeFirstSequence: row.noticeFirstSequence };
  }

  /** The device's name, as the event itself carries it. */
  #sourceOf(sequence: number): string {
    const row = this.#statements.payload.get({ sequence });
    assert.ok(row !== undefined, `event ${sequence} is in the outbox but not in the store`);
    return String(parsePayload(row.payload)["source"]);
  }

  #counters(): CounterRow {
    const row = this.#statements.counters.get();
    assert.ok(row !== undefined, "the counters row is missing");
    return row;
  }
}

interface OutboxRow {
  readonly sequence: number;
  readonly eventId: string;
  readonly type: string;
  readonly payload: Buffer;
  readonly createdAtMs: number;
  readonly attemptCount: number;
  readonly isNotice: 0 | 1;
  /** Of the event, where it was noted; a notice has none. */
  readonly crc: number | null;
}

/** What leaves the box is what was decided: a byte that the disk changed is damage. */
function assertUnchanged({ sequence, payload, isNotice, crc }: OutboxRow): void {
  if (isNotice === 1 || crc === null || crc32(payload) === crc) return;
  throw damage(`event ${sequence} is not what was written`);
}

function plainEntry({ isNotice: _, crc: __, payload, ...row }: OutboxRow): OutboxEntry {
  return { ...row, payload: bytesOf(payload) };
}

function noticeEntry(row: OutboxRow): OutboxEntry {
  const id = String(parsePayload(row.payload)["id"]);
  return { ...plainEntry(row), eventId: id, type: droppedEventType };
}

function prepare(db: Database.Database) {
  return {
    insert: db.prepare<{
      sequence: number;
      dropClass: number;
      payloadBytes: number;
      nowMs: number;
      heldAtMs: number | null;
    }>(
      `INSERT INTO outbox (sequence, state, drop_class, created_at_ms, payload_bytes, held_at_ms)
       VALUES (@sequence, 'waiting', @dropClass, @nowMs, @payloadBytes, @heldAtMs)`,
    ),
    dropClass: db.prepare<{ sequence: number }, { readonly dropClass: DropClass }>(
      "SELECT drop_class AS dropClass FROM outbox WHERE sequence = @sequence",
    ),
    after: db.prepare<{ afterSequence: number; countMax: number }, OutboxRow>(
      `SELECT o.sequence, e.event_id AS eventId, e.type,
              coalesce(o.notice_payload, e.payload) AS payload,
              o.created_at_ms AS createdAtMs, o.attempt_count AS attemptCount,
              o.notice_payload IS NOT NULL AS isNotice, e.payload_crc AS crc
       FROM outbox o JOIN events e USING (sequence)
       WHERE o.state = 'waiting' AND o.sequence > @afterSequence AND o.sequence < coalesce(
         (SELECT min(sequence) FROM outbox WHERE held_at_ms IS NOT NULL), 9007199254740992)
       ORDER BY o.sequence LIMIT @countMax`,
    ),
    attempt: db.prepare<{ sequence: number; nowMs: number }>(
      `UPDATE outbox SET attempt_count = attempt_count + 1, attempted_at_ms = @nowMs
       WHERE sequence = @sequence AND state = 'waiting'`,
    ),
    remove: db.prepare<{ sequence: number }>(
      "DELETE FROM outbox WHERE sequence = @sequence AND state = 'waiting'",
    ),
    park: db.prepare<{ sequence: number; reason: string }>(
      `UPDATE outbox SET state = 'parked', parked_reason = @reason
       WHERE sequence = @sequence AND state = 'waiting'`,
    ),
    forgetParked: db.prepare<{ countMax: number }>(
      `DELETE FROM outbox WHERE sequence IN (
         SELECT sequence FROM outbox WHERE state = 'parked' ORDER BY sequence LIMIT @countMax)`,
    ),
    oldest: db.prepare<[], { readonly createdAtMs: number }>(
      `SELECT created_at_ms AS createdAtMs FROM outbox WHERE state = 'waiting'
       ORDER BY sequence LIMIT 1`,
    ),
    counters: db.prepare<[], CounterRow>(
      `SELECT last_sequence AS lastSequence, waiting_count AS waitingCount,
              notice_count AS noticeCount, waiting_bytes AS waitingBytes,
              parked_count AS parkedCount, dropped_count AS droppedCount,
              dropped_rows_count AS rows, dropped_bytes_count AS bytes,
              dropped_age_count AS age, refused_count AS refused
       FROM counters WHERE id = 1`,
    ),
    droppable: db.prepare<
      { handedOut: number },
      { readonly sequence: number; readonly dropClass: number }
    >(
      `SELECT sequence, drop_class AS dropClass FROM outbox INDEXED BY outbox_droppable
       WHERE state = 'waiting' AND attempt_count = 0 AND notice_payload IS NULL
         AND sequence > @handedOut AND held_at_ms IS NULL
       ORDER BY drop_class, sequence LIMIT 1`,
    ),
    aged: db.prepare<
      { fromMs: number; beforeMs: number; handedOut: number; countMax: number },
      { readonly sequence: number }
    >(
      `SELECT sequence FROM outbox
       WHERE state = 'waiting' AND attempt_count = 0 AND notice_payload IS NULL
         AND sequence > @handedOut AND held_at_ms IS NULL AND created_at_ms >= @fromMs AND created_at_ms < @beforeMs
       ORDER BY sequence LIMIT @countMax`,
    ),
    row: db.prepare<{ sequence: number }, NeighbourRow>(
      `SELECT ${neighbourColumns} FROM outbox WHERE sequence = @sequence AND state = 'waiting'`,
    ),
    nextRow: db.prepare<{ sequence: number }, NeighbourRow>(
      `SELECT ${neighbourColumns} FROM outbox WHERE sequence >= @sequence AND state = 'waiting'
       ORDER BY sequence LIMIT 1`,
    ),
    payload: db.prepare<{ sequence: number }, { readonly payload: Buffer }>(
      "SELECT payload FROM events WHERE sequence = @sequence",
    ),
    makeNotice: db.prepare<{
      sequence: number;
      firstSequence: number;
      reason: string;
      payload: Buffer;
      payloadBytes: number;
    }>(
      `UPDATE outbox SET notice_first_sequence = @firstSequence, notice_reason = @reason,
         notice_payload = @payload, payload_bytes = @payloadBytes
       WHERE sequence = @sequence AND state = 'waiting'`,
    ),
    countDrop: {
      rows: db.prepare<[]>(countDrop("rows")),
      bytes: db.prepare<[]>(countDrop("bytes")),
      age: db.prepare<[]>(countDrop("age")),
    },
    countRefusal: db.prepare<[]>("UPDATE counters SET refused_count = refused_count + 1"),
  };
}

const countDrop = (reason: LimitReason) =>
  `UPDATE counters SET dropped_count = dropped_count + 1,
     dropped_${reason}_count = dropped_${reason}_count + 1`;

const neighbourColumns = `sequence, notice_first_sequence AS noticeFirstSequence,
  notice_reason AS noticeReason, attempt_count AS attemptCount`;

interface NeighbourRow {
  readonly sequence: number;
  readonly noticeFirstSequence: number | null;
  readonly noticeReason: string | null;
  readonly attemptCount: number;
}
