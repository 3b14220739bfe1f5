/**
 * The schema of the store, as numbered steps that only go forward; `user_version` is the number.
 *
 * A step that was released is never changed: a new one is added. Counters of the outbox are kept
 * by triggers, inside the same transaction as the rows they count, so no code path can forget
 * them and nothing is counted twice after a rollback.
 */
import type Database from "better-sqlite3";
import { AgentError } from "../runtime/agent-error.ts";
import { looksToPages } from "./detection-log-migration.ts";
import { damage } from "./store-errors.ts";

/** SQL, or what SQL cannot say. */
type MigrationStep = string | ((db: Database.Database) => void);

const storeSteps: readonly MigrationStep[] = [
  `
  CREATE TABLE counters (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_sequence INTEGER NOT NULL CHECK (last_sequence >= 0),
    waiting_count INTEGER NOT NULL DEFAULT 0 CHECK (waiting_count >= 0),
    notice_count INTEGER NOT NULL DEFAULT 0 CHECK (notice_count >= 0),
    waiting_bytes INTEGER NOT NULL DEFAULT 0 CHECK (waiting_bytes >= 0),
    parked_count INTEGER NOT NULL DEFAULT 0 CHECK (parked_count >= 0),
    dropped_count INTEGER NOT NULL DEFAULT 0 CHECK (dropped_count >= 0),
    event_count INTEGER NOT NULL DEFAULT 0 CHECK (event_count >= 0),
    event_bytes INTEGER NOT NULL DEFAULT 0 CHECK (event_bytes >= 0)
  ) STRICT;
  INSERT INTO counters (id, last_sequence) VALUES (1, 0);

  CREATE TABLE camera_states (
    camera_id TEXT PRIMARY KEY,
    state_json TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL
  ) STRICT;

  -- Every event ever committed and still kept; the payload is what leaves the box.
  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    event_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;
  CREATE INDEX events_created ON events (created_at_ms);

  -- What still has to leave (waiting) or never will (parked). A row that is done is deleted.
  CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY REFERENCES events (sequence),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'parked')),
    drop_class INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    payload_bytes INTEGER NOT NULL,
    attempt_count INTEGER NOT NULL DEFAULT 0,
    attempted_at_ms INTEGER,
    parked_reason TEXT,
    -- A notice: it stands for the events from here to its own sequence and is sent instead.
    notice_first_sequence INTEGER CHECK (notice_first_sequence <= sequence),
    notice_reason TEXT,
    notice_payload BLOB,
    CHECK ((notice_first_sequence IS NULL) = (notice_payload IS NULL))
  ) STRICT;
  CREATE INDEX outbox_waiting ON outbox (sequence) WHERE state = 'waiting';
  CREATE INDEX outbox_parked ON outbox (sequence) WHERE state = 'parked';
  CREATE INDEX outbox_droppable ON outbox (drop_class, sequence)
    WHERE state = 'waiting' AND attempt_count = 0 AND notice_payload IS NULL;

  CREATE TABLE violations (
    violation_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    stage TEXT NOT NULL,
    severity TEXT NOT NULL,
    camera_id TEXT NOT NULL,
    zone_id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision > 0),
    first_seen_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL UNIQUE REFERENCES events (sequence)
  ) STRICT;
  CREATE INDEX violations_updated ON violations (updated_at_ms);

  CREATE TRIGGER events_inserted AFTER INSERT ON events BEGIN
    UPDATE counters SET event_count = event_count + 1,
      event_bytes = event_bytes + length(new.payload);
  END;
  CREATE TRIGGER events_deleted AFTER DELETE ON events BEGIN
    UPDATE counters SET event_count = event_count - 1,
      event_bytes = event_bytes - length(old.payload);
  END;
  CREATE TRIGGER outbox_inserted AFTER INSERT ON outbox BEGIN
    UPDATE counters SET
      waiting_count = waiting_count + (new.state = 'waiting'),
      notice_count = notice_count + (new.state = 'waiting' AND new.notice_payload IS NOT NULL),
      waiting_bytes = waiting_bytes + iif(new.state = 'waiting', new.payload_bytes, 0),
      parked_count = parked_count + (new.state = 'parked');
  END;
  CREATE TRIGGER outbox_deleted AFTER DELETE ON outbox BEGIN
    UPDATE counters SET
      waiting_count = waiting_count - (old.state = 'waiting'),
      notice_count = notice_count - (old.state = 'waiting' AND old.notice_payload IS NOT NULL),
      waiting_bytes = waiting_bytes - iif(old.state = 'waiting', old.payload_bytes, 0),
      parked_count = parked_count - (old.state = 'parked');
  END;
  CREATE TRIGGER outbox_changed AFTER UPDATE OF state, payload_bytes, notice_payload ON outbox BEGIN
    UPDATE counters SET
      waiting_count = waiting_count + (new.state = 'waiting') - (old.state = 'waiting'),
      notice_count = notice_count + (new.state = 'waiting' AND new.notice_payload IS NOT NULL)
        - (old.state = 'waiting' AND old.notice_payload IS NOT NULL),
      waiting_bytes = waiting_bytes + iif(new.state = 'waiting', new.payload_bytes, 0)
        - iif(old.state = 'waiting', old.payload_bytes, 0),
      parked_count = parked_count + (new.state = 'parked') - (old.state = 'parked');
  END;
  `,
  `
  -- People's words on violations, as the hub sent them. A word outlives its violation.
  CREATE TABLE verdicts (
    verdict_id TEXT PRIMARY KEY,
    violation_id TEXT NOT NULL,
    word TEXT NOT NULL CHECK (word IN ('confirmed', 'dismissed', 'permitted')),
    reason TEXT,
    until_date TEXT,
    case_no TEXT,
    received_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX verdicts_violation ON verdicts (violation_id, received_at_ms);
  CREATE INDEX verdicts_received ON verdicts (received_at_ms);
  `,
  `
  -- Transactions since the box was set up: the mark beside the database names the last one.
  ALTER TABLE counters ADD COLUMN write_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE counters ADD COLUMN dropped_rows_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE counters ADD COLUMN dropped_bytes_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE counters ADD COLUMN dropped_age_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE counters ADD COLUMN refused_count INTEGER NOT NULL DEFAULT 0;
  -- Of the payload: a disk that changes a byte is found out. NULL: written before there was one.
  ALTER TABLE events ADD COLUMN payload_crc INTEGER;
  -- A repair that the hub has not been told of yet; event_id is what tells it.
  CREATE TABLE repairs (
    event_id TEXT PRIMARY KEY,
    repair_json TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- A held row waits for its evidence: the drain stops at it.
  ALTER TABLE outbox ADD COLUMN held_at_ms INTEGER;
  CREATE INDEX outbox_held ON outbox (sequence) WHERE held_at_ms IS NOT NULL;
  CREATE TRIGGER events_changed AFTER UPDATE OF payload ON events BEGIN
    UPDATE counters SET event_bytes = event_bytes + length(new.payload) - length(old.payload);
  END;

  ALTER TABLE counters ADD COLUMN evidence_bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE counters ADD COLUMN evidence_waiting_count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE counters ADD COLUMN evidence_waiting_bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE counters ADD COLUMN evidence_dropped_count INTEGER NOT NULL DEFAULT 0;
  -- The device's chain. The files lie in a folder; what was dropped keeps its place here.
  CREATE TABLE evidence_manifests (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    event_id TEXT NOT NULL UNIQUE,
    violation_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    kept_bytes INTEGER NOT NULL,
    drop_class INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    -- Files that the hub does not have.
    waiting_count INTEGER NOT NULL DEFAULT 0 CHECK (waiting_count >= 0),
    dropped_at_ms INTEGER,
    drop_reason TEXT,
    has_files INTEGER NOT NULL DEFAULT 1,
    UNIQUE (violation_id, revision)
  ) STRICT;
  CREATE INDEX evidence_droppable ON evidence_manifests (waiting_count > 0, drop_class, number)
    WHERE dropped_at_ms IS NULL;
  CREATE INDEX evidence_age ON evidence_manifests (created_at_ms) WHERE dropped_at_ms IS NULL;
  CREATE INDEX evidence_dropped_files ON evidence_manifests (number)
    WHERE dropped_at_ms IS NOT NULL AND has_files = 1;
  CREATE TABLE evidence_files (
    file_id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES evidence_manifests (number),
    event_sequence INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    sha256 TEXT NOT NULL,
    acked_bytes INTEGER NOT NULL DEFAULT 0 CHECK (acked_bytes BETWEEN 0 AND bytes),
    done_at_ms INTEGER,
    UNIQUE (number, name)
  ) STRICT;
  CREATE INDEX evidence_files_waiting ON evidence_files (event_sequence, file_id)
    WHERE done_at_ms IS NULL;
  CREATE TRIGGER evidence_kept AFTER INSERT ON evidence_manifests BEGIN
    UPDATE counters SET evidence_bytes = evidence_bytes
      + iif(new.dropped_at_ms IS NULL, new.kept_bytes, 0);
  END;
  CREATE TRIGGER evidence_dropped AFTER UPDATE OF dropped_at_ms ON evidence_manifests BEGIN
    UPDATE counters SET evidence_bytes = evidence_bytes
      + iif(new.dropped_at_ms IS NULL, new.kept_bytes, 0)
      - iif(old.dropped_at_ms IS NULL, old.kept_bytes, 0);
  END;
  CREATE TRIGGER evidence_file_added AFTER INSERT ON evidence_files
    WHEN new.done_at_ms IS NULL BEGIN
    UPDATE counters SET evidence_waiting_count = evidence_waiting_count + 1,
      evidence_waiting_bytes = evidence_waiting_bytes + new.bytes;
    UPDATE evidence_manifests SET waiting_count = waiting_count + 1 WHERE number = new.number;
  END;
  CREATE TRIGGER evidence_file_done AFTER UPDATE OF done_at_ms ON evidence_files
    WHEN old.done_at_ms IS NULL AND new.done_at_ms IS NOT NULL BEGIN
    UPDATE counters SET evidence_waiting_count = evidence_waiting_count - 1,
      evidence_waiting_bytes = evidence_waiting_bytes - new.bytes;
    UPDATE evidence_manifests SET waiting_count = waiting_count - 1 WHERE number = new.number;
  END;
  CREATE TRIGGER evidence_file_dropped AFTER DELETE ON evidence_files
    WHEN old.done_at_ms IS NULL BEGIN
    UPDATE counters SET evidence_waiting_count = evidence_waiting_count - 1,
      evidence_waiting_bytes = evidence_waiting_bytes - old.bytes;
    UPDATE evidence_manifests SET waiting_count = waiting_count - 1 WHERE number = old.number;
  END;
  `,
];

