/**
 * What a real disk does to a real store: full, read-only, slow, its files lost, damaged or in
 * somebody else's hands.
 *
 * Each row says what the operator reads, and shows that what was acknowledged is there, that no
 * number is given twice and that the agent goes on by itself where that is possible.
 * `damage.test.ts` draws damage from seeds; `kill.e2e.test.ts` ends processes.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeEach, describe, test } from "vitest";
import type { DeviceConfig } from "../../config/agent-config.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { tellHealed } from "../tell-healed.ts";
import { storeEventSchema } from "../uplink/messages.ts";
import { parsePayload } from "./event-text.ts";
import { storeLimits } from "./limits.ts";
import { openFolder } from "./open-folder.ts";
import { east, eventOf, revisionOf, t0 } from "./sample-rows.ts";
import { openStore, type SqliteStore } from "./sqlite-store.ts";
import { StoreReader } from "./store-reader.ts";

const killWriterPath = fileURLToPath(new URL("./kill-writer.ts", import.meta.url));
const slowWriterPath = fileURLToPath(new URL("./slow-disk-writer.ts", import.meta.url));
const slowSyncPath = fileURLToPath(new URL("./testing/slow-sync.c", import.meta.url));
const nowMs = t0 + 60_000;

let work = "";
let mounted: string[] = [];
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "kerbside-disk-"));
});
afterEach(() => {
  for (const path of mounted.splice(0)) execFileSync("umount", ["-l", path]);
  mounted = [];
  rmSync(work, { recursive: true, force: true });
});

/** Of its own, so that it can be full: only root may make one. */
function smallDisk(): string {
  const path = join(work, "disk");
  mkdirSync(path);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", path], { stdio: "pipe" });
  mounted.push(path);
  return path;
}

function mayMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), "kerbside-mount-"));
  try {
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path]);
    if (status === 0) execFileSync("umount", [path]);
    return status === 0;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
const cannotMount = !mayMount();
if (cannotMount) console.warn("full and read-only disks are not tested: mounting needs root");

const commitTo = (store: SqliteStore, name: string) =>
  store.commit({
    cameraStates: [{ cameraId: east, stateJson: `{"last":"${name}"}` }],
    revisions: [revisionOf(name, 1, "reported", { event: eventOf(`${name}.1`, filling) })],
    nowMs: t0,
  });
const filling = { filling: "x".repeat(2_000) };

async function namesIn(store: SqliteStore): Promise<string[]> {
  const events = await store.events({ afterSequence: 0, countMax: 10_000 });
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    events.map((_, index) => index + 1),
    "a number is missing",
  );
  return events.map(({ payload }) => String(parsePayload(payload)["id"]));
}

const fullDisk = {
  code: "STORE_FAILED",
  message: /: the disk is full \(SQLITE_FULL\)$/,
  remedy: "Free space on this disk; nothing written so far is lost.",
};

describe.skipIf(cannotMount)("a full disk", () => {
  const fill = (disk: string) => {
    try {
      writeFileSync(join(disk, "somebody-else"), Buffer.alloc(8 * 1024 ** 2));
    } catch {
      // It is full.
    }
  };
  const free = (disk: string) => rmSync(join(disk, "somebody-else"));

  test("before the first start is one clear line, and with room it starts", async () => {
    const disk = smallDisk();
    fill(disk);
    await assert.rejects(openStore({ folder: join(disk, "data") }), fullDisk);
    free(disk);
    const store = await openStore({ folder: join(disk, "data") });
    assert.deepEqual((await commitTo(store, "v1")).sequences, [1]);
    await store.close();
  });

  test("while it runs: nothing is half-written, and with room it goes on without a restart", async () => {
    const disk = smallDisk();
    const folder = join(disk, "data");
    const store = await openStore({ folder });
    const acknowledged: string[] = [];
    const write = async (name: string) => {
      await commitTo(store, name);
      acknowledged.push(`${name}.1`);
    };
    for (let index = 0; index < 20; index++) await write(`before-${index}`);
    writeFileSync(join(disk, "somebody-else"), Buffer.alloc(1024 ** 2));
    let failure: unknown;
    for (let index = 0; failure === undefined; index++) {
      assert.ok(index < 1_000, "the disk never became full");
      failure = await write(`during-${index}`).catch((error: unknown) => error);
    }
    assert.ok(failure instanceof AgentError);
    assert.match(failure.message, fullDisk.message);
    await assert.rejects(write("while full"), fullDisk);
    assert.deepEqual(await namesIn(store), acknowledged);
    await store.logLooks([]);
    free(disk);
    await write("after");
    assert.deepEqual(await namesIn(store), acknowledged);
    assert.equal((await store.outboxStats()).waitingCount, acknowledged.length);
    await store.close();
    const again = await openStore({ folder });
    assert.equal(again.healed, undefined);
    assert.deepEqual(await namesIn(again), acknowledged);
    await again.close();
  });

  test("at the end of a run and at the next start loses nothing", async () => {
    const disk = smallDisk();
    const folder = join(disk, "data");
    const store = await openStore({ folder });
    await commitTo(store, "v1");
    fill(disk);
    await store.close();
    await assert.rejects(openStore({ folder }), fullDisk);
    free(disk);
    const again = await openStore({ folder });
    assert.deepEqual([again.healed, await namesIn(again)], [undefined, ["v1.1"]]);
    await again.close();
  });
});

