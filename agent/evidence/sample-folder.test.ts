import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Sample } from "./sample.ts";
import { readSamples, thinSamples, writeSample } from "./sample-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-samples-"));
});
afterEach(() => rm(folder, { recursive: true }));

const limits = { countMax: 3, bytesMax: 1_000_000, ageMsMax: 86_400_000 };
const box = { xMin: 0.1, yMin: 0.2, xMax: 0.3, yMax: 0.4 };

function sample(violation: string): Sample {
  return {
    schema: 1,
    violation,
    stage: "reported",
    kind: "illegal-parking",
    subKind: "motor-vehicle",
    camera: "east",
    view: "kerb",
    zone: "bus-stop",
    capturedAt: "2026-03-01T08:00:00.000Z",
    model: "tiny@0123456789ab",
    crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
    own: 0,
    found: [{ label: "car", score: 0.9, box }],
    masked: { heads: 0, plates: 1, polygons: 0 },
  };
}

const write = (violation: string, bytes = 10, changes: Partial<typeof limits> = {}) =>
  writeSample(folder, sample(violation), new Uint8Array(bytes), {
    limits: { ...limits, ...changes },
    nowMs: Date.now(),
  });

/** As if it had been written so many seconds ago. */
async function age(violation: string, seconds: number): Promise<void> {
  const at = Date.now() / 1_000 - seconds;
  for (const ending of ["jpg", "json"]) {
    await utimes(join(folder, `${violation}.${ending}`), at, at);
  }
}

async function kept(): Promise<string[]> {
  const names: string[] = [];
  for await (const { sample } of readSamples(folder)) names.push(sample.violation);
  return names;
}

test("what was written is read, and a later picture of the violation takes its place", async () => {
  await write("a", 10);
  await write("a", 20);
  for await (const { sample: read, picturePath } of readSamples(folder)) {
    expect(read).toEqual(sample("a"));
    expect(await readFile(picturePath)).toHaveLength(20);
  }
  expect(await readdir(folder)).toHaveLength(2);
});

test("at the limit of number the oldest goes", async () => {
  for (const [index, name] of ["a", "b", "c"].entries()) {
    await write(name);
    await age(name, 100 - index);
  }
  await write("d");
  expect(await kept()).toEqual(["b", "c", "d"]);
});

test("at the limit of bytes the oldest goes, however small it is", async () => {
  await write("small", 10);
  await age("small", 100);
  await write("large", 5_000);
  await age("large", 50);
  await write("new", 5_000, { bytesMax: 8_000 });
  expect(await kept()).toEqual(["new"]);
});

test("what is too old goes", async () => {
  await write("a");
  await age("a", 100_000);
  await write("b");
  expect(await kept()).toEqual(["b"]);
});

test("on a disk that is nearly full the older half goes, down to the last", async () => {
  for (const [index, name] of ["a", "b", "c"].entries()) {
    await write(name);
    await age(name, 100 - index);
  }
  await thinSamples(folder);
  expect(await kept()).toEqual(["c"]);
  await thinSamples(folder);
  await thinSamples(folder);
  expect(await readdir(folder)).toEqual([]);
});

test("a picture whose description was never written goes, and so does half a file", async () => {
  await writeFile(join(folder, "cut-off.jpg"), "picture");
  await writeFile(join(folder, "other.part"), "half");
  await write("a");
  expect((await readdir(folder)).toSorted()).toEqual(["a.jpg", "a.json"]);
});

test("a description that says nonsense is left out", async () => {
  await write("a");
  await writeFile(join(folder, "b.json"), '{"schema":1,"violation":"../../etc/passwd"}');
  await writeFile(join(folder, "c.json"), "{");
  expect(await kept()).toEqual(["a"]);
});

test("an id never leaves the folder", async () => {
  await write("../../x/../y");
  expect(await readdir(folder)).toEqual(["______x____y.jpg", "______x____y.json"]);
});

test("a folder that is not there holds nothing", async () => {
  folder = join(folder, "none");
  expect(await kept()).toEqual([]);
  folder = join(folder, "..");
});
