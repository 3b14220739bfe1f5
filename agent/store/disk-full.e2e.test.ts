/**
 * A disk that is full, read-only or slow, under a real store.
 *
 * What was acknowledged is there, nothing is half-written, the operator reads one clear line, and
 * with room again the store goes on without a restart.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, test } from "vitest";
import { AgentError } from "../runtime/agent-error.ts";
import { parsePayload } from "./event-text.ts";
import { openStore, type SqliteStore } from "./sqlite-store.ts";
import { StoreReader } from "./store-reader.ts";
import { commitTo } from "./testing/commit-to.ts";

const slowWriterPath = fileURLToPath(new URL("./slow-disk-writer.ts", import.meta.url));
const slowSyncPath = fileURLToPath(new URL("./testing/slow-sync.c", import.meta.url));

let work = "";
const mounted: string[] = [];
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "kerbside-disk-"));
});
afterEach(() => {
  for (const path of mounted.splice(0)) execFileSync("umount", ["-l", path]);
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
  const folder = join(work, "data");
  await (await openStore({ folder })).close();
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