const detectionSteps: readonly MigrationStep[] = [
  `
  CREATE TABLE looks (
    look_id INTEGER PRIMARY KEY AUTOINCREMENT,
    camera_id TEXT NOT NULL,
    view_id TEXT NOT NULL,
    captured_at_ms INTEGER NOT NULL,
    captured_uncertainty_ms REAL NOT NULL,
    model TEXT NOT NULL,
    picture_width_px INTEGER NOT NULL,
    picture_height_px INTEGER NOT NULL,
    detections BLOB NOT NULL
  ) STRICT;
  `,
  `
  -- Where looks come from, once for many; their order is the order of the rules.
  CREATE TABLE sources (
    source_id INTEGER PRIMARY KEY,
    camera_id TEXT NOT NULL,
    view_id TEXT NOT NULL,
    model TEXT NOT NULL,
    picture_width_px INTEGER NOT NULL,
    picture_height_px INTEGER NOT NULL,
    crop_x_min REAL NOT NULL,
    crop_y_min REAL NOT NULL,
    crop_x_max REAL NOT NULL,
    crop_y_max REAL NOT NULL,
    UNIQUE (camera_id, view_id, model, picture_width_px, picture_height_px,
      crop_x_min, crop_y_min, crop_x_max, crop_y_max)
  ) STRICT;
  ALTER TABLE looks RENAME TO looks_before;
  CREATE TABLE looks (
    look_id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL,
    captured_at_ms INTEGER NOT NULL,
    captured_uncertainty_ms REAL NOT NULL,
    detections BLOB NOT NULL,
    appearances BLOB
  ) STRICT;
  INSERT INTO sources (camera_id, view_id, model, picture_width_px, picture_height_px,
      crop_x_min, crop_y_min, crop_x_max, crop_y_max)
    SELECT DISTINCT camera_id, view_id, model, picture_width_px, picture_height_px, 0, 0, 1, 1
    FROM looks_before;
  INSERT INTO looks
    SELECT look_id, source_id, captured_at_ms, captured_uncertainty_ms, detections, NULL
    FROM looks_before
    JOIN sources USING (camera_id, view_id, model, picture_width_px, picture_height_px)
    ORDER BY look_id;
  DROP TABLE looks_before;
  -- The agent was started behind this look.
  CREATE TABLE starts (
    look_id INTEGER PRIMARY KEY,
    started_at_ms INTEGER NOT NULL
  ) STRICT;
  `,
  looksToPages,
  `
  -- Looks that repeat an analysis come from a source of their own.
  ALTER TABLE sources RENAME TO sources_before;
  CREATE TABLE sources (
    source_id INTEGER PRIMARY KEY,
    camera_id TEXT NOT NULL,
    view_id TEXT NOT NULL,
    model TEXT NOT NULL,
    picture_width_px INTEGER NOT NULL,
    picture_height_px INTEGER NOT NULL,
    crop_x_min REAL NOT NULL,
    crop_y_min REAL NOT NULL,
    crop_x_max REAL NOT NULL,
    crop_y_max REAL NOT NULL,
    is_reused INTEGER NOT NULL DEFAULT 0,
    UNIQUE (camera_id, view_id, model, picture_width_px, picture_height_px,
      crop_x_min, crop_y_min, crop_x_max, crop_y_max, is_reused)
  ) STRICT;
  INSERT INTO sources SELECT *, 0 FROM sources_before;
  DROP TABLE sources_before;
  `,
  `
  -- So do looks that were taken with a clock that was wrong.
  ALTER TABLE sources RENAME TO sources_before;
  CREATE TABLE sources (
    source_id INTEGER PRIMARY KEY,
    camera_id TEXT NOT NULL,
    view_id TEXT NOT NULL,
    model TEXT NOT NULL,
    picture_width_px INTEGER NOT NULL,
    picture_height_px INTEGER NOT NULL,
    crop_x_min REAL NOT NULL,
    crop_y_min REAL NOT NULL,
    crop_x_max REAL NOT NULL,
    crop_y_max REAL NOT NULL,
    is_reused INTEGER NOT NULL DEFAULT 0,
    is_clock_wrong INTEGER NOT NULL DEFAULT 0,
    UNIQUE (camera_id, view_id, model, picture_width_px, picture_height_px,
      crop_x_min, crop_y_min, crop_x_max, crop_y_max, is_reused, is_clock_wrong)
  ) STRICT;
  INSERT INTO sources SELECT *, 0 FROM sources_before;
  DROP TABLE sources_before;
  `,
];

export const migrations = { store: storeSteps, detections: detectionSteps } as const;
export type SchemaName = keyof typeof migrations;

export function applyStep(db: Database.Database, step: MigrationStep): void {
  if (typeof step === "string") db.exec(step);
  else step(db);
}

/** Nobody skips so many releases: a version further ahead is a damaged header. */
const versionsAheadMax = 20;

/** Refuses what a newer version of the agent wrote. */
export function knownVersion(db: Database.Database, name: SchemaName, path: string): number {
  const found = Number(db.pragma("user_version", { simple: true }));
  const newest = migrations[name].length;
  if (found <= newest) return found;
  if (found > newest + versionsAheadMax) throw damage(`the header says schema version ${found}`);
  throw new AgentError(
    "STORE_FAILED",
    `${path} has schema version ${found}, this version of the agent knows up to ${newest}`,
    "Start the newer version of the agent again, or use another data folder.",
  );
}

export function migrate(db: Database.Database, name: SchemaName, path: string): void {
  const steps = migrations[name];
  const found = knownVersion(db, name, path);
  for (const [index, step] of steps.entries()) {
    if (index < found) continue;
    db.transaction(() => {
      applyStep(db, step);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}
