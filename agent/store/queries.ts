/**
 * Questions that the agent's own thread and a command beside it both ask of the database.
 */
import type Database from "better-sqlite3";
import { parsePayload } from "./event-text.ts";
import type { EventQuery, StoredEvent, VerdictQuery, ViolationQuery } from "./protocol.ts";
import type { VerdictRow, ViolationRow } from "./store.ts";

export function queryEvents(
  db: Database.Database,
  { afterSequence, countMax }: EventQuery,
): StoredEvent[] {
  return db
    .prepare<unknown[], { readonly sequence: number; readonly payload: Buffer }>(
      "SELECT sequence, payload FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?",
    )
    .all(afterSequence, countMax)
    .map(({ sequence, payload }) => ({ sequence, payload: new Uint8Array(payload) }));
}

/** Newest change first. */
export function queryViolations(db: Database.Database, query: ViolationQuery): ViolationRow[] {
  const { kind = null, stage = null, cameraId = null, sinceMs = null, countMax } = query;
  const { violationId = null } = query;
  return db
    .prepare<unknown[], Omit<ViolationRow, "event"> & { readonly payload: Buffer }>(
      `SELECT v.violation_id AS violationId, v.kind, v.stage, v.severity,
              v.camera_id AS cameraId, v.zone_id AS zoneId, v.revision,
              v.first_seen_at_ms AS firstSeenAtMs, v.updated_at_ms AS updatedAtMs, e.payload
       FROM violations v JOIN events e ON e.sequence = v.last_sequence
       WHERE v.kind = coalesce(@kind, v.kind) AND v.stage = coalesce(@stage, v.stage)
         AND v.camera_id = coalesce(@cameraId, v.camera_id)
         AND v.violation_id = coalesce(@violationId, v.violation_id)
         AND v.updated_at_ms >= coalesce(@sinceMs, v.updated_at_ms)
       ORDER BY v.updated_at_ms DESC, v.last_sequence DESC LIMIT @countMax`,
    )
    .all({ kind, stage, cameraId, violationId, sinceMs, countMax })
    .map(({ payload, ...row }) => ({ ...row, event: parsePayload(payload) }));
}

/** Oldest first. */
export function queryVerdicts(db: Database.Database, query: VerdictQuery): VerdictRow[] {
  const { verdictId = null, violationId = null, sinceMs = null, countMax } = query;
  return db
    .prepare<unknown[], StoredVerdict>(
      `SELECT verdict_id AS verdictId, violation_id AS violationId, word, reason,
              until_date AS until, case_no AS caseNo, received_at_ms AS receivedAtMs
       FROM verdicts
       WHERE verdict_id = coalesce(@verdictId, verdict_id)
         AND violation_id = coalesce(@violationId, violation_id)
         AND received_at_ms >= coalesce(@sinceMs, received_at_ms)
       ORDER BY received_at_ms, rowid LIMIT @countMax`,
    )
    .all({ verdictId, violationId, sinceMs, countMax })
    .map(({ reason, until, caseNo, ...row }) => ({
      ...row,
      ...(reason === null ? {} : { reason }),
      ...(until === null ? {} : { until }),
      ...(caseNo === null ? {} : { caseNo }),
    }));
}

interface StoredVerdict extends Omit<VerdictRow, "reason" | "until" | "caseNo"> {
  readonly reason: string | null;
  readonly until: string | null;
  readonly caseNo: string | null;
}
