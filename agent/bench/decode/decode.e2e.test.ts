/**
 * `kerbside bench decode` as it is typed, on the smallest kind of camera: every figure is there, and
 * what cannot be measured is refused.
 */
import { expect, test } from "vitest";
import { benchDecodeCommand } from "../../cli/bench-decode.ts";
import { testIo } from "../../cli/testing.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import { cameraKinds, picturesOf } from "./camera-kinds.ts";
import type { DecodeBenchResult } from "./decode.ts";

async function bench(...args: readonly string[]): Promise<string> {
  const io = testIo();
  await benchDecodeCommand.run(args, io);
  return io.out();
}

// The scene behind the clips is drawn once.
const timeout = 300_000;

test("bare libav and the host are compared", { timeout }, async () => {
  const quick = ["--kinds", "h264-sub", "--turns", "2", "--seconds", "0.05", "--json"];
  const { kinds } = JSON.parse(await bench(...quick)) as DecodeBenchResult;
  expect(kinds).toHaveLength(1);
  const [cost] = kinds;
  expect(cost).toMatchObject({ kind: "h264-sub", width: 704, height: 576, picturesPerLook: 1 });
  expect(cost?.keyframeKilobytes).toBeGreaterThan(20);
  expect(cost?.decodeMs).toBeGreaterThan(0);
  expect(cost?.scaleMs).toBeGreaterThan(0);
  expect(cost?.bareMs).toBeGreaterThan(0);
  expect(cost?.overheadRatio).toBeGreaterThan(0.5);
});

test("looks between rare keyframes decode the way to their picture", { timeout }, async () => {
  const kind = { name: "rare", choice: { size: "sub", gopSeconds: 10 } } as const;
  const { looks } = await picturesOf(kind, 2_000);
  expect(looks.map(({ units }) => units.length)).toEqual([1, 51, 101, 151, 201]);
  const often = await picturesOf({ name: "often", choice: { size: "sub" } }, 2_000);
  expect(often.looks.map(({ units }) => units.length)).toEqual([1, 1, 1, 1]);
});

test.for([
  ["--kinds", "h263"],
  ["--every", "1"],
  ["--input", "12"],
  ["--turns", "0"],
])("%s %s is refused", async (args) => {
  await expect(bench(...args)).rejects.toThrow(AgentError);
});

test("every kind has its own name", () => {
  const names = cameraKinds.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
