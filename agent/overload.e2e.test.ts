/**
 * Goal: when the views ask for far more than the box has, it stays up and serves every camera, all
 * stretched alike; log, metrics and health say so once and plainly; when the load goes, so does it.
 * Method: the agent as a process with the detector that ships and one session, cameras with small
 * pictures that ask for 240 looks a second, several times what one session makes on a fast machine,
 * then a reload that leaves two of them.
 * What is compared are counts, never times.
 */
import { afterEach, expect, test } from "vitest";
import type { AgentProcess } from "../test-fixtures/agent-process.ts";
import { startCameraServer } from "../test-fixtures/camera-server/camera-server.ts";
import { cellClip } from "../test-fixtures/clips/cell-clip.ts";
import { loadClip } from "../test-fixtures/clips/load-clip.ts";
import { Junction, wholePicture } from "../test-fixtures/junction-file.ts";
import { proportionalBytes } from "../test-fixtures/process-tree.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

const camerasOfEach = 16;
const fast = Array.from({ length: camerasOfEach }, (_, index) => `fast-${index}`);
const slow = Array.from({ length: camerasOfEach }, (_, index) => `slow-${index}`);

test("at more than it can carry each camera gets its part, and the box says what to do", async () => {
  const clip = await loadClip(await cellClip({ seconds: 4, cars: [{ cell: 0, until: 2 }] }));
  const cameras = await startCameraServer({
    streams: [...fast, ...slow].map((id) => ({ path: `/${id}`, clip })),
  });
  undo.push(() => cameras.stop());
  const junction = await Junction.make("street-nano");
  undo.push(() => junction.remove());
  const write = (everyById: Readonly<Record<string, string>>) =>
    junction.write({
      sections: { inference: { workers: 1 } },
      cameras: Object.entries(everyById).map(([id, every]) => ({
        id,
        url: cameras.url(`/${id}`),
        every,
        zones: [{ id: "kerb", polygon: wholePicture, rules: [{ kind: "illegal-parking" }] }],
      })),
    });
  await write({ ...everyOf(fast, "100ms"), ...everyOf(slow, "200ms") });
  const agent = junction.start();
  await agent.running();
  // Metrics that somebody reads are measured at once; else it is told within half a minute.
  const isTold = () => agent.lines.some(({ message }) => message.startsWith("overload: "));
  await agent.until(async () => (await agent.health()) && isTold(), "overload in the log", 60_000);
  const bytes = memoryOf(agent);

  const before = await madeById(agent);
  await agent.until(
    async () => {
      const made = await madeById(agent);
      return slow.every((id) => since(before, made, id) >= 25);
    },
    "looks of every camera",
    60_000,
  );
  const after = await madeById(agent);
  const counts = (ids: readonly string[]) => ids.map((id) => since(before, after, id));
  // All are stretched by the same factor: who asks for twice as much gets twice as much.
  const mean = (values: readonly number[]) => values.reduce((sum, n) => sum + n, 0) / values.length;
  const slowMean = mean(counts(slow));
  for (const count of counts(slow)) expect(Math.abs(count / slowMean - 1)).toBeLessThan(0.25);
  for (const count of counts(fast)) {
    expect(Math.abs(count / (2 * slowMean) - 1)).toBeLessThan(0.35);
  }

  const health = await agent.health();
  const problem = health.problems.find(({ code }) => code === "overloaded");
  expect(problem?.detail).toMatch(
    /looks a second are asked for, .* are made: every view waits \d+\.\d times its period; use fewer cameras/,
  );
  expect(health.inference.stretch).toBeGreaterThan(1.5);
  expect(health.cameras.every(({ state }) => state === "live")).toBe(true);
  expect(await metric(agent, "kerbside_overloaded")).toBe(1);
  expect(await metric(agent, "kerbside_looks_stretch_ratio")).toBeGreaterThan(1.5);
  // Nothing piles up: a view has one look that waits, and slots bound what is in work.
  expect(await metric(agent, "kerbside_looks_waiting")).toBeLessThanOrEqual(2 * camerasOfEach);
  expect(await metric(agent, "kerbside_looks_in_work")).toBeLessThanOrEqual(2 * camerasOfEach);
  expect(await metric(agent, "kerbside_store_waiting_requests")).toBeLessThan(100);
  expect(memoryOf(agent)).toBeLessThan(1.25 * bytes);
  expect(agent.lines.filter(({ message }) => message.startsWith("overload: "))).toHaveLength(1);

  await write({ "fast-0": "1s", "slow-0": "1s" });
  agent.signal("SIGHUP");
  await agent.line(({ message }) => message === "the new configuration runs");
  await agent.until(async () => {
    const { problems, inference } = await agent.health();
    return !problems.some(({ code }) => code === "overloaded") && inference.stretch === 1;
  }, "the end of the overload");
  const calm = await madeById(agent);
  const missed = (await agent.health()).cameras.map(({ looksMissed }) => looksMissed);
  await agent.until(async () => {
    const made = await madeById(agent);
    return ["fast-0", "slow-0"].every((id) => since(calm, made, id) >= 3);
  }, "looks after it");
  expect((await agent.health()).cameras.map(({ looksMissed }) => looksMissed)).toEqual(missed);
  expect(await agent.stop()).toMatchObject({ code: 0 });
});

const everyOf = (ids: readonly string[], every: string) =>
  Object.fromEntries(ids.map((id) => [id, every]));

/** Looks of each camera, late ones too. */
async function madeById(agent: AgentProcess): Promise<ReadonlyMap<string, number>> {
  const { cameras } = await agent.health();
  return new Map(
    cameras.map(({ camera, looksMet, looksMissed }) => [camera, looksMet + looksMissed]),
  );
}

const since = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  id: string,
): number => (after.get(id) ?? 0) - (before.get(id) ?? 0);

async function metric(agent: AgentProcess, name: string): Promise<number> {
  const text = (await (await agent.ask("/metrics"))?.text()) ?? "";
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.split(" ")[1] ?? Number.NaN);
}

const memoryOf = (agent: AgentProcess): number =>
  agent.tree().reduce((sum, { pid }) => sum + proportionalBytes(pid), 0);
