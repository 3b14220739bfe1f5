/**
 * What the store's thread keeps in memory of a long backlog: few pages, and no event that it has
 * handed over.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "vitest";
import { storeLimits } from "./limits.ts";
import { openDatabase } from "./open-database.ts";
import { openFolder } from "./open-folder.ts";
import { revisionText } from "./revision-text.ts";
import { revisionOf, t0 } from "./sample-rows.ts";
import type { OutboxEntry } from "./store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-memory-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("each file keeps four MiB of its pages at most", () => {
  for (const schema of ["store", "detections"] as const) {
    const db = openDatabase(join(folder, `${schema}.db`), { schema, durability: "NORMAL" });
    assert.equal(db.pragma("cache_size", { simple: true }), -4_096);
    db.close();
  }
});

test("events that were read can be given to another thread whole, and none is left behind", () => {
  const { store, detections, lock } = openFolder(folder, storeLimits(), t0);
  const revisions = [revisionText(revisionOf("a", 1, "warned"))];
  store.write("commit", { cameraStates: [], revisions, nowMs: t0 });
  const { payload } = store.reads.outboxAfter({ afterSequence: 0, countMax: 10 })[0] as OutboxEntry; // One was written.
  const moved = structuredClone(payload, { transfer: [payload.buffer as ArrayBuffer] }); // No thread shares it.
  assert.equal(payload.byteLength, 0);
  assert.match(Buffer.from(moved).toString(), /"sequence":"0{19}1"\}$/);
  store.close();
  detections.close();
  lock.release();
});
