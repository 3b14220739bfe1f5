/**
 * What the agent loads after tuning, and without it: never anything but weights that the manifest
 * names, and never nothing.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  writeTinyDetector,
  writeTinyDetectorWithVariant,
} from "../../test-fixtures/tiny-detector.ts";
import type { Log } from "../runtime/log.ts";
import { silentLog } from "../runtime/log.ts";
import { loadModel } from "./model-store.ts";
import { choiceOf } from "./tune-model.ts";
import { loadTunedModel } from "./tuned-model.ts";
import { findTuning, keepTuning, type Tuning, tuningKey } from "./tuning-store.ts";

let root: string;
let folders: { modelsFolder: string; dataFolder: string };
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kerbside-tuning-"));
  folders = { modelsFolder: join(root, "models"), dataFolder: join(root, "data") };
});
afterEach(() => rm(root, { recursive: true }));

/** Trials have their own tests. */
const untried = async () => {};

const tuningFile = () => join(folders.dataFolder, "models/tiny/tuning.json");

const settings = { sessions: 3, threads: 1, batch: 2, provider: "cpu" };

function tuningOf(key: Tuning["key"], choice: string, more: Partial<Tuning> = {}): Tuning {
  const measuredAt = "2026-01-02T03:04:05.000Z";
  return { key, measuredAt, choice, measured: [], settings, tried: [], ...more };
}

function listeningLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const say = (level: string) => (_: object, message: string) => {
    lines.push(`${level}: ${message}`);
  };
  return { ...silentLog, info: say("info"), warn: say("warn"), lines };
}

describe("a model with a variant", () => {
  test("runs as trained where nobody tuned, and the log says what to do", async () => {
    await writeTinyDetectorWithVariant(folders.modelsFolder);
    const log = listeningLog();
    const model = await loadTunedModel("tiny", folders, log, untried);
    expect(model.modelTag).toMatch(/^tiny@/);
    expect(model.settings).toBeUndefined();
    expect(log.lines).toEqual([expect.stringMatching(/^info: .*kerbside models tune tiny/)]);
  });

  test("runs as the variant that was chosen, and its tag says so", async () => {
    const manifest = await writeTinyDetectorWithVariant(folders.modelsFolder);
    await keepTuning(manifest, folders, tuningOf(tuningKey(manifest), "tiny:int8"));
    const model = await loadTunedModel("tiny", folders, silentLog, untried);
    const sha256 = manifest.variants?.[0]?.file.sha256 ?? "";
    expect(model.modelTag).toBe(`tiny:int8@${sha256.slice(0, 12)}`);
    expect(model.settings).toEqual(settings);
  });

  test("runs as trained when the chosen variant is gone", async () => {
    const manifest = await writeTinyDetectorWithVariant(folders.modelsFolder);
    await keepTuning(manifest, folders, tuningOf(tuningKey(manifest), "tiny:int8"));
    await rm(join(folders.modelsFolder, "tiny/tiny-int8.onnx"));
    const log = listeningLog();
    expect((await loadTunedModel("tiny", folders, log, untried)).modelTag).toMatch(/^tiny@/);
    expect(log.lines).toEqual([expect.stringMatching(/^warn: .*runs as trained/)]);
  });

  test("has prepared graphs that lie side by side", async () => {
    await writeTinyDetectorWithVariant(folders.modelsFolder);
    const first = await loadModel("tiny", folders);
    const int8 = await loadModel("tiny:int8", folders);
    expect(Buffer.from(int8.graph)).not.toEqual(Buffer.from(first.graph));
    expect(Buffer.from((await loadModel("tiny", folders)).graph)).toEqual(Buffer.from(first.graph));
  });
});

