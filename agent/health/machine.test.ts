import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "vitest";
import { readMachine } from "./machine.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-machine-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("says how much is free and how much the data takes", async () => {
  mkdirSync(join(folder, "models"));
  writeFileSync(join(folder, "store.db"), Buffer.alloc(1_000));
  writeFileSync(join(folder, "store.db-wal"), Buffer.alloc(24));
  const { disk, dataBytes } = await readMachine(folder);
  assert.equal(dataBytes, 1_024);
  assert.ok(disk !== null && disk.freeBytes > 0 && disk.freeBytes <= disk.totalBytes);
});

test("what cannot be read is unknown, not an error", async () => {
  const { disk, dataBytes } = await readMachine(join(folder, "missing"));
  assert.deepEqual([disk, dataBytes], [null, null]);
});
