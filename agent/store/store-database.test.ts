/**
 * The SQL itself, without the thread around it.
 *
 * Any sequence of commands leaves the same rows as the plain list of `memory-store.ts`; a full
 * disk leaves nothing half-written; history is forgotten in the right order.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, test } from "vitest";
import { type Stage, stages } from "../../pipelines/domain/kind.ts";
import { eventText } from "./event-text.ts";
import { type StoreLimits, storeLimits } from "./limits.ts";
import { MemoryStore } from "./memory-store.ts";
import { openDatabase } from "./open-database.ts";
import { revisionText } from "./revision-text.ts";
import { eventOf, revisionOf, t0, verdictOf } from "./sample-rows.ts";
import { SequenceReserve } from "./sequence-reserve.ts";
import type { CommitRequest } from "./store.ts";
import { StoreDatabase } from "./store-database.ts";

const dayMs = 24 * 60 * 60 * 1000;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Opened {
  readonly db: Database.Database;
  readonly store: StoreDatabase;
}

function open(limits: Partial<StoreLimits> = {}, file = "store.db"): Opened {
  const db = openDatabase(join(folder, file), { schema: "store", durability: "FULL" });
  const reserve = new SequenceReserve(join(folder, `${file}-reserve`));
  return { db, store: new StoreDatabase(db, storeLimits(limits), reserve) };
}

function commit(store: StoreDatabase, request: CommitRequest): readonly number[] {
  const revisions = request.revisions.map(revisionText);
  return store.group(() => store.writes.commit({ ...request, revisions }));
}

const commitOf = (...revisions: ReturnType<typeof revisionOf>[]) => ({
  cameraStates: [],
  revisions,
  nowMs: t0,
});

type Step =
  | { readonly do: "commit"; readonly changes: readonly (readonly [violation: number, Stage])[] }
  | { readonly do: "append" | "after"; readonly count: number }
  | { readonly do: "attempted" | "done" | "parked"; readonly sequences: readonly number[] }
  | { readonly do: "wait"; readonly days: number }
  | { readonly do: "restart" };

const sequences = fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("commit" as const),
      changes: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(...stages)), {
        maxLength: 4,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("append" as const), count: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("after" as const), count: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("attempted" as const, "done" as const, "parked" as const),
      sequences,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), days: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
);

test("any sequence of commands leaves what the plain list says", { timeout: 60_000 }, async () => {
  let runCount = 0;
  const limits = fc.record({
    outboxRowsMax: fc.integer({ min: 1, max: 6 }),
    outboxBytesMax: fc.integer({ min: 500, max: 4_000 }),
    outboxAgeMsMax: fc.constantFrom(dayMs, 100 * dayMs),
    parkedRowsMax: fc.integer({ min: 1, max: 3 }),
  });
  const property = fc.asyncProperty(
    limits,
    fc.array(step, { maxLength: 30 }),
    async (given, all) => {
      runCount += 1;
      await compare(given, all, `run-${runCount}.db`);
    },
  );
  await fc.assert(property, { numRuns: 100 });
});

async function compare(limits: Partial<StoreLimits>, steps: readonly Step[], file: string) {
  const model = new MemoryStore(limits);
  let real = open(limits, file);
  const revisions = new Map<number, number>();
  let appendedCount = 0;
  let nowMs = t0;
  const write = (run: (store: StoreDatabase) => unknown) => real.store.group(() => run(real.store));

  for (const current of steps) {
    switch (current.do) {
      case "commit": {
        const rows = current.changes.map(([violation, stage]) => {
          const revision = (revisions.get(violation) ?? 0) + 1;
          revisions.set(violation, revision);
          return revisionOf(`v${violation}`, revision, stage);
        });
        const request = { cameraStates: [], revisions: rows, nowMs };
        assert.deepEqual(commit(real.store, request), (await model.commit(request)).sequences);
        break;
      }
      case "append":
        for (let i = 0; i < current.count; i++) {
          const event = eventOf(`append-${appendedCount++}`);
          write((store) => store.writes.appendEvent({ event: eventText(event), nowMs }));
          await model.appendEvent(event, nowMs);
        }
        break;
      case "after": {
        const query = { afterSequence: 0, countMax: current.count };
        const want = await model.outboxAfter(0, current.count);
        assert.deepEqual(real.store.reads.outboxAfter(query), want.map(bytesAsArray));
        break;
      }
      case "attempted":
        write((store) => store.writes.outboxAttempted({ ...current, nowMs }));
        await model.outboxAttempted(current.sequences, nowMs);
        break;
      case "done":
        write((store) => store.writes.outboxDone(current));
        await model.outboxDone(current.sequences, nowMs);
        break;
      case "parked":
        for (const sequence of current.sequences) {
          write((store) => store.writes.outboxParked({ sequence, reason: "0x99", nowMs }));
          await model.outboxParked(sequence, "0x99", nowMs);
        }
        break;
      case "wait":
        nowMs += current.days * dayMs;
        write((store) => store.writes.maintain({ nowMs }));
        await model.maintain(nowMs);
        break;
      case "restart":
        real.store.close();
        real = open(limits, file);
        model.restart();
        break;
    }
    assert.deepEqual(real.store.reads.outboxStats(null), await model.outboxStats());
  }
  // A look at the rows hands them out, so it comes last.
  const everything = { afterSequence: 0, countMax: 1_000 };
  const waiting = await model.outboxAfter(0, 1_000);
  assert.deepEqual(real.store.reads.outboxAfter(everything), waiting.map(bytesAsArray));
  assert.deepEqual(
    real.store.reads.events(everything),
    (await model.events(everything)).map(bytesAsArray),
  );
  const query = { countMax: 1_000 };
  assert.deepEqual(real.store.reads.violations(query), await model.violations(query));
  real.store.close();
}

/** A Buffer and a Uint8Array of the same bytes are not deeply equal. */
function bytesAsArray<Row extends { readonly payload: Uint8Array }>(row: Row): Row {
  return { ...row, payload: new Uint8Array(row.payload) };
}

