/**
 * A damaged page may hide rows without any error: it says that it holds fewer. What is hidden is
 * sent again or told, never silently gone.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, test } from "vitest";
import { storeLimits } from "./limits.ts";
import { openFolder } from "./open-folder.ts";
import { t0 } from "./sample-rows.ts";
import { type FilledFolder, fillFolder } from "./testing/damaged-folder.ts";

let work = "";
let box: FilledFolder;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "kerbside-salvage-"));
  box = fillFolder(join(work, "data"), { isKilled: false });
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

/** Each leaf of the table forgets the second half of its rows. */
function hideRows(table: string): void {
  const path = join(box.path, "store.db");
  const db = new Database(path);
  const pages = db
    .prepare<[string], number>("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'")
    .pluck()
    .all(table);
  db.close();
  const bytes = readFileSync(path);
  for (const page of pages) {
    const countAt = (page - 1) * 4_096 + 3;
    bytes.writeUInt16BE(Math.ceil(bytes.readUInt16BE(countAt) / 2), countAt);
  }
  writeFileSync(path, bytes);
}

function repaired() {
  const { store, detections, lock, healed } = openFolder(box.path, storeLimits(), t0 + 1);
  const all = { afterSequence: 0, countMax: 10_000 };
  const waiting = store.reads.outboxAfter(all).map(({ sequence }) => sequence);
  const events = store.reads.events(all).map(({ sequence }) => sequence);
  detections.close();
  store.close();
  lock.release();
  assert.equal(healed?.what, "damaged");
  return { healed, waiting, events };
}

test("rows of the outbox that a page hides wait again", () => {
  hideRows("outbox");
  const { healed, waiting, events } = repaired();
  assert.deepEqual(events, [...box.events.keys()]);
  assert.deepEqual(
    box.waiting.filter((sequence) => !waiting.includes(sequence)),
    [],
  );
  assert.equal(healed.mayMiss, undefined, "every event is there");
});

test("events that a page hides are told, those that had left long ago too", () => {
  hideRows("events");
  const { healed, events } = repaired();
  const gone = [...box.events.keys()].filter((sequence) => !events.includes(sequence));
  assert.ok(gone.length > 20, `${gone.length} are hidden`);
  assert.deepEqual(healed.mayMiss, {
    firstSequence: Math.min(...gone),
    lastSequence: Math.max(...gone),
  });
});
