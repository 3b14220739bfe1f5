/**
 * `kerbside bench cameras` as it is typed: two real cameras, the real agent, a real broker; one turn.
 * Proves that the figures hang together, not that they are good.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { processTree } from "../../../test-fixtures/process-tree.ts";
import { runTool } from "../../../test-fixtures/run-tool.ts";
import type { CamerasBenchResult } from "./cameras.ts";

const cli = join(import.meta.dirname, "../../cli/main.ts");
const bench = (...args: readonly string[]) =>
  runTool(process.execPath, [cli, "bench", "cameras", ...args], { timeoutMs: 240_000 });

// The clip is drawn and encoded at the first time.
test("the figures of a turn hang together", { timeout: 260_000 }, async () => {
  const output = await bench("--cameras", "2", "--turns", "1", "--seconds", "6", "--json");
  const line = output.toString().trimEnd().split("\n").at(-1) ?? "";
  const result = JSON.parse(line) as CamerasBenchResult;
  const { metByKind, floor, keyframe, spread } = result;
  expect(result.cameras).toBe(2);
  expect(Object.keys(metByKind).toSorted()).toEqual([
    "illegal-parking",
    "overflowing-bin",
    "street-vending",
    "unlicensed-signage",
  ]);
  for (const met of Object.values(metByKind)) expect(met).toBe(result.met);
  expect(result.met + result.missed).toBeGreaterThan(0);
  expect(floor.receiveCores).toBeGreaterThan(0);
  expect(floor.decodeCpuMs).toBeGreaterThan(0);
  expect(floor.runCpuMs).toBeGreaterThan(0);
  expect(result.floorCores).toBeGreaterThan(0);
  expect(result.cores).toBeGreaterThan(0);
  expect(result.overheadRatio).toBeCloseTo(result.cores / result.floorCores, 1);
  expect(result.coresPerCamera).toBeCloseTo(result.cores / 2, 3);
  expect(result.coresByPart["decoder"]).toBeGreaterThan(0);
  expect(result.cameraServerCores).toBeGreaterThan(0);
  expect(result.baseMegabytes).toBeGreaterThan(50);
  expect(result.megabytes).toBeGreaterThan(result.baseMegabytes);
  expect(keyframe.bytesMin).toBeGreaterThan(80_000);
  expect(keyframe.bytesMax).toBeLessThan(300_000);
  expect(Object.keys(result.drops)).toContain("late");
  expect(spread["cores"]?.min).toBe(result.cores);
  const left = processTree(process.pid).filter(({ commandLine }) =>
    commandLine.includes("kerbside"),
  );
  expect(left).toEqual([]);
});

const refused = [
  [["--cameras", "none"], /--cameras must be a whole number from 1 to 256/],
  [["--every", "often"], /--every must be a time from 1s to 60s/],
  [["--codec", "mjpeg"], /--codec must be one of h264, h265, h265-10bit/],
  [["--find", "--peer"], /--find searches by itself/],
  [["--plot", "cost.png"], /name several numbers/],
] as const;
test.each(refused)("%s is refused", async (args, why) => {
  await expect(bench(...args)).rejects.toThrow(why);
});
