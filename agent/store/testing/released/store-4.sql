PRAGMA auto_vacuum = INCREMENTAL;
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
  , write_count INTEGER NOT NULL DEFAULT 0, dropped_rows_count INTEGER NOT NULL DEFAULT 0, dropped_bytes_count INTEGER NOT NULL DEFAULT 0, dropped_age_count INTEGER NOT NULL DEFAULT 0, refused_count INTEGER NOT NULL DEFAULT 0, evidence_bytes INTEGER NOT NULL DEFAULT 0, evidence_waiting_count INTEGER NOT NULL DEFAULT 0, evidence_waiting_bytes INTEGER NOT NULL DEFAULT 0, evidence_dropped_count INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO counters VALUES (1, 5, 2, 1, 288, 1, 2, 5, 1330, 9, 2, 0, 0, 1, 1064, 1, 64, 0);
CREATE TABLE camera_states (
    camera_id TEXT PRIMARY KEY,
    state_json TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL
  ) STRICT;
INSERT INTO camera_states VALUES ('east', '{"presences":[]}', 1777622400000);
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    event_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    payload BLOB NOT NULL
  , payload_crc INTEGER) STRICT;
INSERT INTO events VALUES (1, 'v1.1', 'city.kerbside.violation.v1', 1777622400000, CAST('{"specversion":"1.0","id":"v1.1","source":"/kerbside/445102/cz-paifang-03","type":"city.kerbside.violation.v1","time":"2026-05-01T08:00:00.000Z","datacontenttype":"application/json","data":{"firstSeenAt":"2026-05-01T07:59:00.000Z"},"sequence":"00000000000000000001"}' AS BLOB), NULL);
INSERT INTO events VALUES (2, 'v1.2', 'city.kerbside.violation.v1', 1777622400000, CAST('{"specversion":"1.0","id":"v1.2","source":"/kerbside/445102/cz-paifang-03","type":"city.kerbside.violation.v1","time":"2026-05-01T08:00:00.000Z","datacontenttype":"application/json","data":{"firstSeenAt":"2026-05-01T07:59:00.000Z"},"sequence":"00000000000000000002"}' AS BLOB), NULL);
INSERT INTO events VALUES (3, 'v2.1', 'city.kerbside.violation.v1', 1777622400000, CAST('{"specversion":"1.0","id":"v2.1","source":"/kerbside/445102/cz-paifang-03","type":"city.kerbside.violation.v1","time":"2026-05-01T08:00:00.000Z","datacontenttype":"application/json","data":{"firstSeenAt":"2026-05-01T07:59:00.000Z"},"sequence":"00000000000000000003"}' AS BLOB), NULL);
INSERT INTO events VALUES (4, 'v3.1', 'city.kerbside.violation.v1', 1777622400000, CAST('{"specversion":"1.0","id":"v3.1","source":"/kerbside/445102/cz-paifang-03","type":"city.kerbside.violation.v1","time":"2026-05-01T08:00:00.000Z","datacontenttype":"application/json","data":{"firstSeenAt":"2026-05-01T07:59:00.000Z"},"sequence":"00000000000000000004"}' AS BLOB), NULL);
INSERT INTO events VALUES (5, 'v3.2', 'city.kerbside.violation.v1', 1777622400000, CAST('{"specversion":"1.0","id":"v3.2","source":"/kerbside/445102/cz-paifang-03","type":"city.kerbside.violation.v1","time":"2026-05-01T08:00:00.000Z","datacontenttype":"application/json","data":{"firstSeenAt":"2026-05-01T07:59:00.000Z"},"sequence":"00000000000000000005"}' AS BLOB), NULL);
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
    notice_payload BLOB, held_at_ms INTEGER,
    CHECK ((notice_first_sequence IS NULL) = (notice_payload IS NULL))
  ) STRICT;
INSERT INTO outbox VALUES (2, 'waiting', 4, 1777622400000, 266, 1, NULL, NULL, NULL, NULL, NULL, 1777622400000);
INSERT INTO outbox VALUES (3, 'parked', 1, 1777622400000, 266, 0, NULL, '0x99', NULL, NULL, NULL, NULL);
INSERT INTO outbox VALUES (5, 'waiting', 0, 1777622400000, 22, 0, NULL, NULL, 4, 'rows', CAST('{"id":"dropped.4-5"}' AS BLOB), NULL);
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
INSERT INTO violations VALUES ('v1', 'illegal-parking', 'reported', 'blue', 'east', 'kerb', 2, 1777622399991, 1777622400000, 2);
CREATE TABLE verdicts (
    verdict_id TEXT PRIMARY KEY,
    violation_id TEXT NOT NULL,
    word TEXT NOT NULL CHECK (word IN ('confirmed', 'dismissed', 'permitted')),
    reason TEXT,
    until_date TEXT,
    case_no TEXT,
    received_at_ms INTEGER NOT NULL
  ) STRICT;
INSERT INTO verdicts VALUES ('c-1', 'v1', 'dismissed', 'a bay', NULL, '17', 1777622400006);
CREATE TABLE repairs (
    event_id TEXT PRIMARY KEY,
    repair_json TEXT NOT NULL
  ) STRICT;
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
INSERT INTO evidence_manifests VALUES (1, 'v1.2', 'v1', 2, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 900, 'k', 1064, 4, 1777622400000, 1, NULL, NULL, 1);
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
INSERT INTO evidence_files VALUES (1, 1, 2, 'manifest.json', 'application/json', 900, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 0, 1777622400000);
INSERT INTO evidence_files VALUES (2, 1, 2, 'manifest.sig', 'application/octet-stream', 64, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 0, NULL);
CREATE INDEX events_created ON events (created_at_ms);
CREATE INDEX outbox_waiting ON outbox (sequence) WHERE state = 'waiting';
CREATE INDEX outbox_parked ON outbox (sequence) WHERE state = 'parked';
CREATE INDEX outbox_droppable ON outbox (drop_class, sequence)
    WHERE state = 'waiting' AND attempt_count = 0 AND notice_payload IS NULL;
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
CREATE INDEX verdicts_violation ON verdicts (violation_id, received_at_ms);
CREATE INDEX verdicts_received ON verdicts (received_at_ms);
CREATE INDEX outbox_held ON outbox (sequence) WHERE held_at_ms IS NOT NULL;
CREATE TRIGGER events_changed AFTER UPDATE OF payload ON events BEGIN
    UPDATE counters SET event_bytes = event_bytes + length(new.payload) - length(old.payload);
  END;
CREATE INDEX evidence_droppable ON evidence_manifests (waiting_count > 0, drop_class, number)
    WHERE dropped_at_ms IS NULL;
CREATE INDEX evidence_age ON evidence_manifests (created_at_ms) WHERE dropped_at_ms IS NULL;
CREATE INDEX evidence_dropped_files ON evidence_manifests (number)
    WHERE dropped_at_ms IS NOT NULL AND has_files = 1;
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
PRAGMA user_version = 4;
