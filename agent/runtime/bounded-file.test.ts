import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readBounded, readBoundedText } from "./bounded-file.ts";

const folder = mkdtempSync(join(tmpdir(), "kerbside-bounded-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

test("a file is read whole, up to the last byte that is allowed", async () => {
  writeFileSync(at("ten"), "0123456789");
  symlinkSync("ten", at("link"));
  expect(await readBoundedText(at("ten"), 10)).toBe("0123456789");
  expect(await readBoundedText(at("link"), 10)).toBe("0123456789");
  writeFileSync(at("empty"), "");
  expect(await readBounded(at("empty"), 10)).toHaveLength(0);
});

test.each([
  { name: "ten", says: "it has 10 bytes, at most 9 are read" },
  { name: ".", says: "it is a folder, not a file" },
  { name: "pipe", says: "it is not a regular file" },
  { name: "/dev/zero", says: "it is not a regular file" },
  { name: "none", says: "ENOENT" },
])("$name is not taken", async ({ name, says }) => {
  if (name === "pipe") execFileSync("mkfifo", [at(name)]);
  const path = name.startsWith("/") ? name : at(name);
  await expect(readBounded(path, 9)).rejects.toThrow(says);
});
