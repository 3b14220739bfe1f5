/**
 * `kerbside bench inference` as it is typed, on a detector of some hundred bytes: every figure is
 * there, for a model by its name and by its file, and what cannot be compared is refused.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyDetector } from "../../test-fixtures/tiny-detector.ts";
import { benchInferenceCommand } from "../cli/bench-inference.ts";
import { testIo } from "../cli/testing.ts";
import type { InferenceBenchResult } from "./inference.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kerbside-bench-"));
  await writeTinyDetector(join(root, "models"), { withWeights: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function bench(...args: readonly string[]) {
  const io = testIo({ cwd: root, env: { KERBSIDE_MODELS: join(root, "models") } });
  const quick = ["--model", "tiny", "--turns", "2", "--seconds", "0.1"];
  await benchInferenceCommand.run([...quick, ...args], io);
  return io.out();
}

test("the loop is compared with bare sessions, and a model with itself by its file", async () => {
  const text = await bench("--against", "models/tiny/tiny.onnx", "--workers", "2", "--json");
  const result = JSON.parse(text) as InferenceBenchResult;
  const settings = { sessions: 2, threads: 1, batch: 1, provider: "cpu" };
  expect(result).toMatchObject({ settings, turns: 2, seconds: 0.1 });
  expect(result.model).toMatch(/^tiny@/);
  expect(result.cost?.against).toBe(result.model);
  expect(result.limit.sessions * result.limit.threads).toBe(2);
  for (const figure of [
    result.imagesPerSecond,
    result.limitImagesPerSecond,
    result.ratio,
    result.cpuMsPerImage,
    result.limitCpuMsPerImage,
    result.cpuRatio,
    result.heapBytesPerImage,
  ]) {
    expect(figure).toBeGreaterThan(0);
  }
  // A detector that does nothing: what the loop costs is all there is.
  expect(result.ratio).toBeLessThan(1);
  expect(result.costRatio).toBeGreaterThan(0.2);
  expect(result.costRatio).toBeLessThan(5);
  const { min, max, median } = result.spread["ratio"] ?? { min: 1, max: 0, median: 0 };
  expect(min).toBeLessThanOrEqual(median);
  expect(max).toBeGreaterThanOrEqual(median);
});

test("the table names what was measured", async () => {
  const lines = (await bench()).split("\n");
  expect(lines[0]).toMatch(/^tiny@[0-9a-f]{12} on \d+ cores of .*onnxruntime 1\./);
  expect(lines.at(-2)).toMatch(/^The loop: \d+ × 1 threads, batches of 1\. The limit: bare/);
  expect(lines.join("\n")).toMatch(/^loop +[\d.]+ images\/s +[\d.]+ to [\d.]+ {2}\(/m);
});

const refusals = [
  { args: ["--against", "models/tiny/manifest.onnx"], message: /cannot read/ },
  { args: ["--against", "other.onnx"], message: /cannot read/ },
  { args: ["--model", "huge"], message: /there is no model huge/ },
  { args: ["--model", "tiny:int8"], message: /tiny has no variant int8/ },
  { args: ["--turns", "0"], message: /--turns must be a whole number from 1 to 100/ },
  { args: ["--seconds", "soon"], message: /--seconds must be a number from 0.05 to 60/ },
];
test.each(refusals)("refused: $args", async ({ args, message }) => {
  await expect(bench(...args)).rejects.toThrow(message);
});
