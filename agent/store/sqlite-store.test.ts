/**
 * The real store against the contract, and what only it can show: reopening, locking, healing.
 */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, test } from "vitest";
import { SimulatedClock } from "../runtime/clock.ts";
import { silentLog } from "../runtime/log.ts";
import { DetectionReader } from "./detection-reader.ts";
import { parsePayload } from "./event-text.ts";
import { evidenceContract } from "./evidence.contract.ts";
import { east, eventOf, revisionOf, t0, verdictOf } from "./sample-rows.ts";
import { openStore } from "./sqlite-store.ts";
import { storeContract } from "./store.contract.ts";
import { StoreReader } from "./store-reader.ts";

const folders: string[] = [];
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kerbside-store-"));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

storeContract("SQLite store", (limits = {}) => openStore({ folder: freshFolder(), limits }));
evidenceContract("SQLite store", (limits = {}) => openStore({ folder: freshFolder(), limits }));

const commitOf = (...revisions: ReturnType<typeof revisionOf>[]) => ({
  cameraStates: [{ cameraId: east, stateJson: `{"last":"${revisions.at(-1)?.eventId}"}` }],
  revisions,
  nowMs: t0,
});

const lookOf = (capturedAtMs: number) => ({
  cameraId: east,
  viewId: "kerb",
  capturedAtMs,
  capturedUncertaintyMs: 12.5,
  model: "yolox-nano@695e750a5d57",
  pictureWidth: 1920,
  pictureHeight: 1080,
  crop: { xMin: 0, yMin: 0.35, xMax: 1, yMax: 1 },
  detections: new Uint8Array(21),
});

test("everything is there again after closing and opening", async () => {
  const folder = freshFolder();
  const first = await openStore({ folder });
  await first.commit(commitOf(revisionOf("v1", 1, "warned")));
  await first.outboxAttempted([1], t0);
  await first.close();
  const second = await openStore({ folder });
  assert.equal(second.healed, undefined);
  assert.deepEqual([...(await second.loadCameraStates()).values()], ['{"last":"v1.1"}']);
  const [entry] = await second.outboxAfter(0, 9);
  assert.deepEqual([entry?.eventId, entry?.attemptCount], ["v1.1", 1]);
  const next = await second.commit(commitOf(revisionOf("v1", 2, "reported")));
  assert.deepEqual(next.sequences, [2]);
  await second.close();
});

test("many commits at once share transactions and keep their order", async () => {
  const commitTimesMs: number[] = [];
  const store = await openStore({
    folder: freshFolder(),
    onCommitted: (elapsedMs) => commitTimesMs.push(elapsedMs),
  });
  const names = Array.from({ length: 500 }, (_, index) => `v${index}`);
  const answers = await Promise.all(
    names.map((name) => store.commit(commitOf(revisionOf(name, 1, "warned")))),
  );
  assert.deepEqual(
    answers.flatMap(({ sequences }) => sequences),
    names.map((_, index) => index + 1),
  );
  const transactionCount = new Set(commitTimesMs).size;
  assert.ok(transactionCount < 250, `${transactionCount} transactions for 500 commits`);
  await store.close();
});