describe.skipIf(cannotMount)("a read-only disk", () => {
  test("is one clear line, and what was written can be read", async () => {
    const disk = smallDisk();
    const folder = join(disk, "data");
    const store = await openStore({ folder });
    await commitTo(store, "v1");
    await store.close();
    execFileSync("mount", ["-o", "remount,ro", disk]);
    const refused = {
      code: "STORE_FAILED",
      message: /: the folder or file is read-only \(EROFS\)$/,
      remedy: "Mount the data folder writable, and let the agent's user own it.",
    };
    await assert.rejects(openStore({ folder }), refused);
    await assert.rejects(openStore({ folder: join(disk, "new/data") }), refused);
    const reader = new StoreReader(folder);
    assert.equal(reader.events({ afterSequence: 0, countMax: 9 }).length, 1);
    reader.close();
  });
});

test("a disk that flushes in 200 ms: no answer before the flush, one for many", async (context) => {
  const library = join(work, "slow-sync.so");
  if (spawnSync("cc", ["-shared", "-fPIC", "-o", library, slowSyncPath, "-ldl"]).status !== 0) {
    context.skip("no C compiler");
  }
  const { folder } = await copyOf("ended");
  const { stdout } = spawnSync(process.execPath, [slowWriterPath, folder], {
    env: { LD_PRELOAD: library },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { oneMs, fiftyMs, turnCount } = JSON.parse(stdout) as Record<string, number>;
  assert.ok(Number(oneMs) >= 200, `answered ${oneMs} ms after it was asked`);
  assert.ok(Number(fiftyMs) < 10 * 200, `fifty at once took ${fiftyMs} ms`);
  assert.ok(Number(turnCount) >= 20, `the main thread had ${turnCount} turns meanwhile`);
});

interface Made {
  readonly folder: string;
  readonly lastSequence: number;
}

/** Made once; each test damages a copy. */
const made: Partial<Record<"ended" | "killed", Promise<Made>>> = {};
const templates = mkdtempSync(join(tmpdir(), "kerbside-made-"));
afterAll(() => rmSync(templates, { recursive: true, force: true }));

async function copyOf(end: "ended" | "killed"): Promise<Made> {
  made[end] ??=
    end === "ended" ? makeEnded(join(templates, end)) : makeKilled(join(templates, end));
  const { folder, lastSequence } = await made[end];
  const copy = join(work, "data");
  cpSync(folder, copy, { recursive: true });
  return { folder: copy, lastSequence };
}

/** A writer that is killed while it commits; every answer that it printed was acknowledged. */
async function makeKilled(folder: string): Promise<Made> {
  const writer = spawn(process.execPath, [killWriterPath, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  writer.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    if (printed.split("\n").length > 150) writer.kill("SIGKILL");
  });
  await once(writer, "close");
  const numbers = printed.split("\n").map((line) => Number(line.split(" ")[1] ?? 0));
  return { folder, lastSequence: Math.max(...numbers) };
}

/** 40 events, the agent ended in order. */
async function makeEnded(folder: string): Promise<Made> {
  const store = await openStore({ folder });
  for (let index = 1; index <= 40; index++) await commitTo(store, `v${index}`);
  await store.outboxDone([1, 2, 3], t0);
  await store.close();
  return { folder, lastSequence: 40 };
}

const device: DeviceConfig = {
  id: "box",
  division: "445102",
  place: undefined,
  position: undefined,
  timeZone: "Asia/Shanghai",
  grid: undefined,
};

/** What the operator reads at a start, and what the hub gets; the second start says nothing. */
async function startTwice(folder: string) {
  const lines: string[] = [];
  const note = (fields: object, text: string) => lines.push(`${text} ${JSON.stringify(fields)}`);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const store = await openStore({ folder, clock: new SimulatedClock({ wallMs: nowMs }) });
  const { healed } = store;
  await tellHealed(store, { device, log, nowMs });
  const { sequences } = await commitTo(store, "later");
  const told = (await store.events({ afterSequence: 0, countMax: 10_000 }))
    .map(({ payload }) => parsePayload(payload))
    .filter(({ type }) => type === "city.kerbside.store.v1")
    .map((event) => storeEventSchema.parse(event));
  const { waitingCount } = await store.outboxStats();
  await store.close();
  const again = openFolder(folder, storeLimits(), nowMs);
  again.detections.close();
  again.store.close();
  again.lock.release();
  assert.equal(again.healed, undefined, "told twice");
  return { healed, told, line: lines[0] ?? "", next: sequences[0] ?? 0, waitingCount };
}

interface LostRow {
  readonly name: string;
  readonly from: "ended" | "killed";
  readonly damage: (folder: string) => void;
  readonly line: RegExp;
  readonly fault: "damaged" | "lost" | "behind";
  /** At least so many of the events are there again. */
  readonly savedMin: number;
}

const inFolder = (name: string, run: (path: string) => void) => (folder: string) =>
  run(join(folder, name));
const store = "store.db";

const rows: readonly LostRow[] = [
  {
    name: "the log of a killed agent is lost",
    from: "killed",
    damage: inFolder("store.db-wal", (path) => rmSync(path)),
    line: /^the database is older than it was and goes on in a new range of sequences: it ends at write \d+, \d+ were on disk: its log \(store\.db-wal\) is gone or damaged, or an older copy was put back/,
    fault: "behind",
    savedMin: 0,
  },
  {
    name: "the log of a killed agent is cut short",
    from: "killed",
    damage: inFolder("store.db-wal", (path) => truncateSync(path, statSync(path).size / 2)),
    line: /^the database is older than it was/,
    fault: "behind",
    savedMin: 1,
  },
  {
    name: "the database of a killed agent is lost, its log is there",
    from: "killed",
    damage: inFolder(store, (path) => rmSync(path)),
    line: /^the database was lost and is begun anew: the database was gone/,
    fault: "lost",
    savedMin: 100,
  },
  {
    name: "the database is lost",
    from: "ended",
    damage: inFolder(store, (path) => rmSync(path)),
    line: /^the database was lost and is begun anew: the database was gone/,
    fault: "lost",
    savedMin: 0,
  },
  {
    name: "the database is empty",
    from: "ended",
    damage: inFolder(store, (path) => truncateSync(path, 0)),
    line: /^the database was lost and is begun anew: the database was empty/,
    fault: "lost",
    savedMin: 0,
  },
  {
    name: "the database is half as long",
    from: "ended",
    damage: inFolder(store, (path) => truncateSync(path, statSync(path).size / 2)),
    line: /^the database was damaged and is repaired: /,
    fault: "damaged",
    savedMin: 5,
  },
  {
    name: "a wrong byte in the header",
    from: "ended",
    damage: inFolder(store, (path) => overwrite(path, 3, 0xff)),
    line: /^the database was damaged and is repaired: file is not a database/,
    fault: "damaged",
    savedMin: 40,
  },
  {
    name: "a text in its place",
    from: "ended",
    damage: inFolder(store, (path) => writeFileSync(path, "notes\n".repeat(9_000))),
    line: /^the database was damaged and is repaired: file is not a database/,
    fault: "damaged",
    savedMin: 0,
  },
  {
    name: "a folder in its place",
    from: "ended",
    damage: inFolder(store, (path) => {
      rmSync(path);
      mkdirSync(path);
    }),
    line: /^the database was damaged and is repaired: store\.db is no file/,
    fault: "damaged",
    savedMin: 0,
  },
];

describe("a start after damage goes on by itself, and says so once", () => {
  for (const { name, from, damage, line, fault, savedMin } of rows) {
    test(name, async () => {
      const { folder, lastSequence } = await copyOf(from);
      damage(folder);
      const seen = await startTwice(folder);
      assert.match(seen.line, line);
      assert.match(seen.line, /The agent goes on by itself\..*replace it/);
      assert.ok(seen.next > lastSequence + 1, `${seen.next} may have been given before`);
      const [event, ...more] = seen.told;
      assert.deepEqual(more, []);
      assert.partialDeepStrictEqual(event?.data, {
        fault,
        sequenceContinued: seen.healed?.isSequenceContinued,
      });
      const { saved, mayMiss } = event?.data ?? {};
      assert.ok(Number(saved?.events) >= savedMin, `${saved?.events} events are there again`);
      const missing = lastSequence - Number(saved?.events);
      if (missing > 0) {
        assert.ok(mayMiss !== undefined && mayMiss !== null, `${missing} are gone without a word`);
        assert.ok(mayMiss.lastSequence - mayMiss.firstSequence + 1 >= missing);
      }
      const there = readdirSync(folder);
      const isPutAside = there.some((file) => file.startsWith("store.db.damaged-"));
      if (fault === "damaged") assert.ok(isPutAside, there.join(" "));
    });
  }

  test("an older copy put back gives no number again", async () => {
    const { folder } = await copyOf("ended");
    cpSync(join(folder, store), join(work, "backup.db"));
    const running = await openStore({ folder });
    for (let index = 41; index <= 60; index++) await commitTo(running, `v${index}`);
    await running.close();
    cpSync(join(work, "backup.db"), join(folder, store));
    const { told, next } = await startTwice(folder);
    assert.partialDeepStrictEqual(told[0]?.data, {
      fault: "behind",
      saved: { events: 40 },
      mayMiss: { firstSequence: 41 },
    });
    assert.ok(next > 60);
  });
});

test("damage that shows in use ends the agent, and the next start repairs it", async () => {
  const { folder } = await copyOf("ended");
  const path = join(folder, store);
  const at = readFileSync(path).indexOf('"id":"v20.1"') + 6;
  overwrite(path, at, "w".charCodeAt(0)); // Still JSON, still a sound page.
  const gone: Error[] = [];
  const running = await openStore({ folder, onGone: (error) => gone.push(error) });
  assert.equal(running.healed, undefined);
  await assert.rejects(running.outboxAfter(0, 99), { message: /the database is damaged/ });
  assert.deepEqual(
    gone.map((error) => (error as { remedy?: string }).remedy),
    ["Restart the agent: it puts the damaged file aside and saves what can be read."],
  );
  await running.close();
  const { told, waitingCount } = await startTwice(folder);
  assert.equal(told[0]?.data.what, "event 20 is not what was written");
  assert.partialDeepStrictEqual(told[0]?.data, {
    mayMiss: { firstSequence: 20, lastSequence: 20 },
    saved: { events: 39, waiting: 36 },
  });
  assert.equal(waitingCount, 36 + 2);
});

test("damage that nobody meets is found behind the start", async () => {
  const { folder } = await copyOf("ended");
  const clock = new SimulatedClock({ wallMs: nowMs });
  const { promise: gone, resolve } = Promise.withResolvers<Error>();
  const running = await openStore({ folder, clock, onGone: resolve });
  // What the agent has in memory is sound; the check reads what is on the disk.
  const db = new Database(join(folder, store));
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  const page = Math.floor(readFileSync(join(folder, store)).indexOf('"id":"v9.1"') / 4_096);
  for (let index = 0; index < 12; index++) overwrite(join(folder, store), page * 4_096 + index, 0);
  await clock.advance(5 * 60_000);
  assert.match((await gone).message, /integrity_check says/);
  await running.close();
  const { told } = await startTwice(folder);
  assert.equal(told[0]?.data.fault, "damaged");
});

describe("the detection log alone", () => {
  const look = {
    cameraId: east,
    viewId: "kerb",
    capturedAtMs: t0,
    capturedUncertaintyMs: 1,
    model: "street-nano@1",
    pictureWidth: 1920,
    pictureHeight: 1080,
    crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
    detections: new Uint8Array(21),
  };
  const faults: readonly { readonly name: string; readonly damage: (path: string) => void }[] = [
    { name: "a text", damage: (path) => writeFileSync(path, "notes\n".repeat(2_000)) },
    { name: "empty", damage: (path) => writeFileSync(path, "") },
    { name: "cut short", damage: (path) => truncateSync(path, 5_000) },
    {
      name: "a folder",
      damage: (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    },
    {
      name: "without its tables",
      damage: (path) => {
        const db = new Database(path);
        db.exec("DROP TABLE look_pages");
        db.close();
      },
    },
  ];
  for (const { name, damage } of faults) {
    test(`${name}: the agent starts, and looks are logged`, async () => {
      const { folder } = await copyOf("ended");
      damage(join(folder, "detections.db"));
      const running = openFolder(folder, storeLimits(), nowMs);
      assert.equal(running.healed, undefined);
      running.detections.add([look]);
      running.detections.close();
      running.store.close();
      running.lock.release();
    });
  }

  test("damaged while it is written: it is begun anew", async () => {
    const { folder } = await copyOf("ended");
    const running = await openStore({ folder });
    await running.logLooks([look]);
    const db = new Database(join(folder, "detections.db"));
    db.exec("DROP TABLE look_pages");
    db.close();
    await running.logLooks([look]);
    await running.maintain(nowMs);
    await running.logLooks([look]);
    assert.ok(running.looksDroppedCount <= 1, `${running.looksDroppedCount} looks are not logged`);
    await running.close();
  });
});

test("a lock that something wrote into still keeps a second agent out", async () => {
  const { folder } = await copyOf("ended");
  writeFileSync(join(folder, "agent.lock"), "not a lock\n".repeat(500));
  const first = await openStore({ folder });
  await assert.rejects(openStore({ folder }), { message: /is in use by another agent/ });
  await first.close();
  assert.ok(existsSync(join(folder, "agent.lock")));
});

function overwrite(path: string, at: number, byte: number): void {
  const bytes = readFileSync(path);
  bytes[at] = byte;
  writeFileSync(path, bytes);
}
