/**
 * Forgetting: what no longer waits and is too old or too much, oldest first, a little at a time.
 *
 * Kept whatever their age: events in the outbox, open violations, and the last event of every
 * violation that is kept.
 */
import type Database from "better-sqlite3";
import { type StoreLimits, tooOld } from "./limits.ts";

/** A round of maintenance deletes at most this many of each; the next takes the rest. */
const deletedRowsMax = 2_000;
/** So many rounds (an hour) go on where the one before stopped; then one begins at the oldest row. */
const roundsPerPass = 60;

export class History {
  readonly #db: Database.Database;
  readonly #limits: StoreLimits;
  /**
   * Events up to here were kept by the last round at the limit. Going through them again each time
   * would cost more the more violations are remembered; what became free meanwhile waits for the
   * next pass.
   */
  #keptUpTo = 0;
  #round = 0;

  constructor(db: Database.Database, limits: StoreLimits) {
    this.#db = db;
    this.#limits = limits;
  }

  /** One round of maintenance. */
  forget(nowMs: number): void {
    const db = this.#db;
    const age = { ...tooOld(nowMs, this.#limits.historyAgeMsMax), countMax: deletedRowsMax };
    deleteViolations(db, "v.updated_at_ms >= @fromMs AND v.updated_at_ms < @beforeMs", age);
    const isOld = "e.created_at_ms >= @fromMs AND e.created_at_ms < @beforeMs";
    deleteEvents(db, isOld, "created_at_ms", age);
    deleteVerdicts(db, this.#limits, nowMs);
    if (this.#round++ % roundsPerPass === 0) this.#keptUpTo = 0;
    const excessCount = excess(db, this.#limits);
    if (excessCount > 0) this.#deleteOldest(Math.min(excessCount, deletedRowsMax));
  }

  /** The disk is nearly full: the oldest go although they are within their limits. */
  spare(): void {
    this.#deleteOldest(deletedRowsMax);
  }

  #deleteOldest(countMax: number): void {
    const db = this.#db;
    const isBehind = "e.sequence > @after";
    const deleted = deleteEvents(db, isBehind, "sequence", { after: this.#keptUpTo, countMax });
    const restCount = countMax - deleted.length;
    this.#keptUpTo = restCount === 0 ? Math.max(...deleted) : newestSequence(db);
    if (restCount === 0) return;
    // Only the last events of violations are left: the oldest ended violations go with theirs.
    deleteViolations(db, "true", { countMax: restCount });
    deleteEvents(db, "true", "sequence", { countMax: restCount });
  }
}

function newestSequence(db: Database.Database): number {
  const row = db
    .prepare<[], { readonly sequence: number | null }>(
      "SELECT max(sequence) AS sequence FROM events",
    )
    .get();
  return row?.sequence ?? 0;
}

/** By age, then the oldest beyond the limit. */
function deleteVerdicts(db: Database.Database, limits: StoreLimits, nowMs: number): void {
  const parameters = { ...tooOld(nowMs, limits.verdictAgeMsMax), countMax: deletedRowsMax };
  db.prepare(
    `DELETE FROM verdicts WHERE rowid IN (SELECT rowid FROM verdicts
       WHERE received_at_ms >= @fromMs AND received_at_ms < @beforeMs LIMIT @countMax)`,
  ).run(parameters);
  const count = db
    .prepare<[], { readonly count: number }>("SELECT count(*) AS count FROM verdicts")
    .get()?.count;
  const excessCount = Math.min((count ?? 0) - limits.verdictRowsMax, deletedRowsMax);
  if (excessCount <= 0) return;
  db.prepare(
    `DELETE FROM verdicts WHERE rowid IN
       (SELECT rowid FROM verdicts ORDER BY received_at_ms, rowid LIMIT ?)`,
  ).run(excessCount);
}

/** How many events are too many, by rows or by bytes at their mean size. */
function excess(db: Database.Database, limits: StoreLimits): number {
  const row = db
    .prepare<[], { readonly count: number; readonly bytes: number; readonly waiting: number }>(
      `SELECT event_count AS count, event_bytes AS bytes,
              waiting_count + parked_count AS waiting FROM counters`,
    )
    .get();
  if (row === undefined || row.count === 0) return 0;
  const meanBytes = row.bytes / row.count;
  const historyCount = row.count - row.waiting;
  const byRows = historyCount - limits.historyRowsMax;
  const byBytes = historyCount - limits.historyBytesMax / meanBytes;
  return Math.max(0, Math.ceil(Math.max(byRows, byBytes)));
}

/** The sequences of those that went. */
function deleteEvents(
  db: Database.Database,
  where: string,
  order: "created_at_ms" | "sequence",
  parameters: object,
): readonly number[] {
  return db
    .prepare<object, { readonly sequence: number }>(
      `DELETE FROM events WHERE sequence IN (
         SELECT e.sequence FROM events e
         WHERE ${where}
           AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.sequence = e.sequence)
           AND NOT EXISTS (SELECT 1 FROM violations v WHERE v.last_sequence = e.sequence)
         ORDER BY e.${order} LIMIT @countMax) RETURNING sequence`,
    )
    .all(parameters)
    .map(({ sequence }) => sequence);
}

function deleteViolations(db: Database.Database, where: string, parameters: object): number {
  return db
    .prepare(
      `DELETE FROM violations WHERE violation_id IN (
         SELECT v.violation_id FROM violations v
         WHERE ${where} AND v.stage IN ('cleared', 'withdrawn')
           AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.sequence = v.last_sequence)
         ORDER BY v.updated_at_ms LIMIT @countMax)`,
    )
    .run(parameters).changes;
}
