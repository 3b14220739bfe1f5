/** The trace of openings: what is changed in it is found, and nothing is written behind a fault. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type AccessLevel,
  checkTrace,
  isEnough,
  noteOpening,
  type Opening,
} from "./access-trace.ts";

const opening: Opening = {
  who: "clerk 7",
  why: "objection 2026-118",
  at: "2026-07-01T08:05:00.000+08:00",
  level: "masked",
  file: "445102-box/072deb69b05defd6cad3/0002/reported.jpg",
  sha256: "a".repeat(64),
};

async function traceOf(count: number): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), "kerbside-trace-")), "openings.jsonl");
  for (let number = 1; number <= count; number++) {
    await noteOpening(path, { ...opening, why: `reason ${number}` });
  }
  return path;
}

test("an untouched trace counts its openings, and none is none", async () => {
  expect((await checkTrace(await traceOf(3))).count).toBe(3);
  expect(await checkTrace(await traceOf(0))).toEqual({ count: 0, sha256: null });
});

const changes: readonly { name: string; change: (lines: string[]) => string[]; line: number }[] = [
  { name: "a changed line", change: (l) => l.map((s) => s.replace("reason 1", "x")), line: 2 },
  { name: "a line taken out", change: (l) => l.toSpliced(1, 1), line: 2 },
  { name: "two lines swapped", change: ([a = "", b = "", c = ""]) => [b, a, c], line: 1 },
  { name: "a first line taken out", change: (l) => l.slice(1), line: 1 },
  { name: "a line of something else", change: (l) => [...l, "{}"], line: 4 },
];
for (const { name, change, line } of changes) {
  test(`${name} is found, and nothing is written behind it`, async () => {
    const path = await traceOf(3);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    writeFileSync(path, `${change(lines).join("\n")}\n`);
    const before = readFileSync(path, "utf8");
    await expect(checkTrace(path)).rejects.toThrow(`line ${line} `);
    await expect(noteOpening(path, opening)).rejects.toThrow(`line ${line} `);
    expect(readFileSync(path, "utf8")).toBe(before);
  });
}

test("a last line that was changed or cut off has another end than the one noted", async () => {
  const path = await traceOf(3);
  const noted = await checkTrace(path);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace("reason 3", "reason x"));
  expect(await checkTrace(path)).not.toEqual(noted);
  writeFileSync(path, text.slice(0, -5));
  await expect(checkTrace(path)).rejects.toThrow("is not whole");
});

test("nobody opens without a name and a reason", async () => {
  const path = await traceOf(1);
  await expect(noteOpening(path, { ...opening, who: " " })).rejects.toBeInstanceOf(Error);
  await expect(noteOpening(path, { ...opening, why: "" })).rejects.toBeInstanceOf(Error);
  expect((await checkTrace(path)).count).toBe(1);
});

test("a level includes those below it, and none above", () => {
  const rows: readonly [AccessLevel, AccessLevel, boolean][] = [
    ["masked", "masked", true],
    ["masked", "place", false],
    ["place", "original", false],
    ["original", "masked", true],
  ];
  for (const [has, needs, want] of rows) expect(isEnough(has, needs)).toBe(want);
});
