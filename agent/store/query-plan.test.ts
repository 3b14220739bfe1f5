/**
 * What the agent asks of its store all day long must not become dearer with what is stored: no
 * statement goes through a whole table that grows.
 *
 * Every operation runs once on a real database that tells what it executes; each statement is then
 * explained. A plan is the same on any machine, which a time is not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { violationId } from "../../pipelines/domain/ids.ts";
import { eventText } from "./event-text.ts";
import { storeLimits } from "./limits.ts";
import { openDatabase } from "./open-database.ts";
import { revisionText } from "./revision-text.ts";
import { eventOf, revisionOf, t0, verdictOf } from "./sample-rows.ts";
import { SequenceReserve } from "./sequence-reserve.ts";
import { StoreDatabase } from "./store-database.ts";

let folder = "";
let db: Database.Database;
let store: StoreDatabase;
let executed: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-plan-"));
  const path = join(folder, "store.db");
  openDatabase(path, { schema: "store", durability: "NORMAL" }).close();
  db = new Database(path, { verbose: (sql) => executed.push(String(sql)) });
  const reserve = new SequenceReserve(join(folder, "sequence-reserve"));
  store = new StoreDatabase(db, storeLimits(), reserve);
  store.group(() => store.writes.commit(commitOf(1)));
  executed = [];
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const id = violationId("v1");
const commitOf = (revision: number) => {
  const row = revisionOf(id, revision, "reported");
  return {
    cameraStates: [{ cameraId: row.cameraId, stateJson: "{}" }],
    revisions: [revisionText(row)],
    verdicts: [verdictOf(`verdict ${revision}`, {})],
    nowMs: t0,
  };
};

const heldRow = revisionOf("v2", 1, "warned", { isHeld: true });
const heldCommit = { cameraStates: [], revisions: [revisionText(heldRow)], nowMs: t0 };
const release = {
  evidence: {},
  enforceable: false,
  manifest: {
    number: 1,
    violationId: violationId("v2"),
    revision: 1,
    sha256: "a",
    bytes: 9,
    keyId: "k",
    createdAtMs: t0,
  },
  files: [{ name: "manifest.json", mediaType: "application/json", bytes: 9, sha256: "a" }],
};

const rows: readonly { readonly name: string; readonly run: () => unknown }[] = [
  { name: "a revision", run: () => store.writes.commit(commitOf(2)) },
  { name: "presence saved", run: () => store.writes.commit({ ...commitOf(2), revisions: [] }) },
  {
    name: "another event",
    run: () => store.writes.appendEvent({ event: eventText(eventOf("other")), nowMs: t0 }),
  },
  { name: "rows to send", run: () => store.reads.outboxAfter({ afterSequence: 0, countMax: 20 }) },
  { name: "rows tried", run: () => store.writes.outboxAttempted({ sequences: [1], nowMs: t0 }) },
  { name: "rows gone", run: () => store.writes.outboxDone({ sequences: [1] }) },
  {
    name: "a row refused",
    run: () => store.writes.outboxParked({ sequence: 1, reason: "too large", nowMs: t0 }),
  },
  { name: "how much waits", run: () => store.reads.outboxStats(null) },
  {
    name: "a violation by its id",
    run: () => store.reads.violations({ violationId: id, countMax: 1 }),
  },
  {
    name: "a verdict by its id",
    run: () => store.reads.verdicts({ verdictId: "verdict 1", countMax: 1 }),
  },
  {
    name: "the verdicts of a violation",
    run: () => store.reads.verdicts({ violationId: id, countMax: 1_000 }),
  },
  {
    name: "an event let go with its evidence",
    run: () => {
      store.writes.commit(heldCommit);
      return store.writes.release({ eventId: "v2.1", release, nowMs: t0 });
    },
  },
  { name: "what was held let go", run: () => store.writes.releaseHeld({ nowMs: t0 }) },
  { name: "held events", run: () => store.reads.heldEvents(null) },
  { name: "the last manifest", run: () => store.reads.lastManifest(null) },
  { name: "files to send", run: () => store.reads.evidenceToSend({ countMax: 8 }) },
  { name: "a part sent", run: () => store.writes.evidencePartDone({ fileId: 1, ackedBytes: 9 }) },
  { name: "files sent", run: () => store.writes.evidenceFilesDone({ fileIds: [1], nowMs: t0 }) },
  { name: "how much evidence there is", run: () => store.reads.evidenceStats(null) },
  {
    name: "evidence that has to go",
    run: () => store.reads.evidenceToDrop({ beforeMs: t0, bytesMax: -1, countMax: 8 }),
  },
  {
    name: "evidence dropped",
    run: () => store.writes.dropEvidence({ number: 1, reason: "age", nowMs: t0 }),
  },
  { name: "dropped evidence", run: () => store.reads.droppedWithFiles({ countMax: 8 }) },
  { name: "dropped files gone", run: () => store.writes.evidenceGone({ number: 1 }) },
  { name: "events by sequence", run: () => store.reads.events({ afterSequence: 5, countMax: 10 }) },
];

test.each(rows)("$name: no statement goes through a whole table", ({ run }) => {
  store.group(run);
  const statements = executed.filter((sql) => /^\s*(SELECT|INSERT|UPDATE|DELETE)/i.test(sql));
  expect(statements.length).toBeGreaterThan(0);
  for (const sql of statements) {
    for (const step of planOf(sql)) expect(step, sql).not.toMatch(throughAll);
  }
});

test("the newest violations are read from the end of an index, not sorted", () => {
  store.reads.violations({ countMax: 10, sinceMs: t0 });
  const plan = executed.flatMap((sql) => planOf(sql)).join("\n");
  expect(plan).toMatch(/SEARCH v USING INDEX violations_updated/);
});

test("a plan that goes through a table is seen", () => {
  const [step = ""] = planOf("SELECT count(*) FROM events WHERE type = 'x'");
  expect(step).toMatch(throughAll);
});

/**
 * Tables with one row, or one a camera, may be read whole; the oldest row that waits is the first
 * of its index. Indexes of what is held for seconds, and of what is swept within a minute, are
 * short, and of what may be dropped the first few are read.
 */
const throughAll =
  /^SCAN (?!counters|camera_states|CONSTANT|(?:outbox|o|evidence_manifests) USING (?:COVERING )?INDEX (?:outbox_waiting|outbox_held|evidence_dropped_files|evidence_droppable))/;

function planOf(sql: string): string[] {
  const steps = db.prepare<[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all();
  return steps.map(({ detail }) => detail);
}
