/**
 * Answered means on disk: the order of commit, mark and answer, and how the disk is asked.
 *
 * A second connection to the same file sees what is committed and nothing else. The flush itself
 * is measured in `disk-full.e2e.test.ts`, kills in `kill.e2e.test.ts`.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, test } from "vitest";
import { openOrHeal } from "./heal.ts";
import { storeLimits } from "./limits.ts";
import { openFolder } from "./open-folder.ts";
import type { WorkerAnswer, WorkerRequest } from "./protocol.ts";
import { revisionText } from "./revision-text.ts";
import { revisionOf, t0 } from "./sample-rows.ts";
import { SequenceReserve } from "./sequence-reserve.ts";
import { StoreDatabase } from "./store-database.ts";
import { StoreMark } from "./store-mark.ts";
import { StoreRequests } from "./store-requests.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-durable-"));
  path = join(folder, "store.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** By somebody else: only what is committed. */
function committed(): number {
  const other = new Database(path, { readonly: true });
  const row = other.prepare("SELECT last_sequence AS last FROM counters").get();
  other.close();
  return (row as { readonly last: number }).last;
}

const requestOf = (id: number, name: string): WorkerRequest => ({
  id,
  name: "commit",
  args: { cameraStates: [], revisions: [revisionText(revisionOf(name, 1, "warned"))], nowMs: t0 },
});

function opened<Value>(use: (db: Database.Database) => Value): Value {
  return openOrHeal(path, {
    reserve: new SequenceReserve(join(folder, "sequence-reserve")),
    mark: new StoreMark(join(folder, "store-mark")),
    nowMs: t0,
    use,
  });
}

const settings = (db: Database.Database) => {
  const found = ["journal_mode", "synchronous", "foreign_keys"].map((name) =>
    db.pragma(name, { simple: true }),
  );
  db.close();
  return found;
};

test("each way of opening flushes at every commit: fresh, again, and repaired", () => {
  const full = 2;
  assert.deepEqual(opened(settings), ["wal", full, 1]);
  assert.deepEqual(opened(settings), ["wal", full, 1]);
  new SequenceReserve(join(folder, "sequence-reserve")).cover(1);
  rmSync(path);
  assert.deepEqual(opened(settings), ["wal", full, 1]);
});

test("an answer comes behind its commit, and behind the mark of it", () => {
  const open = openFolder(folder, storeLimits(), t0);
  const requests = new StoreRequests(open, { folder, limits: storeLimits() });
  const seen: [id: number, committed: number, marked: number | undefined][] = [];
  const tell = ({ id }: WorkerAnswer) => {
    seen.push([id, committed(), new StoreMark(join(folder, "store-mark")).found?.lastSequence]);
  };
  requests.run([requestOf(1, "v1"), requestOf(2, "v2")], tell);
  requests.run([requestOf(3, "v3")], tell);
  assert.deepEqual(seen, [
    [1, 2, 2],
    [2, 2, 2],
    [3, 3, 3],
  ]);
  requests.run([{ id: 4, name: "close", args: null }], () => {});
});

test("the mark is moved behind the commit, and not at all by one that is undone", () => {
  const noted: [marked: number, committed: number][] = [];
  const store = opened((db) => {
    const mark = {
      note: ({ lastSequence }: { readonly lastSequence: number }) =>
        void noted.push([lastSequence, committed()]),
      close: () => {},
    };
    const reserve = new SequenceReserve(join(folder, "sequence-reserve"));
    return new StoreDatabase(db, storeLimits(), reserve, mark);
  });
  const commit = (name: string) => {
    const revisions = [revisionText(revisionOf(name, 1, "warned"))];
    store.writes.commit({ cameraStates: [], revisions, nowMs: t0 });
  };
  store.group(() => commit("v1"));
  const undone = () => {
    commit("v2");
    throw new Error("the second of a group fails");
  };
  assert.throws(() => store.group(undone), /the second/);
  assert.deepEqual(noted, [[1, 1]]);
  assert.equal(committed(), 1);
  store.close();
});

test("a repair is known until the event that tells of it is written, in one transaction", () => {
  const first = openFolder(folder, storeLimits(), t0);
  const requests = new StoreRequests(first, { folder, limits: storeLimits() });
  requests.run([requestOf(1, "v1"), { id: 2, name: "close", args: null }], () => {});
  rmSync(path);
  for (const run of ["killed before it could tell", "told"]) {
    const { store, detections, lock, healed } = openFolder(folder, storeLimits(), t0);
    assert.equal(healed?.what, "lost");
    if (run === "told") {
      const id = `store.${healed.lastSequence}.${healed.atMs}`;
      const event = { id, type: "city.kerbside.store.v1", text: JSON.stringify({ id }) };
      assert.throws(() =>
        store.group(() => {
          store.writes.appendEvent({ event, nowMs: t0 });
          throw new Error("killed while it told");
        }),
      );
      assert.equal(store.untoldRepair()?.what, "lost");
      store.group(() => store.writes.appendEvent({ event, nowMs: t0 }));
    }
    detections.close();
    store.close();
    lock.release();
  }
  const last = openFolder(folder, storeLimits(), t0);
  assert.equal(last.healed, undefined);
  last.detections.close();
  last.store.close();
  last.lock.release();
});
