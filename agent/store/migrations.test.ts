/**
 * Every schema version that was ever released can be opened by this one, with its rows.
 *
 * For each version: build it with its own steps, put rows in, migrate to the newest, read them.
 */
import assert from "node:assert/strict";
import Database from "better-sqlite3";
import { describe, test } from "vitest";
import { applyStep, migrate, migrations, type SchemaName } from "./migrations.ts";

const firstRows = `INSERT INTO events VALUES (1, 'v1.1', 'city.kerbside.violation.v1', 5, x'7b7d');
  INSERT INTO outbox (sequence, state, drop_class, created_at_ms, payload_bytes)
    VALUES (1, 'waiting', 1, 5, 2);
  INSERT INTO camera_states VALUES ('east', '{}', 5);
  INSERT INTO violations
    VALUES ('v1', 'illegal-parking', 'warned', 'blue', 'east', 'kerb', 1, 4, 5, 1);
  UPDATE counters SET last_sequence = 1;`;

/** Rows as that version's schema takes them; a new version adds its own. */
const rowsOfVersion: Record<SchemaName, readonly string[]> = {
  store: [
    "",
    firstRows,
    `${firstRows}
     INSERT INTO verdicts VALUES ('c-1', 'v1', 'dismissed', 'a bay', NULL, NULL, 6);`,
  ],
  detections: [
    "",
    "INSERT INTO looks VALUES (1, 'east', 'kerb', 5, 0.5, 'm', 1920, 1080, x'00');",
    `INSERT INTO sources VALUES (1, 'east', 'kerb', 'm', 1920, 1080, 0, 0, 1, 0.5);
     INSERT INTO looks VALUES (1, 1, 5, 0.5, x'00', NULL);
     INSERT INTO starts VALUES (1, 6);`,
    `INSERT INTO sources VALUES (1, 'east', 'kerb', 'm', 1920, 1080, 0, 0, 1, 0.5);
     INSERT INTO look_pages VALUES (1, 1, 5, 5, zeroblob(20));
     INSERT INTO starts VALUES (1, 6);`,
    `INSERT INTO sources VALUES (1, 'east', 'kerb', 'm', 1920, 1080, 0, 0, 1, 0.5, 1);
     INSERT INTO look_pages VALUES (1, 1, 5, 5, zeroblob(20));
     INSERT INTO starts VALUES (1, 6);`,
  ],
};

/** Tables of each version, one row each in the samples. */
const tables: Record<SchemaName, readonly (readonly string[])[]> = {
  store: [
    [],
    ["events", "outbox", "camera_states", "violations"],
    ["events", "outbox", "camera_states", "violations", "verdicts"],
  ],
  detections: [
    [],
    ["look_pages", "sources"],
    ["look_pages", "sources", "starts"],
    ["look_pages", "sources", "starts"],
    ["look_pages", "sources", "starts"],
  ],
};

const names: readonly SchemaName[] = ["store", "detections"];
for (const name of names) {
  describe(name, () => {
    test("has sample rows for every version", () => {
      assert.equal(rowsOfVersion[name].length, migrations[name].length + 1);
    });

    for (const [version, rows] of rowsOfVersion[name].entries()) {
      test(`version ${version} becomes the newest with its rows`, () => {
        const db = new Database(":memory:");
        for (const step of migrations[name].slice(0, version)) applyStep(db, step);
        db.pragma(`user_version = ${version}`);
        db.exec(rows);
        migrate(db, name, "memory");
        assert.equal(db.pragma("user_version", { simple: true }), migrations[name].length);
        assert.deepEqual(db.pragma("foreign_key_check"), []);
        const filled = tables[name][version] ?? [];
        for (const table of tables[name].at(-1) ?? []) {
          const { count } = db
            .prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${table}`)
            .get() ?? { count: -1 };
          assert.equal(count, filled.includes(table) ? 1 : 0, `rows in ${table}`);
        }
        db.close();
      });
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