describe("a full disk", () => {
  test("leaves nothing half-written, and the next commit after it goes on unbroken", () => {
    const { db, store } = open();
    commit(store, commitOf(revisionOf("v1", 1, "warned")));
    const pages = Number(db.pragma("page_count", { simple: true }));
    db.pragma(`max_page_count = ${pages}`);
    const big = { event: eventOf("v2.1", { filling: "x".repeat(50_000) }) };
    const request = {
      cameraStates: [{ cameraId: revisionOf("v2", 1, "warned").cameraId, stateJson: "{}" }],
      revisions: [revisionOf("v2", 1, "warned", big)],
      nowMs: t0,
    };
    assert.throws(() => commit(store, request), { code: "SQLITE_FULL" });
    assert.equal(store.reads.loadCameraStates(null).size, 0);
    assert.equal(store.reads.outboxStats(null).lastSequence, 1);
    db.pragma("max_page_count = 100000");
    assert.deepEqual(commit(store, request), [2]);
    assert.equal(store.reads.loadCameraStates(null).size, 1);
    store.close();
  });
});

describe("history", () => {
  const end = (store: StoreDatabase, name: string, nowMs: number) => {
    const at = { occurredAtMs: nowMs };
    const rows = [
      revisionOf(name, 1, "warned", at),
      revisionOf(name, 2, "reported", at),
      revisionOf(name, 3, "cleared", at),
    ];
    const given = commit(store, { cameraStates: [], revisions: rows, nowMs });
    store.group(() => store.writes.outboxDone({ sequences: given }));
    return given;
  };
  const maintain = (store: StoreDatabase, nowMs: number) =>
    store.group(() => store.writes.maintain({ nowMs }));
  const kept = (store: StoreDatabase) => ({
    sequences: store.reads.events({ afterSequence: 0, countMax: 99 }).map((row) => row.sequence),
    violations: store.reads.violations({ countMax: 99 }).map((row) => row.violationId as string),
  });

  test("old ended violations go with their events, open and waiting ones stay", () => {
    const { store } = open({ historyAgeMsMax: 10 * dayMs, outboxAgeMsMax: 99 * dayMs });
    end(store, "old", t0); // 1 2 3
    const open1 = revisionOf("open", 1, "warned", { occurredAtMs: t0 }); // 4, still waiting
    const open2 = revisionOf("open", 2, "reported", { occurredAtMs: t0 }); // 5, done
    commit(store, commitOf(open1, open2));
    store.group(() => store.writes.outboxDone({ sequences: [5] }));
    end(store, "young", t0 + 8 * dayMs); // 6 7 8
    maintain(store, t0 + 11 * dayMs);
    assert.deepEqual(kept(store), { sequences: [4, 5, 6, 7, 8], violations: ["young", "open"] });
    store.close();
  });

  test("events of a clock that was not set are not old", () => {
    const { store } = open({ historyAgeMsMax: dayMs });
    end(store, "boot", 12_000);
    maintain(store, t0);
    assert.deepEqual(kept(store), { sequences: [1, 2, 3], violations: ["boot"] });
    store.close();
  });

  test("too many rows: the oldest go, ended violations with their last event at the end", () => {
    const { store } = open({ historyRowsMax: 2 });
    end(store, "v1", t0);
    end(store, "v2", t0 + 1);
    maintain(store, t0);
    assert.deepEqual(kept(store), { sequences: [3, 6], violations: ["v2", "v1"] });
    end(store, "v3", t0 + 2);
    maintain(store, t0);
    assert.deepEqual(kept(store), { sequences: [6, 9], violations: ["v3", "v2"] });
    store.close();
  });

  test("what was forgotten is given back to the disk", () => {
    const { db, store } = open({ historyRowsMax: 1 });
    const pages = () => Number(db.pragma("page_count", { simple: true }));
    for (let i = 0; i < 200; i++) end(store, `v${i}`, t0 + i);
    const before = pages();
    maintain(store, t0);
    store.shrink();
    assert.ok(pages() < before / 2, `${before} pages became ${pages()}`);
    store.close();
  });

  test("verdicts are forgotten by age and beyond their limit, the oldest first", () => {
    const { store } = open({ verdictAgeMsMax: 10 * dayMs, verdictRowsMax: 2 });
    const verdicts = [0, 5, 6, 7].map((day) =>
      verdictOf(`c-${day}`, { receivedAtMs: t0 + day * dayMs }),
    );
    commit(store, { ...commitOf(), verdicts });
    const ids = () => store.reads.verdicts({ countMax: 9 }).map(({ verdictId }) => verdictId);
    maintain(store, t0 + 9 * dayMs);
    assert.deepEqual(ids(), ["c-6", "c-7"]);
    maintain(store, t0 + 17 * dayMs);
    assert.deepEqual(ids(), ["c-7"]);
    store.close();
  });

  test("bytes are bounded too", () => {
    const { store } = open({ historyBytesMax: 2_000 });
    for (let i = 0; i < 20; i++) end(store, `v${i}`, t0 + i);
    for (let i = 0; i < 3; i++) maintain(store, t0);
    const bytes = store.reads
      .events({ afterSequence: 0, countMax: 99 })
      .reduce((sum, row) => sum + row.payload.length, 0);
    assert.ok(bytes <= 2_000, `${bytes} bytes are kept`);
    store.close();
  });
});
