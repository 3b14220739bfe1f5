/**
 * Questions that the agent's own thread and a command beside it both ask of the database.
 */
import type Database from "better-sqlite3";
import { parsePayload } from "./event-text.ts";
import type { EventQuery, StoredEvent, ViolationQuery } from "./protocol.ts";
import type { ViolationRow } from "./store.ts";

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
  return db
    .prepare<unknown[], Omit<ViolationRow, "event"> & { readonly payload: Buffer }>(
      `SELECT v.violation_id AS violationId, v.kind, v.stage, v.severity,
              v.camera_id AS cameraId, v.zone_id AS zoneId, v.revision,
              v.first_seen_at_ms AS firstSeenAtMs, v.updated_at_ms AS updatedAtMs, e.payload
       FROM violations v JOIN events e ON e.sequence = v.last_sequence
       WHERE v.kind = coalesce(@kind, v.kind) AND v.stage = coalesce(@stage, v.stage)
         AND v.camera_id = coalesce(@cameraId, v.camera_id)
         AND v.updated_at_ms >= coalesce(@sinceMs, v.updated_at_ms)
       ORDER BY v.updated_at_ms DESC, v.last_sequence DESC LIMIT @countMax`,
    )
    .all({ kind, stage, cameraId, sinceMs, countMax })
    .map(({ payload, ...row }) => ({ ...row, event: parsePayload(payload) }));
}
