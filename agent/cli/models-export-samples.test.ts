/**
 * Goal: a verdict becomes what it says about a picture, and nothing more.
 * Method: pictures kept beside a real store with verdicts; the set that comes out is read as a
 * measurement and a training read it.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { violationId } from "../../pipelines/domain/ids.ts";
import type { Label } from "../../pipelines/domain/label.ts";
import { readLabels } from "../bench/pictures/picture-set.ts";
import type { Sample } from "../evidence/sample.ts";
import { samplesFolderOf, writeSample } from "../evidence/sample-folder.ts";
import { AgentError } from "../runtime/agent-error.ts";
import { openStore, type SqliteStore } from "../store/sqlite-store.ts";
import type { VerdictRow } from "../store/store.ts";
import { modelsExportSamplesCommand } from "./models-export-samples.ts";
import { testIo } from "./testing.ts";

const nowMs = Date.now();
const dayMs = 86_400_000;
const box = { xMin: 0.4, yMin: 0.4, xMax: 0.6, yMax: 0.6 };
const next = { xMin: 0.62, yMin: 0.4, xMax: 0.8, yMax: 0.6 };

let cwd: string;
let data: string;
let store: SqliteStore;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kerbside-cli-samples-"));
  data = join(cwd, "data");
  store = await openStore({ folder: data });
});
afterEach(async () => {
  await store.close();
  await rm(cwd, { recursive: true });
});

async function keep(violation: string, label: Label): Promise<void> {
  const sample: Sample = {
    schema: 1,
    violation,
    stage: "reported",
    kind: "overflowing-bin",
    subKind: "overflowing-bin",
    camera: "east",
    view: "all",
    zone: "corner",
    capturedAt: "2026-03-01T08:00:00.000Z",
    model: "tiny@0123456789ab",
    crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
    own: 1,
    found: [
      { label, score: 0.9, box: next },
      { label, score: 0.8, box },
      { label: "person", score: 0.7, box: { ...box, xMin: 0.1, xMax: 0.2 } },
    ],
    masked: { heads: 1, plates: 0, polygons: 0 },
  };
  await writeSample(samplesFolderOf(data), sample, Buffer.from(`picture of ${violation}`), {
    limits: { countMax: 100, bytesMax: 1e9, ageMsMax: dayMs },
    nowMs,
  });
}

async function judge(violation: string, word: VerdictRow["word"], atMs = nowMs): Promise<void> {
  const verdict: VerdictRow = {
    verdictId: `${violation}-${word}-${atMs}`,
    violationId: violationId(violation),
    word,
    ...(word === "dismissed" ? { reason: "nothing there" } : {}),
    ...(word === "permitted" ? { until: "2026-12-31" } : {}),
    receivedAtMs: atMs,
  };
  await store.commit({ cameraStates: [], revisions: [], verdicts: [verdict], nowMs: atMs });
}

async function run(args = "--out set --json") {
  const io = testIo({ cwd });
  const end = await modelsExportSamplesCommand.run(args.split(" "), io).catch((error: unknown) => {
    if (error instanceof AgentError) return error.code;
    throw error;
  });
  return { end, out: io.out() };
}

const boxesIn = async (part: string, name: string) =>
  await readLabels(join(cwd, "set", part), name);
const about = async () => JSON.parse(await readFile(join(cwd, "set/about.json"), "utf8"));

test("confirmed: the box is a label, and of the rest of the picture nothing is said", async () => {
  await keep("a", "overflowing-bin");
  await judge("a", "confirmed");
  expect(JSON.parse((await run()).out)).toMatchObject({ positive: 1, negative: 0, doubtful: 0 });

  const [own, ...more] = (await boxesIn("labels", "a")) ?? [];
  expect(more).toEqual([]);
  expect(own?.classNumber).toBe(7);
  expect(own?.box.xMin).toBeCloseTo(0.4);
  // Left, right, above, below, and the one beside it.
  const ignored = (await boxesIn("ignored", "a")) ?? [];
  expect(ignored.map(({ classNumber }) => classNumber)).toEqual([7, 7, 7, 7, 7]);
  expect(ignored[0]?.box.xMax).toBeCloseTo(0.35);
  expect(ignored[3]?.box.yMin).toBeCloseTo(0.65);
  expect(ignored[4]?.box.xMin).toBeCloseTo(0.62);
  expect((await boxesIn("found", "a"))?.map(({ classNumber }) => classNumber)).toEqual([7, 4]);
  expect((await about()).pictures.a).toMatchObject({
    judged: ["overflowing-bin"],
    verdict: "confirmed",
    violation: "a",
  });
  expect(await readFile(join(cwd, "set/images/a.jpg"), "utf8")).toBe("picture of a");
  expect(await readFile(join(cwd, "set/classes.txt"), "utf8")).toMatch(/^car\nbus\n/);
});

const dismissals = [
  { label: "garbage", args: "", use: "negative" },
  { label: "car", args: "", use: "doubtful" },
  { label: "car", args: " --negatives car,bus", use: "negative" },
  { label: "garbage", args: " --negatives car", use: "doubtful" },
] as const;
test.each(dismissals)("dismissed $label$args: $use", async ({ label, args, use }) => {
  await keep("a", label);
  await judge("a", "dismissed");
  expect(JSON.parse((await run(`--out set --json${args}`)).out)[use]).toBe(1);
  expect(await boxesIn("labels", "a")).toEqual([]);
  const [first] = (await boxesIn("ignored", "a")) ?? [];
  expect(first?.box.xMax).toBeCloseTo(use === "doubtful" ? 1 : 0.35);
  expect((await about()).pictures.a.reason).toBe("nothing there");
});

test("what has a permit is there; what nobody judged is left out", async () => {
  await keep("a", "stall");
  await keep("b", "stall");
  await judge("a", "permitted");
  const { out } = await run("--out set");
  expect(out).toBe(
    [
      `1 new pictures in ${join(cwd, "set")}`,
      "confirmed:       1",
      "dismissed:       0 without a box, 0 doubtful (label them by hand)",
      "without verdict: 1, left out",
      "",
    ].join("\n"),
  );
});

test("a person's last word counts", async () => {
  await keep("a", "garbage");
  await judge("a", "confirmed", nowMs - 2_000);
  await judge("a", "dismissed", nowMs - 1_000);
  expect(JSON.parse((await run()).out)).toMatchObject({ positive: 0, negative: 1 });
});

test("only words of the time that was asked for", async () => {
  await keep("a", "garbage");
  await judge("a", "confirmed", nowMs - 3 * dayMs);
  expect(JSON.parse((await run("--out set --json --since 1d")).out).withoutVerdict).toBe(1);
});

test("pictures that are there stay as somebody has corrected them", async () => {
  await keep("a", "garbage");
  await judge("a", "confirmed");
  await run();
  await writeFile(join(cwd, "set/labels/a.txt"), "8 0.5 0.5 0.1 0.1\n");
  await keep("b", "garbage");
  await judge("b", "confirmed");
  expect(JSON.parse((await run()).out)).toMatchObject({ positive: 1, kept: 1 });
  expect(await readFile(join(cwd, "set/labels/a.txt"), "utf8")).toBe("8 0.5 0.5 0.1 0.1\n");
  expect((await readdir(join(cwd, "set/images"))).toSorted()).toEqual(["a.jpg", "b.jpg"]);
});

test("a folder that is something else is not written into", async () => {
  await keep("a", "garbage");
  await judge("a", "confirmed");
  await writeFile(join(cwd, "about.json"), '{"models":[]}');
  expect((await run("--out .")).end).toBe("USAGE");
});

const wrongUses = ["--json", "--out set --since soon", "--out set --negatives dog"];
test.each(wrongUses)("%s is wrong use", async (args) => {
  expect((await run(args)).end).toBe("USAGE");
});