describe("a model without variants", () => {
  test("is loaded as it is where nobody tuned, without a word", async () => {
    await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    const log = listeningLog();
    const model = await loadTunedModel("tiny", folders, log, untried);
    expect([model.settings, log.lines]).toEqual([undefined, []]);
  });

  test("runs in the settings that were found", async () => {
    const manifest = await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    await keepTuning(manifest, folders, tuningOf(tuningKey(manifest), "tiny"));
    const log = listeningLog();
    expect((await loadTunedModel("tiny", folders, log, untried)).settings).toEqual(settings);
    expect(log.lines).toEqual([expect.stringMatching(/^info: .*as tuning found/)]);
  });

  test.each(["cuda", "gone"])("runs on the processor where %s does not start", async (provider) => {
    const manifest = await writeTinyDetector(folders.modelsFolder, { withWeights: true });
    const found = tuningOf(tuningKey(manifest), "tiny", { settings: { ...settings, provider } });
    await keepTuning(manifest, folders, found);
    const log = listeningLog();
    expect((await loadTunedModel("tiny", folders, log, untried)).settings).toBeUndefined();
    expect(log.lines).toEqual([expect.stringMatching(/^warn: .*runs as trained/)]);
  });
});

describe("a finding", () => {
  const changes: readonly { name: string; change: (key: Tuning["key"]) => Tuning["key"] }[] = [
    { name: "other weights", change: (key) => ({ ...key, weights: ["0"] }) },
    { name: "another processor", change: (key) => ({ ...key, processor: "another" }) },
    { name: "another number of cores", change: (key) => ({ ...key, cores: key.cores + 1 }) },
    { name: "another runtime", change: (key) => ({ ...key, runtime: "0.0.1" }) },
  ];
  test.each(changes)("for $name says nothing here", async ({ change }) => {
    const manifest = await writeTinyDetectorWithVariant(folders.modelsFolder);
    const key = change(tuningKey(manifest));
    await keepTuning(manifest, folders, tuningOf(key, "tiny:int8"));
    expect(await findTuning(manifest, folders)).toBe("void");
    const log = listeningLog();
    expect((await loadTunedModel("tiny", folders, log, untried)).settings).toBeUndefined();
    expect(log.lines).toEqual([expect.stringMatching(/^info: .*for another processor/)]);
  });

  test("is replaced by a newer one, and those for other boxes stay", async () => {
    const manifest = await writeTinyDetectorWithVariant(folders.modelsFolder);
    const key = tuningKey(manifest);
    await keepTuning(manifest, folders, tuningOf({ ...key, processor: "another" }, "tiny"));
    await keepTuning(manifest, folders, tuningOf(key, "tiny:int8"));
    await keepTuning(manifest, folders, tuningOf(key, "tiny"));
    expect(await findTuning(manifest, folders)).toMatchObject({ choice: "tiny" });
    const { tunings } = JSON.parse(await readFile(tuningFile(), "utf8"));
    expect(tunings).toHaveLength(2);
  });

  test("in a damaged file is as good as none", async () => {
    const manifest = await writeTinyDetectorWithVariant(folders.modelsFolder);
    await keepTuning(manifest, folders, tuningOf(tuningKey(manifest), "tiny"));
    await writeFile(tuningFile(), '{"schema":1,"tunin');
    expect(await findTuning(manifest, folders)).toBeUndefined();
  });
});

const own = { name: "tiny", cpuMsPerImage: 10, ratio: 1, fault: null };
const rows = [
  { name: "a cheaper variant", variants: [{ ratio: 0.7, fault: null }], want: "v0" },
  { name: "a dearer one is left", variants: [{ ratio: 1.2, fault: null }], want: "tiny" },
  {
    name: "hardly cheaper is not worth it",
    variants: [{ ratio: 0.98, fault: null }],
    want: "tiny",
  },
  { name: "a wrong one is left", variants: [{ ratio: 0.5, fault: "sum is 1" }], want: "tiny" },
  {
    name: "the cheapest of several that are right",
    variants: [
      { ratio: 0.9, fault: null },
      { ratio: 0.6, fault: null },
      { ratio: 0.5, fault: "sum is 1" },
    ],
    want: "v1",
  },
];
test.each(rows)("chosen: $name", ({ variants, want }) => {
  const others = variants.map((one, index) => ({ name: `v${index}`, cpuMsPerImage: 5, ...one }));
  expect(choiceOf([own, ...others])).toBe(want);
});
