/** Files that are no configuration at all, by mistake or on purpose: always a finding, never a stack. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "./load.ts";
import { findingLines, loadWritten, rightFile, secrets } from "./testing/written.ts";

const folder = mkdtempSync(join(tmpdir(), "kerbside-config-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fromDisk = (name: string) =>
  findingLines(loadConfig(name, { cwd: folder, env: secrets, nowMs: 0, models: ["street-nano"] }));

test("on disk: a folder, a large file, a picture and a file that is not there are findings", () => {
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "large.yaml"), "#".repeat(1024 * 1024 + 1));
  writeFileSync(join(folder, "picture.jpg"), Buffer.from("ffd8ffe000104a464946", "hex"));
  expect(fromDisk("folder")).toEqual(["folder:1:1  | the configuration is a folder, not a file"]);
  expect(fromDisk("large.yaml")).toEqual([
    "large.yaml:1:1  | the configuration is 1048577 bytes large, at most 1048576 are read",
  ]);
  expect(fromDisk("picture.jpg")).toEqual([
    "picture.jpg:1:5  | this is not a text file: it holds a zero byte",
  ]);
  expect(fromDisk("none.yaml")).toEqual(["none.yaml:1:1  | the configuration does not exist"]);
  expect(fromDisk("large.yaml/x")).toEqual([
    "large.yaml/x:1:1  | the configuration does not exist (a part of its path is a file, not a folder)",
  ]);
});

test("a file in an old encoding is named as such, with the place of its first sign", () => {
  const bytes = Buffer.from(rightFile.replace("corner-1", "cornér"), "latin1");
  expect(findingLines(loadWritten(bytes))).toEqual([
    "2:20  | this is not text in UTF-8: save the file in that encoding",
  ]);
});

test("aliases that multiply are stopped", () => {
  const levels = Array.from(
    { length: 20 },
    (_, level) =>
      `  - &a${level} [${level === 0 ? "x" : `*a${level - 1}, *a${level - 1}, *a${level - 1}`}]`,
  );
  const lines = findingLines(loadWritten(`version: 1\ncameras:\n${levels.join("\n")}\n`));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("the file grows to more than 250000 values (do aliases multiply?)");
});

test("brackets without end are stopped", () => {
  const lines = findingLines(loadWritten("[".repeat(100_000)));
  // Where the parser gives up depends on the stack that is left.
  expect(lines.map((line) => line.replace(/^1:\d+/, "1:N"))).toEqual([
    "1:N  | values are nested too deeply",
  ]);
});
