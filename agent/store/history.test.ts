/**
 * Forgetting at the limit: what goes first, and that a round does not go again through all that
 * the one before has kept, of which there is more the longer a box remembers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { History } from "./history.ts";
import { storeLimits } from "./limits.ts";
import { openDatabase } from "./open-database.ts";
import { t0 } from "./sample-rows.ts";

let folder = "";
let db: Database.Database;
let executed: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-history-"));
  const path = join(folder, "store.db");
  openDatabase(path, { schema: "store", durability: "NORMAL" }).close();
  db = new Database(path, { verbose: (sql) => executed.push(String(sql)) });
  db.pragma("synchronous = OFF");
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Events from `first` on; each `lastEvery`-th is the last one of an ended violation. */
function addEvents(first: number, count: number, lastEvery: number): void {
  for (let sequence = first; sequence < first + count; sequence++) {
    db.prepare("INSERT INTO events VALUES (?, ?, 'test', ?, x'7b7d', NULL)").run(
      sequence,
      `event ${sequence}`,
      t0,
    );
    if (sequence % lastEvery === 0) addViolation(sequence);
  }
}

function addViolation(lastSequence: number): void {
  db.prepare(
    "INSERT INTO violations VALUES (?, 'illegal-parking', 'cleared', 'blue', 'c', 'z', 1, ?, ?, ?)",
  ).run(`v${lastSequence}`, t0, t0 + lastSequence, lastSequence);
}

const sequences = () =>
  db.prepare<[], number>("SELECT sequence FROM events ORDER BY sequence").pluck().all();
const historyOf = (historyRowsMax: number) => new History(db, storeLimits({ historyRowsMax }));

test("the oldest that is not the last of a violation goes first", () => {
  addEvents(1, 10, 2);
  historyOf(7).forget(t0);
  expect(sequences()).toEqual([2, 4, 6, 7, 8, 9, 10]);
});

test("where only last events are left, the oldest violations go with theirs", () => {
  addEvents(1, 10, 2);
  historyOf(3).forget(t0);
  expect(sequences()).toEqual([6, 8, 10]);
});

test("a round goes on behind what the one before has kept", () => {
  addEvents(1, 12, 2);
  const history = historyOf(9);
  history.forget(t0);
  addEvents(13, 2, 100);
  executed = [];
  history.forget(t0);
  expect(sequences()).toEqual([2, 4, 6, 8, 10, 11, 12, 13, 14]);
  expect(executed.filter((sql) => sql.includes("e.sequence > 5.0")).length).toBe(1);
});

test("what became free behind it goes within an hour", () => {
  addEvents(1, 12, 2);
  const history = historyOf(8);
  history.forget(t0);
  expect(sequences()).toContain(2);
  // The violation went on: its event of then is no longer its last.
  db.prepare("UPDATE violations SET last_sequence = 11 WHERE violation_id = 'v2'").run();
  for (let round = 1; round <= 60; round++) {
    expect(sequences()).toContain(2);
    addEvents(100 + round, 1, 1_000);
    history.forget(t0);
  }
  expect(sequences()).not.toContain(2);
});
