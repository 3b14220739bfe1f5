import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ReceivedFile } from "./received-file.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-received-"));
});
afterEach(() => rm(folder, { recursive: true }));

const text = () => readFile(join(folder, "events.jsonl"), "utf8");

test("lines stand behind those of the runs before", async () => {
  for (const lines of [['{"a":1}', '{"b":"牌坊街"}'], ['{"c":3}']]) {
    const file = await ReceivedFile.open(folder);
    for (const line of lines) file.append(line);
    await file.close();
  }
  expect(await text()).toBe('{"a":1}\n{"b":"牌坊街"}\n{"c":3}\n');
});

const torn = [
  { name: "half a line", before: '{"a":1}\n{"b":', after: '{"a":1}\n' },
  { name: "half of the first line", before: '{"a"', after: "" },
  { name: "a long half line", before: `{"a":1}\n${"x".repeat(200_000)}`, after: '{"a":1}\n' },
  { name: "a whole last line", before: '{"a":1}\n', after: '{"a":1}\n' },
  { name: "an empty file", before: "", after: "" },
];
for (const { name, before, after } of torn) {
  test(`after a crash: ${name}`, async () => {
    await writeFile(join(folder, "events.jsonl"), before);
    const file = await ReceivedFile.open(folder);
    file.append('{"new":1}');
    await file.close();
    expect(await text()).toBe(`${after}{"new":1}\n`);
  });
}

test("a folder that does not exist is made", async () => {
  const file = await ReceivedFile.open(join(folder, "a/b"));
  file.append("{}");
  await file.flush();
  expect(await readFile(file.path, "utf8")).toBe("{}\n");
  await file.close();
});
