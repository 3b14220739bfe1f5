/**
 * What a real disk does to the files of a real store: lost, damaged or in somebody else's hands.
 *
 * Each row says what the operator reads, and shows that what can be read is there again, that no
 * number is given twice, that the hub is told once and that the agent goes on by itself.
 * `damage.test.ts` draws damage from seeds; `disk-full.e2e.test.ts` has full, read-only and slow
 * disks, `kill.e2e.test.ts` ends processes.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
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
import { SimulatedClock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { tellHealed } from "../tell-healed.ts";
import { storeEventSchema } from "../uplink/messages.ts";
import { parsePayload } from "./event-text.ts";
import { storeLimits } from "./limits.ts";
import { openFolder } from "./open-folder.ts";
import { t0 } from "./sample-rows.ts";
import { openStore } from "./sqlite-store.ts";
import { commitTo } from "./testing/commit-to.ts";

const killWriterPath = fileURLToPath(new URL("./kill-writer.ts", import.meta.url));
const nowMs = t0 + 60_000;

let work = "";
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "kerbside-disk-"));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

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

/** 80 events, so that half of its pages hold some of them; the agent ended in order. */
async function makeEnded(folder: string): Promise<Made> {
  const store = await openStore({ folder });
  for (let index = 1; index <= 80; index++) await commitTo(store, `v${index}`);
  await store.outboxDone([1, 2, 3], t0);
  await store.close();
  return { folder, lastSequence: 80 };
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
    for (let index = 81; index <= 100; index++) await commitTo(running, `v${index}`);
    await running.close();
    cpSync(join(work, "backup.db"), join(folder, store));
    const { told, next } = await startTwice(folder);
    assert.partialDeepStrictEqual(told[0]?.data, {
      fault: "behind",
      saved: { events: 80 },
      mayMiss: { firstSequence: 81 },
    });
    assert.ok(next > 100);
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
    saved: { events: 79, waiting: 76 },
  });
  assert.equal(waitingCount, 76 + 2);
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
