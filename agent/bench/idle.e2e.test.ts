/** `kerbside bench idle` as it is typed, in a plain clone: real agents, a second of waiting. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { runTool } from "../../test-fixtures/run-tool.ts";
import type { IdleBenchResult } from "./idle.ts";

const cli = join(import.meta.dirname, "../cli/main.ts");

test("starts are timed, and what waits costs little", async () => {
  const output = await runTool(process.execPath, [
    cli,
    "bench",
    "idle",
    "--seconds",
    "2",
    "--json",
  ]);
  const result = JSON.parse(
    output.toString().trimEnd().split("\n").at(-1) ?? "",
  ) as IdleBenchResult;
  expect(result.seconds).toBe(2);
  expect(result.startMs).toBeGreaterThan(0);
  expect(result.readyMs).toBeGreaterThanOrEqual(result.startMs);
  expect(result.stopMs).toBeLessThan(3_000);
  expect(result.processes.map(({ name }) => name)).toEqual(["agent", "decoder"]);
  for (const { megabytes } of result.processes) expect(megabytes).toBeGreaterThan(10);
  expect(result.megabytes).toBeLessThan(600);
  expect(result.cpuPercent).toBeLessThan(25);
});

test("a time that is none is refused", async () => {
  const refused = runTool(process.execPath, [cli, "bench", "idle", "--seconds", "soon"]);
  await expect(refused).rejects.toThrow(/ended with 2: .*--seconds must be a whole number/);
});
