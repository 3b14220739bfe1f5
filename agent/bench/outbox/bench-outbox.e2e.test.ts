/**
 * `kerbside bench outbox` as it is typed, with a real broker and a real disk: every figure is there,
 * with and without stored events, and nothing is left in the folder.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { benchOutboxCommand } from "../../cli/bench-outbox.ts";
import { testIo } from "../../cli/testing.ts";
import type { OutboxBenchResult } from "./bench-outbox.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kerbside-bench-outbox-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function bench(...args: readonly string[]) {
  const io = testIo({ cwd: root });
  const quick = ["--turns", "2", "--seconds", "0.05", "--waiting", "300", "--data", root];
  await benchOutboxCommand.run([...quick, ...args], io);
  return io;
}

test("store and drain are compared with their limits, empty and beside stored events", async () => {
  const io = await bench("--stored", "2000", "--json");
  const lines = io.out().trimEnd().split("\n");
  expect(lines.length).toBe(1);
  const result = JSON.parse(lines[0] ?? "") as OutboxBenchResult;
  expect(result).toMatchObject({ turns: 2, seconds: 0.05 });
  expect(result.waiting).toBe(300);
  expect(result.broker).toMatch(/^(mosquitto|aedes)$/);
  expect(result.window).toBeGreaterThan(0);
  expect(result.eventBytes).toBeGreaterThan(1_500);
  for (const figure of [
    result.transactionsPerSecond,
    result.limitTransactionsPerSecond,
    result.ratio,
    result.cpuMsPerTransaction,
    result.drainedPerSecond,
    result.limitDrainedPerSecond,
    result.drainRatio,
    result.cpuMsPerDrainedRow,
    result.insertsPerSecond,
    result.drainPerSecond,
  ]) {
    expect(figure).toBeGreaterThan(0);
  }
  for (const { min, median, max } of Object.values(result.spread)) {
    expect([min, median, max]).toEqual([min, median, max].toSorted((a, b) => a - b));
  }
  expect(result.stored?.events).toBe(2_000);
  expect(result.stored?.megabytes).toBeGreaterThan(3);
  expect(Object.values(result.stored?.ms ?? {}).every((ms) => ms > 0)).toBe(true);
  expect(result.storedRatio).toBe(result.stored?.ratio);
  expect(result.storedCpuRatio).toBe(result.stored?.cpuRatio);
  expect(io.err()).toContain("bench outbox: storing 2000 events");
  expect(await readdir(root)).toEqual([]);
});

test("the table names what was measured", async () => {
  const text = (await bench()).out();
  expect(text).toMatch(/(mosquitto|aedes): 2 turns of 0.05 s, events of \d+ bytes/);
  expect(text).toMatch(/^drain \/ limit +[\d.]+/m);
  expect(text).toMatch(/^With 300 events waiting: [\d.]+ inserted a second, [\d.]+ drained a sec/m);
  expect(text).not.toContain("stored events");
});

const refusals = [
  { args: ["--waiting", "-1"], message: /--waiting/ },
  { args: ["--stored", "many"], message: /--stored must be a whole number from 0 to 5000000/ },
  { args: ["--turns", "0"], message: /--turns must be a whole number from 1 to 100/ },
  { args: ["--seconds", "soon"], message: /--seconds must be a number from 0.02 to 10/ },
];
test.each(refusals)("refused: $args", async ({ args, message }) => {
  await expect(bench(...args)).rejects.toThrow(message);
});
