/** `kerbside models tune` with real sessions: what it finds is what the agent then loads. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  writeTinyDetector,
  writeTinyDetectorWithVariant,
} from "../../test-fixtures/tiny-detector.ts";
import { loadTunedModel } from "../inference/tuned-model.ts";
import { silentLog } from "../runtime/log.ts";
import { modelsTuneCommand } from "./models-tune.ts";
import { testIo } from "./testing.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "kerbside-cli-tune-"));
});
afterEach(() => rm(cwd, { recursive: true }));

async function tune(...args: readonly string[]) {
  const io = testIo({ cwd, env: { KERBSIDE_MODELS: join(cwd, "models") } });
  const code = await modelsTuneCommand.run(["--turns", "3", "--seconds", "0.05", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

test("what is chosen is measured, kept, and loaded by the agent", async () => {
  await writeTinyDetectorWithVariant(join(cwd, "models"));
  const { code, out } = await tune("--json");
  expect(code).toBe(0);
  const { models } = JSON.parse(out);
  expect(models).toMatchObject([
    {
      model: "tiny",
      measured: [
        { name: "tiny", ratio: 1, fault: null },
        { name: "tiny:int8", fault: null },
      ],
    },
  ]);
  const [{ choice, measured }] = models;
  for (const { cpuMsPerImage } of measured) expect(cpuMsPerImage).toBeGreaterThan(0);
  const [{ settings, tried }] = models;
  expect(tried.map((one: { settings: object }) => one.settings)).toContainEqual(settings);
  for (const { imagesPerSecond } of tried) expect(imagesPerSecond).toBeGreaterThan(0);
  const folders = { modelsFolder: join(cwd, "models"), dataFolder: join(cwd, "data") };
  const model = await loadTunedModel("tiny", folders, silentLog);
  expect(model.modelTag.split("@")[0]).toBe(choice);
  expect(model.settings).toEqual(settings);
});

test("a variant that says something else on this processor is not chosen", async () => {
  const golden = { output: "output", first: [123] };
  await writeTinyDetectorWithVariant(join(cwd, "models"), { golden });
  const { out } = await tune("tiny");
  expect(out).toMatch(/: tiny, \d+ sessions?/);
  expect(out).toMatch(/tiny:int8 .*; not chosen: output\[0\] is 0.5, expected 123/);
});

test("a variant that loses a label is not chosen, however cheap", async () => {
  await writeTinyDetectorWithVariant(join(cwd, "models"), { loses: { bin: 0.03 } });
  const { out } = await tune("tiny");
  expect(out).toMatch(/: tiny, \d+ sessions?/);
  expect(out).toMatch(/tiny:int8 .*; not chosen: it loses 0.03 of AP50 in bin/);
});

test("a model without variants is tuned in its settings alone", async () => {
  await writeTinyDetector(join(cwd, "models"), { withWeights: true });
  const { out } = await tune("tiny");
  const lines = out.trim().split("\n");
  expect(lines[0]).toMatch(/: tiny, \d+ sessions?/);
  expect(lines.slice(1).length).toBeGreaterThan(2);
  for (const line of lines.slice(1))
    expect(line).toMatch(/batches of \d+: [\d.]+ pictures a second/);
});

test("a provider that is not there is refused with what there is", async () => {
  await writeTinyDetector(join(cwd, "models"), { withWeights: true });
  await expect(tune("tiny", "--provider", "abacus")).rejects.toThrow(
    /no execution provider abacus; it offers cpu, .*webgpu/,
  );
});

test("a provider without its libraries says so, and nothing is kept", async () => {
  await writeTinyDetector(join(cwd, "models"), { withWeights: true });
  await expect(tune("tiny", "--provider", "cuda")).rejects.toMatchObject({
    code: "PROVIDER_MISSING",
    message: expect.stringMatching(/cuda does not start on this box: .*/),
  });
  await expect(readdir(join(cwd, "data/models/tiny"))).resolves.not.toContain("tuning.json");
});

test("wrong use is refused", async () => {
  await expect(tune("one", "two")).rejects.toThrow(/takes one NAME/);
  await expect(tune("--seconds", "0")).rejects.toThrow(/--seconds must be a number/);
});
