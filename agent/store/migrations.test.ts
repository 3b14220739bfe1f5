/**
 * Every schema version that was ever released is opened by this one, with its rows.
 *
 * `testing/released/` keeps a database of each version as text. It was made from the numbered steps
 * when that version was new and is never made again: a step that changes afterwards no longer
 * makes what boxes have, and a test fails. `npm run golden` adds the file of a new version.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, test } from "vitest";
import { DetectionReader } from "./detection-reader.ts";
import { parsePayload } from "./event-text.ts";
import { storeLimits } from "./limits.ts";
import { applyStep, migrate, migrations, type SchemaName } from "./migrations.ts";
import { openFolder } from "./open-folder.ts";
import { eventOf, t0 } from "./sample-rows.ts";
import { detectionFile, storeFile } from "./store-files.ts";
import { dumpOf, schemaOf } from "./testing/schema-dump.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-schema-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const payloadOf = (id: string, sequence: number) =>
  JSON.stringify({ ...eventOf(id), sequence: String(sequence).padStart(20, "0") });
const event = (sequence: number, id: string) =>
  `INSERT INTO events (sequence, event_id, type, created_at_ms, payload) VALUES
    (${sequence}, '${id}', 'city.kerbside.violation.v1', ${t0}, CAST('${payloadOf(id, sequence)}' AS BLOB));`;
const look = (id: number) =>
  `INSERT INTO looks VALUES
    (${id}, 'east', 'kerb', ${t0 + id * 2_000}, 12, 'street-nano@1', 1920, 1080, zeroblob(21));`;

/** What a box of that version would have, put in when the version before was brought up to it. */
const rowsOfVersion: Record<SchemaName, readonly string[]> = {
  store: [
    "",
    // 1 is done, 2 waits, 3 was refused, 5 stands for 4 and 5.
    `${event(1, "v1.1")} ${event(2, "v1.2")} ${event(3, "v2.1")} ${event(4, "v3.1")} ${event(5, "v3.2")}
     INSERT INTO outbox (sequence, state, drop_class, created_at_ms, payload_bytes, attempt_count)
       VALUES (2, 'waiting', 4, ${t0}, ${payloadOf("v1.2", 2).length}, 1);
     INSERT INTO outbox (sequence, state, drop_class, created_at_ms, payload_bytes, parked_reason)
       VALUES (3, 'parked', 1, ${t0}, ${payloadOf("v2.1", 3).length}, '0x99');
     INSERT INTO outbox (sequence, state, drop_class, created_at_ms, payload_bytes,
       notice_first_sequence, notice_reason, notice_payload)
       VALUES (5, 'waiting', 0, ${t0}, 22, 4, 'rows', CAST('{"id":"dropped.4-5"}' AS BLOB));
     INSERT INTO camera_states VALUES ('east', '{"presences":[]}', ${t0});
     INSERT INTO violations
       VALUES ('v1', 'illegal-parking', 'reported', 'blue', 'east', 'kerb', 2, ${t0 - 9}, ${t0}, 2);
     UPDATE counters SET last_sequence = 5, dropped_count = 2;`,
    `INSERT INTO verdicts VALUES ('c-1', 'v1', 'dismissed', 'a bay', NULL, '17', ${t0 + 6});`,
    `UPDATE counters SET write_count = 9, dropped_rows_count = 2, refused_count = 1;`,
    // Of two files the hub has one.
    `INSERT INTO evidence_manifests (number, event_id, violation_id, revision, sha256, bytes, key_id,
         kept_bytes, drop_class, created_at_ms)
       VALUES (1, 'v1.2', 'v1', 2, '${"a".repeat(64)}', 900, 'k', 1064, 4, ${t0});
     INSERT INTO evidence_files (number, event_sequence, name, media_type, bytes, sha256, done_at_ms)
       VALUES (1, 2, 'manifest.json', 'application/json', 900, '${"a".repeat(64)}', ${t0}),
         (1, 2, 'manifest.sig', 'application/octet-stream', 64, '${"b".repeat(64)}', NULL);
     UPDATE outbox SET held_at_ms = ${t0} WHERE sequence = 2;`,
  ],
  detections: ["", `${look(1)} ${look(2)}`, "", "", "", ""],
};

function atVersion(name: SchemaName, version: number): Database.Database {
  const db = new Database(":memory:");
  for (const [index, step] of migrations[name].slice(0, version).entries()) {
    applyStep(db, step);
    db.exec(rowsOfVersion[name][index + 1] ?? "");
  }
  db.pragma(`user_version = ${version}`);
  return db;
}

const releasedPath = (name: SchemaName, version: number) =>
  join(import.meta.dirname, "testing/released", `${name}-${version}.sql`);

function released(name: SchemaName, version: number): string {
  const path = releasedPath(name, version);
  if (process.env["UPDATE_GOLDEN"] !== undefined && !existsSync(path)) {
    writeFileSync(path, dumpOf(atVersion(name, version)));
  }
  return readFileSync(path, "utf8");
}

function fileOf(name: SchemaName, version: number): string {
  const path = join(folder, name === "store" ? storeFile : detectionFile);
  const db = new Database(path);
  db.exec(released(name, version));
  db.pragma("journal_mode = WAL");
  db.close();
  return path;
}

const versions = (name: SchemaName) => migrations[name].map((_, index) => index + 1);

