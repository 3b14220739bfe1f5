/**
 * Questions that the agent's own thread and a command beside it both ask of the database.
 */
import type Database from "better-sqlite3";
import { bytesOf, parsePayload } from "./event-text.ts";
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
    .map(({ sequence, payload }) => ({ sequence, payload: bytesOf(payload) }));
}

/** Newest change first. */
export function queryViolations(db: Database.Database, query: ViolationQuery): ViolationRow[] {
  const { countMax, ...asked } = query;
  return db
    .prepare<unknown[], Omit<ViolationRow, "event"> & { readonly payload: Buffer }>(
      violationsSql(asked),
    )
    .all(query)
    .map(({ payload, ...row }) => ({ ...row, event: parsePayload(payload) }));
}

/** Oldest first. */
export function queryVerdicts(db: Database.Database, query: VerdictQuery): VerdictRow[] {
  const { countMax, ...asked } = query;
  return db
    .prepare<unknown[], StoredVerdict>(verdictsSql(asked))
    .all(query)
    .map(({ reason, until, caseNo, ...row }) => ({
      ...row,
      ...(reason === null ? {} : { reason }),
      ...(until === null ? {} : { until }),
      ...(caseNo === null ? {} : { caseNo }),
    }));
}

/** Asks only for what is asked: a condition that holds for every row would cost the index. */
function violationsSql(asked: Omit<ViolationQuery, "countMax">): string {
  return `SELECT v.violation_id AS violationId, v.kind, v.stage, v.severity,
      v.camera_id AS cameraId, v.zone_id AS zoneId, v.revision,
      v.first_seen_at_ms AS firstSeenAtMs, v.updated_at_ms AS updatedAtMs, e.payload
    FROM violations v JOIN events e ON e.sequence = v.last_sequence
    ${conditions(asked, violationConditions)}
    ORDER BY v.updated_at_ms DESC, v.last_sequence DESC LIMIT @countMax`;
}

function verdictsSql(asked: Omit<VerdictQuery, "countMax">): string {
  return `SELECT verdict_id AS verdictId, violation_id AS violationId, word, reason,
      until_date AS until, case_no AS caseNo, received_at_ms AS receivedAtMs
    FROM verdicts
    ${conditions(asked, verdictConditions)}
    ORDER BY received_at_ms, rowid LIMIT @countMax`;
}

const violationConditions = {
  kind: "v.kind = @kind",
  stage: "v.stage = @stage",
  cameraId: "v.camera_id = @cameraId",
  violationId: "v.violation_id = @violationId",
  sinceMs: "v.updated_at_ms >= @sinceMs",
} satisfies Record<keyof Omit<ViolationQuery, "countMax">, string>;

const verdictConditions = {
  verdictId: "verdict_id = @verdictId",
  violationId: "violation_id = @violationId",
  sinceMs: "received_at_ms >= @sinceMs",
} satisfies Record<keyof Omit<VerdictQuery, "countMax">, string>;

function conditions<Name extends string>(
  asked: Readonly<Partial<Record<Name, unknown>>>,
  texts: Readonly<Record<Name, string>>,
): string {
  const names = Object.keys(texts) as Name[]; // Of our own tables, never of a caller.
  const wanted = names.filter((name) => asked[name] !== undefined).map((name) => texts[name]);
  return wanted.length === 0 ? "" : `WHERE ${wanted.join(" AND ")}`;
}

interface StoredVerdict extends Omit<VerdictRow, "reason" | "until" | "caseNo"> {
  readonly reason: string | null;
  readonly until: string | null;
  readonly caseNo: string | null;
}