test("a commit that breaks an invariant does not take its neighbours with it", async () => {
  const store = await openStore({ folder: freshFolder() });
  const results = await Promise.allSettled([
    store.commit(commitOf(revisionOf("v1", 1, "warned"))),
    store.commit(commitOf(revisionOf("v1", 1, "warned"))),
    store.commit(commitOf(revisionOf("v2", 1, "warned"))),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.equal((await store.outboxStats()).lastSequence, 2);
  await store.close();
});

test("no more requests wait than the limit says; looks are then not logged but counted", async () => {
  const limits = { requestsMax: 2, groupRequestsMax: 2 };
  const store = await openStore({ folder: freshFolder(), limits });
  const kept = [store.outboxStats(), store.outboxStats()];
  await assert.rejects(store.commit(commitOf()), { code: "STORE_FAILED" });
  await store.logLooks([lookOf(t0)]);
  assert.equal(store.looksDroppedCount, 1);
  await Promise.all(kept);
  await store.commit(commitOf(revisionOf("v1", 1, "warned")));
  await store.close();
});

test("after close every request fails, and closing again is no fault", async () => {
  const store = await openStore({ folder: freshFolder() });
  const late = store.commit(commitOf(revisionOf("v1", 1, "warned")));
  await Promise.all([store.close(), store.close()]);
  assert.deepEqual((await late).sequences, [1], "what was asked before is still done");
  await assert.rejects(store.outboxStats(), /closed/);
});

test("it tidies up once a minute by its clock", async () => {
  const dayMs = 24 * 60 * 60 * 1000;
  const clock = new SimulatedClock({ wallMs: t0 + 10 * dayMs });
  const store = await openStore({
    folder: freshFolder(),
    clock,
    limits: { outboxAgeMsMax: dayMs },
  });
  await store.commit(commitOf(revisionOf("v1", 1, "warned")));
  await clock.advance(60_000);
  assert.equal((await store.outboxStats()).droppedCount, 1);
  await store.close();
});

test("what is dropped at a limit is one line a minute, with the number by reason", async () => {
  const clock = new SimulatedClock({ wallMs: t0 });
  const lines: [fields: unknown, text: string][] = [];
  const log = { ...silentLog, error: (fields: object, text: string) => lines.push([fields, text]) };
  const limits = { outboxRowsMax: 2 };
  const store = await openStore({ folder: freshFolder(), clock, limits, log });
  const minute = async () => {
    await clock.advance(60_000);
    await store.outboxStats();
  };
  await minute();
  for (let index = 1; index <= 50; index++) {
    await store.commit(commitOf(revisionOf(`v${index}`, 1, "warned")));
  }
  assert.equal(lines.length, 0);
  await minute();
  const { waitingCount: waiting } = await store.outboxStats();
  assert.deepEqual(
    lines.map(([said]) => said),
    [{ dropped: { rows: 48, bytes: 0, age: 0 }, waiting }],
  );
  assert.match(lines[0]?.[1] ?? "", /^48 events were dropped at a limit.*the hub is told\./);
  await minute();
  assert.equal(lines.length, 1);
  await store.close();
});

describe("the data folder", () => {
  test("belongs to one agent at a time, the other hears whose it is", async () => {
    const folder = freshFolder();
    const first = await openStore({ folder });
    await assert.rejects(openStore({ folder }), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`in use by another agent \\(process ${process.pid}\\)`),
      );
      assert.equal((error as { code?: string }).code, "STORE_FAILED");
      return true;
    });
    await first.close();
    await (await openStore({ folder })).close();
  });

  test("that cannot be made is one clear error", async () => {
    const file = join(freshFolder(), "file");
    writeFileSync(file, "");
    await assert.rejects(openStore({ folder: join(file, "data") }), {
      code: "STORE_FAILED",
      message: /ENOTDIR/,
    });
  });

  test("of a newer version is left alone", async () => {
    const folder = freshFolder();
    await (await openStore({ folder })).close();
    const db = new Database(join(folder, "store.db"));
    db.pragma("user_version = 9");
    db.close();
    await assert.rejects(openStore({ folder }), { code: "STORE_FAILED", message: /version 9,/ });
    assert.ok(existsSync(join(folder, "store.db")));
  });

  test("can be read beside the running agent", async () => {
    const folder = freshFolder();
    const store = await openStore({ folder });
    const reader = new StoreReader(folder);
    assert.deepEqual(reader.events({ afterSequence: 0, countMax: 9 }), []);
    await store.commit(commitOf(revisionOf("v1", 1, "warned")));
    assert.equal(reader.events({ afterSequence: 0, countMax: 9 }).length, 1);
    assert.equal(reader.violations({ countMax: 9 })[0]?.violationId, "v1");
    const verdict = verdictOf("c-1", { word: "dismissed", reason: "a bay" });
    await store.commit({ ...commitOf(), verdicts: [verdict] });
    assert.deepEqual(reader.verdictsSince(0), [verdict]);
    assert.deepEqual(reader.verdictsSince(t0 + 1), []);
    await store.close();
    reader.close();
    assert.throws(() => new StoreReader(freshFolder()), { code: "STORE_FAILED" });
  });
});

