/** The mark says what was written, or nothing: never something else. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, test } from "vitest";
import { StoreMark } from "./store-mark.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerbside-mark-"));
  path = join(folder, "store-mark");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a first start finds none", () => {
  assert.equal(new StoreMark(path).found, undefined);
});

test("the next run finds the last note, and whether the one before ended in order", () => {
  const mark = new StoreMark(path);
  mark.note({ lastSequence: 1, writeCount: 1 });
  mark.note({ lastSequence: 3, writeCount: 2 });
  const open = { lastSequence: 3, writeCount: 2, isClosed: false };
  assert.deepEqual(new StoreMark(path).found, open);
  mark.close({ lastSequence: 3, writeCount: 4 });
  assert.deepEqual(new StoreMark(path).found, { ...open, writeCount: 4, isClosed: true });
  assert.equal(mark.found, undefined, "it is of the run before");
});

test("it is written over in place and stays as long as it is, for its owner alone", () => {
  const mark = new StoreMark(path);
  mark.note({ lastSequence: Number.MAX_SAFE_INTEGER, writeCount: Number.MAX_SAFE_INTEGER });
  const { size, ino, mode } = statSync(path);
  mark.note({ lastSequence: 1, writeCount: 1 });
  assert.deepEqual([statSync(path).size, statSync(path).ino], [size, ino]);
  assert.equal(mode & 0o777, 0o600);
  assert.deepEqual(new StoreMark(path).found?.lastSequence, 1);
  mark.close({ lastSequence: 1, writeCount: 1 });
});

test("any change of a byte, and any cut, is nothing or harmless", () => {
  const mark = new StoreMark(path);
  mark.close({ lastSequence: 12_345, writeCount: 678 });
  const line = readFileSync(path);
  const found = new StoreMark(path).found;
  const property = fc.property(
    fc.nat(line.length - 1),
    fc.nat(255),
    fc.boolean(),
    (at, byte, cut) => {
      const changed = Buffer.from(cut ? line.subarray(0, at) : line);
      if (!cut) changed[at] = byte;
      writeFileSync(path, changed);
      const read = new StoreMark(path).found;
      if (read !== undefined) assert.deepEqual(read, found);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test("where it cannot be written, the store goes on without it", () => {
  mkdirSync(path);
  const mark = new StoreMark(path);
  mark.note({ lastSequence: 1, writeCount: 1 });
  mark.close({ lastSequence: 1, writeCount: 1 });
  assert.equal(new StoreMark(path).found, undefined);
});
