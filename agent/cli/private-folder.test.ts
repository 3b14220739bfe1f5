import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepPrivate } from "./private-folder.ts";

let root = "";
let umaskBefore = 0;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kerbside-private-"));
  umaskBefore = process.umask(0o022);
});
afterEach(() => {
  process.umask(umaskBefore);
  rmSync(root, { recursive: true });
});

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test("a new folder and what is written from then on are for the owner alone", () => {
  const folder = join(root, "a/data");
  keepPrivate(folder);
  writeFileSync(join(folder, "file"), "");
  mkdirSync(join(folder, "inside"));
  expect([folder, join(folder, "file"), join(folder, "inside")].map(mode)).toEqual([
    "700",
    "600",
    "700",
  ]);
});

test("a folder that others may read is closed, and what lies in it is left", () => {
  const folder = join(root, "data");
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, "old"), "");
  keepPrivate(folder);
  expect([folder, join(folder, "old")].map(mode)).toEqual(["700", "644"]);
});

test("a folder that cannot be made is the store's to complain about", () => {
  writeFileSync(join(root, "file"), "");
  expect(() => keepPrivate(join(root, "file/data"))).not.toThrow();
});