describe("a damaged database", () => {
  /** 40 events, the first 10 done, then the agent ends. */
  async function filledFolder(): Promise<string> {
    const folder = freshFolder();
    const store = await openStore({ folder });
    for (let index = 1; index <= 40; index++) {
      const filling = { event: eventOf(`v${index}.1`, { filling: "x".repeat(2_000) }) };
      await store.commit(commitOf(revisionOf(`v${index}`, 1, "warned", filling)));
    }
    const done = Array.from({ length: 10 }, (_, index) => index + 1);
    await store.outboxDone(done, t0);
    await store.close();
    return folder;
  }

  const asideIn = (folder: string) =>
    readdirSync(folder).filter((name) => /^store\.db\.damaged-[^-]+$/.test(name));

  test("that is no database at all is put aside, a new range begins above the old one", async () => {
    const folder = await filledFolder();
    writeFileSync(join(folder, "store.db"), "this is not a database".repeat(1_000));
    const store = await openStore({ folder });
    assert.equal(store.healed?.isSequenceContinued, false);
    assert.equal(store.healed?.lastSequence, 10_000);
    assert.equal(asideIn(folder).length, 1);
    assert.match(readFileSync(store.healed?.damagedFile ?? "", "utf8"), /not a database/);
    const { sequences } = await store.commit(commitOf(revisionOf("v1", 9, "reported")));
    assert.deepEqual(sequences, [10_001]);
    await store.close();
  });

  test("with a torn page keeps what can be read, the sequence goes on", async () => {
    const folder = await filledFolder();
    const path = join(folder, "store.db");
    const bytes = readFileSync(path);
    const at = bytes.indexOf('"id":"v20.1"');
    const page = Math.floor(at / 4_096) * 4_096;
    bytes.fill(0xff, page, page + 4_096);
    writeFileSync(path, bytes);
    const store = await openStore({ folder });
    assert.equal(store.healed?.isSequenceContinued, true);
    assert.equal(store.healed?.lastSequence, 40);
    const saved = store.healed?.savedEventCount ?? 0;
    assert.ok(saved >= 30 && saved < 40, `${saved} of 40 events were saved`);
    const waiting = await store.outboxAfter(0, 99);
    assert.ok(waiting.length >= 20 && waiting.every(({ sequence }) => sequence > 10));
    for (const { payload, eventId } of waiting) assert.equal(parsePayload(payload)["id"], eventId);
    assert.equal((await store.outboxStats()).waitingCount, waiting.length);
    const { sequences } = await store.commit(commitOf(revisionOf("v99", 1, "warned")));
    assert.deepEqual(sequences, [41]);
    await store.close();
  });

  test("that was cut short is put aside and never deleted", async () => {
    const folder = await filledFolder();
    const path = join(folder, "store.db");
    truncateSync(path, Math.floor(statSync(path).size / 2));
    const store = await openStore({ folder });
    assert.ok(store.healed !== undefined);
    assert.equal(asideIn(folder).length, 1);
    const { sequences } = await store.commit(commitOf(revisionOf("v99", 1, "warned")));
    assert.ok((sequences[0] ?? 0) > 40, `sequence ${sequences[0]} was used before`);
    await store.close();
  });

  test("that is gone altogether costs no sequence its meaning", async () => {
    const folder = await filledFolder();
    rmSync(join(folder, "store.db"));
    const store = await openStore({ folder });
    assert.equal(store.healed?.reason, "the database was gone");
    const { sequences } = await store.commit(commitOf(revisionOf("v99", 1, "warned")));
    assert.deepEqual(sequences, [10_001]);
    await store.close();
  });

  test("whose repair was cut off is repaired at the next start", async () => {
    const folder = await filledFolder();
    renameSync(join(folder, "store.db"), join(folder, "store.db.damaged-20260501T080000000Z"));
    writeFileSync(join(folder, "store.db.new"), "half a database");
    const store = await openStore({ folder });
    assert.equal(store.healed?.savedEventCount, 40);
    assert.equal(store.healed?.lastSequence, 40);
    assert.deepEqual([...(await store.loadCameraStates()).values()], ['{"last":"v40.1"}']);
    assert.equal((await store.outboxStats()).waitingCount, 30);
    await store.close();
  });

  test("of looks is replaced without a word to the hub", async () => {
    const folder = await filledFolder();
    writeFileSync(join(folder, "detections.db"), "garbage".repeat(1_000));
    const store = await openStore({ folder });
    assert.equal(store.healed, undefined);
    await store.logLooks([lookOf(t0)]);
    assert.equal(store.looksDroppedCount, 0);
    await store.close();
  });
});

describe("the detection log", () => {
  const looksIn = (folder: string) => {
    const reader = new DetectionReader(folder);
    const rows = [...reader.steps()].flat().flatMap((step) => ("look" in step ? [step.look] : []));
    reader.close();
    return rows;
  };

  test("keeps a look as it was, instants to the millisecond", async () => {
    const folder = freshFolder();
    const store = await openStore({ folder });
    await store.logLooks([lookOf(t0 + 0.4)]);
    await store.close();
    assert.deepEqual(looksIn(folder), [
      {
        cameraId: "east",
        viewId: "kerb",
        model: "yolox-nano@695e750a5d57",
        crop: { xMin: 0, yMin: 0.35, xMax: 1, yMax: 1 },
        pictureWidth: 1920,
        pictureHeight: 1080,
        capturedAtMs: t0,
        capturedUncertaintyMs: 12.5,
        detections: {
          count: 1,
          boxes: new Float32Array(4),
          scores: new Float32Array(1),
          labelIndices: new Uint8Array(1),
        },
      },
    ]);
  });

  test("forgets the oldest rows at its limit and with age", async () => {
    const folder = freshFolder();
    const limits = { lookRowsMax: 5, lookAgeMsMax: 10_000 };
    const store = await openStore({ folder, limits });
    const at = (...offsets: number[]) => store.logLooks(offsets.map((ms) => lookOf(t0 + ms)));
    for (const offset of [1, 2, 3, 4, 5, 6, 7, 9_000]) await at(offset);
    const before = looksIn(folder).length;
    await store.maintain(t0 + 10_008);
    await store.close();
    assert.deepEqual([before, looksIn(folder).length], [5, 1]);
  });

  test("of looks that came together forgets together, and never keeps too many", async () => {
    const folder = freshFolder();
    const store = await openStore({ folder, limits: { lookRowsMax: 5, lookAgeMsMax: 10_000 } });
    const at = (...offsets: number[]) => store.logLooks(offsets.map((ms) => lookOf(t0 + ms)));
    await at(1, 2, 3, 4);
    await at(5, 6, 7, 9_000);
    const before = looksIn(folder).length;
    await store.maintain(t0 + 10_008);
    await store.close();
    assert.deepEqual([before, looksIn(folder).length], [4, 1]);
  });
});
