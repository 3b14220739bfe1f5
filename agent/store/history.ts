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

export function forgetHistory(db: Database.Database, limits: StoreLimits, nowMs: number): void {
  const age = tooOld(nowMs, limits.historyAgeMsMax);
  deleteViolations(db, "v.updated_at_ms >= @fromMs AND v.updated_at_ms < @beforeMs", {
    ...age,
    countMax: deletedRowsMax,
  });
  deleteEvents(db, "e.created_at_ms >= @fromMs AND e.created_at_ms < @beforeMs", "created_at_ms", {
    ...age,
    countMax: deletedRowsMax,
  });
  deleteVerdicts(db, limits, nowMs);
  const excessCount = excess(db, limits);
  if (excessCount === 0) return;
  const countMax = Math.min(excessCount, deletedRowsMax);
  const restCount = countMax - deleteEvents(db, "true", "sequence", { countMax });
  if (restCount === 0) return;
  // Only the last events of violations are left: the oldest ended violations go with theirs.
  deleteViolations(db, "true", { countMax: restCount });
  deleteEvents(db, "true", "sequence", { countMax: restCount });
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

function deleteEvents(
  db: Database.Database,
  where: string,
  order: "created_at_ms" | "sequence",
  parameters: object,
): number {
  return db
    .prepare(
      `DELETE FROM events WHERE sequence IN (
         SELECT e.sequence FROM events e
         WHERE ${where}
           AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.sequence = e.sequence)
           AND NOT EXISTS (SELECT 1 FROM violations v WHERE v.last_sequence = e.sequence)
         ORDER BY e.${order} LIMIT @countMax)`,
    )
    .run(parameters).changes;
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
