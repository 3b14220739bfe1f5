/** Files that are no configuration at all, by mistake or on purpose: always a finding, never a stack. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "./load.ts";
import { changed, findingLines, loadWritten, rightFile, secrets } from "./testing/written.ts";

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

test("on disk: a pipe that nobody writes to is a finding, not a wait", () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect(fromDisk("pipe")).toEqual(["pipe:1:1  | the configuration is not a regular file"]);
  writeFileSync(join(folder, "device.yaml"), `version: 1\ndevice: { id: \${file:/dev/zero} }\n`);
  expect(fromDisk("device.yaml")).toContain(
    "device.yaml:2:15 device.id | the file /dev/zero is not a regular file",
  );
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

const line = (text: string, count: number) => Array.from({ length: count }, () => text).join("");
const floods: readonly { name: string; text: string; want: RegExp; lines?: number }[] = [
  {
    name: "brackets",
    text: line("[", 1_000_000),
    want: /^1:65 {2}\| values are nested too deeply$/,
  },
  { name: "braces", text: line("{", 1_000_000), want: /^1:65 {2}\| values are nested too deeply$/ },
  { name: "dashes", text: line("- ", 500_000), want: /^1:129 {2}\| values are nested too deeply$/ },
  { name: "keys in keys", text: line("? ", 500_000), want: /nested too deeply$/ },
  {
    name: "type tags",
    text: line("!a ", 300_000),
    want: /too many anchors or type tags in a row$/,
  },
  { name: "anchors", text: line("&a ", 300_000), want: /too many anchors or type tags in a row$/ },
  {
    name: "signs",
    text: line("a:\n", 340_000),
    want: /^100000:3 .*more than 400000 words and signs/,
  },
  {
    name: "one key again and again",
    text: line("a:\n", 50_000),
    want: /^2:1 a \| the key "a" was already given on line 1$/,
    lines: 200,
  },
  {
    name: "keys that nobody knows",
    text: `version: 1\n${Array.from({ length: 20_000 }, (_, at) => `k${at}: 1\n`).join("")}`,
    want: /^1:1 (?:device|cameras) \| /,
    lines: 201,
  },
];
test.each(floods)("$name without end are stopped early", ({ text, want, lines = 1 }) => {
  const found = findingLines(loadWritten(text));
  expect(found).toHaveLength(lines);
  expect(found[0]).toMatch(want);
});

test("a word of a megabyte is not repeated to the person who wrote it", () => {
  const found = findingLines(loadWritten(`version: 1\n${"k".repeat(900_000)}: 1\n`));
  expect(Math.max(...found.map(({ length }) => length))).toBeLessThan(2_500);
});

test("a password that is put in until memory ends is stopped", () => {
  const text = changed("hub.example.city", `\${file:large}`.repeat(1_000));
  const files = { "/c/large": "x".repeat(65_000) };
  expect(findingLines(loadWritten(text, files)).join("\n")).toContain(
    "more than 10000 variables and files, or 1048576 characters of them, are put in",
  );
});

test("addresses without a login cost no more than they are long", () => {
  const text = changed("id: east", `"${"://".repeat(300_000)}": east`);
  expect(findingLines(loadWritten(text)).length).toBeGreaterThan(0);
});