for (const name of ["store", "detections"] as const) {
  for (const version of versions(name)) {
    test(`the steps still make version ${version} of ${name} as it was released`, () => {
      const db = new Database(":memory:");
      db.exec(released(name, version));
      assert.deepEqual(
        schemaOf(db).toSorted(byName),
        schemaOf(atVersion(name, version)).toSorted(byName),
      );
      db.close();
    });
  }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
  a.name < b.name ? -1 : 1;

describe("a store of an earlier version", () => {
  for (const version of versions("store")) {
    test(`${version} is opened with everything that was in it`, () => {
      const before = allRows(fileOf("store", version));
      const { store, detections, lock, healed } = openFolder(folder, storeLimits(), t0);
      assert.equal(healed, undefined);
      const { droppedCounts, waitingBytes, ...stats } = store.reads.outboxStats(null);
      assert.deepEqual(stats, {
        waitingCount: 2,
        oldestCreatedAtMs: t0,
        parkedCount: 1,
        droppedCount: 2,
        lastSequence: 5,
      });
      assert.equal(waitingBytes, payloadOf("v1.2", 2).length + 22);
      assert.equal(droppedCounts.rows, version < 3 ? 0 : 2);
      const held = store.reads.heldEvents(null).map(({ eventId }) => eventId);
      assert.deepEqual(held, version < 4 ? [] : ["v1.2"]);
      store.writes.releaseHeld({ nowMs: t0 });
      const files = store.reads.evidenceToSend({ countMax: 9 });
      assert.deepEqual(files, [], "their event has not left the box");
      assert.equal(store.reads.lastManifest(null)?.number, version < 4 ? undefined : 1);
      const waiting = store.reads.outboxAfter({ afterSequence: 0, countMax: 9 });
      assert.deepEqual(
        waiting.map(({ eventId, attemptCount }) => [eventId, attemptCount]),
        [
          ["v1.2", 1],
          ["dropped.4-5", 0],
        ],
      );
      const events = store.reads.events({ afterSequence: 0, countMax: 9 });
      assert.deepEqual(
        events.map(({ payload }) => parsePayload(payload)["id"]),
        ["v1.1", "v1.2", "v2.1", "v3.1", "v3.2"],
      );
      assert.equal(store.reads.verdicts({ countMax: 9 }).length, version < 2 ? 0 : 1);
      assert.deepEqual([...store.reads.loadCameraStates(null).values()], ['{"presences":[]}']);
      detections.close();
      store.close();
      lock.release();

      const after = allRows(join(folder, storeFile));
      for (const [table, rows] of before) {
        // Each was let go above.
        const columns = Object.keys(rows[0] ?? {}).filter((name) => name !== "held_at_ms");
        assert.deepEqual(
          after.get(table)?.map((row) => pick(row, columns)),
          rows.map((row) => pick(row, columns)),
          table,
        );
      }
    });
  }
});

describe("a detection log of an earlier version", () => {
  for (const version of versions("detections")) {
    test(`${version} is opened with its looks`, () => {
      fileOf("detections", version);
      const { store, detections, lock } = openFolder(folder, storeLimits(), t0);
      detections.close();
      store.close();
      lock.release();
      const reader = new DetectionReader(folder);
      const looks = [...reader.steps()]
        .flat()
        .flatMap((step) => ("look" in step ? [step.look] : []));
      reader.close();
      assert.deepEqual(
        looks.map(({ cameraId, capturedAtMs, detections: { count }, pictureWidth }) => [
          cameraId,
          capturedAtMs,
          count,
          pictureWidth,
        ]),
        [
          ["east", t0 + 2_000, 1, 1920],
          ["east", t0 + 4_000, 1, 1920],
        ],
      );
    });
  }
});

for (const name of ["store", "detections"] as const) {
  test(`a ${name} file of a newer version is refused, and not a byte of it changes`, () => {
    const newer = migrations[name].length + 1;
    const path = fileOf(name, migrations[name].length);
    const db = new Database(path);
    db.pragma(`user_version = ${newer}`);
    db.close();
    // As an agent that was killed leaves it: the version stands in the log alone.
    const killed = new Database(path);
    killed.exec("CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY)");
    const files = ["", "-wal"].map((suffix) => readFileSync(path + suffix));
    killed.close();
    for (const [index, suffix] of ["", "-wal"].entries()) {
      writeFileSync(path + suffix, files[index] ?? "");
    }
    assert.throws(() => openFolder(folder, storeLimits(), t0), {
      code: "STORE_FAILED",
      message: `${path} has schema version ${newer}, this version of the agent knows up to ${newer - 1}`,
      remedy: "Start the newer version of the agent again, or use another data folder.",
    });
    for (const [index, suffix] of ["", "-wal"].entries()) {
      assert.deepEqual(readFileSync(path + suffix), files[index], `${name}${suffix}`);
    }
  });
}

test("a step that fails leaves the version before it", () => {
  const db = new Database(":memory:");
  db.exec("CREATE TABLE counters (id INTEGER)");
  assert.throws(() => migrate(db, "store", "memory"), /already exists/);
  assert.equal(db.pragma("user_version", { simple: true }), 0);
  assert.equal(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'events'").all().length, 0);
  db.close();
});

type Rows = Readonly<Record<string, unknown>>[];

function allRows(path: string): Map<string, Rows> {
  const db = new Database(path, { readonly: true });
  const tables = schemaOf(db).filter(({ type }) => type === "table");
  const rows = tables.map(({ name }): [string, Rows] => [
    name,
    db.prepare<[], Rows[number]>(`SELECT * FROM ${name}`).all(),
  ]);
  db.close();
  return new Map(rows);
}

function pick(row: Readonly<Record<string, unknown>>, columns: readonly string[]) {
  return Object.fromEntries(columns.map((name) => [name, row[name]]));
}
