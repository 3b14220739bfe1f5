/**
 * What was acknowledged survives SIGKILL: a child commits as fast as it can and prints each answer,
 * the parent kills it at a random moment and reads the folder.
 *
 * After every kill: every printed commit is there, sequences have no gap, and each camera's state
 * names exactly the last event of its violation, because both were one transaction.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, test } from "vitest";
import { parsePayload } from "./event-text.ts";
import { openStore } from "./sqlite-store.ts";

const writerPath = fileURLToPath(new URL("./kill-writer.ts", import.meta.url));
const killCount = 12;

let folder = "";
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-kill-"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the writer until `ackCount` answers have come, then kills it; the answers it gave. */
async function writeUntilKilled(ackCount: number): Promise<string[]> {
  const writer = spawn(process.execPath, [writerPath, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = writer;
  const acks: string[] = [];
  const exited = once(writer, "exit");
  const lines = createInterface({ input: writer.stdout });
  for await (const line of lines) {
    acks.push(line);
    // Not awaited: it goes on committing until the signal arrives, in the middle of something.
    if (acks.length === ackCount) writer.kill("SIGKILL");
  }
  const [code, signal] = (await exited) as [number | null, string | null];
  assert.deepEqual([code, signal], [null, "SIGKILL"], `the writer ended by itself: ${code}`);
  return acks;
}

test("a folder in use by another process is refused with the number of that process", async () => {
  const writer = spawn(process.execPath, [writerPath, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = writer;
  await once(writer.stdout, "data");
  await assert.rejects(openStore({ folder }), {
    code: "STORE_FAILED",
    message: `${folder} is in use by another agent (process ${writer.pid})`,
  });
});

test("everything acknowledged is there after a kill, in order and without a gap", async () => {
  const acknowledged = new Map<string, number>();
  for (let kill = 0; kill < killCount; kill++) {
    const ackCount = 1 + Math.floor(Math.random() * 400);
    for (const line of await writeUntilKilled(ackCount)) {
      const [id = "", sequence] = line.split(" ");
      acknowledged.set(id, Number(sequence));
    }
    const store = await openStore({ folder });
    assert.equal(store.healed, undefined);
    const events = await store.events({ afterSequence: 0, countMax: 1_000_000 });
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      events.map((_, index) => index + 1),
    );
    const found = new Map(
      events.map(({ sequence, payload }) => [String(parsePayload(payload)["id"]), sequence]),
    );
    for (const [id, sequence] of acknowledged) assert.equal(found.get(id), sequence, id);
    assert.equal((await store.outboxStats()).waitingCount, events.length);

    const lastEvents = new Map(
      (await store.violations({ countMax: 99 })).map((row) => [row.cameraId, row.event["id"]]),
    );
    for (const [cameraId, stateJson] of await store.loadCameraStates()) {
      assert.deepEqual(JSON.parse(stateJson), { last: lastEvents.get(cameraId) });
    }
    await store.close();
  }
  assert.ok(acknowledged.size > killCount, `${acknowledged.size} commits were acknowledged`);
});
