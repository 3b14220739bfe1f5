/**
 * Analyses that no view asked for: they take what time looks leave over, a look waits for one of
 * them at most, and where no thread ever rests they get a turn in four.
 */
import { expect, test } from "vitest";
import { job, loopOf, model } from "../../test-fixtures/fake-loop.ts";
import { tinyDetectorManifest } from "../../test-fixtures/tiny-detector.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import { fakeSessions } from "./fake-sessions.ts";
import { SessionPool } from "./sessions.ts";

const tiny = {
  modelTag: "tiny@0",
  manifest: tinyDetectorManifest(),
  graph: new Uint8Array(1),
  inputName: "pixels",
};

/** The first byte of an input says whose it is. */
const batchOf = (mark: number, modelTag = tiny.modelTag) => ({
  modelTag,
  inputs: [Uint8Array.of(mark)],
  placements: [],
});
const look = 1;
const extra = 2;

async function poolOf(workerCount: number) {
  const clock = new SimulatedClock();
  const { started, startSession } = fakeSessions({});
  const pool = new SessionPool({ workerCount, clock, startSession, runMsMax: 100_000 });
  await pool.load([tiny]);
  const marks = () => started.map(({ runs }) => runs.map(({ inputs }) => inputs[0]?.[0]));
  return { clock, pool, started, marks };
}

test("each resting thread takes one, and no thread has two", async () => {
  const { pool, marks, started } = await poolOf(2);
  const results = [1, 2, 3].map(() => pool.runExtra(batchOf(extra)));
  expect(marks()).toEqual([[extra], [extra]]);
  expect(pool.roomFor(tiny.modelTag)).toBe(2);
  started[0]?.answer();
  await results[0];
  expect(marks()).toEqual([[extra], [extra]]);
});

test("a look that comes goes before those that wait", async () => {
  const { pool, marks, started } = await poolOf(1);
  const results = [1, 2].map(() => pool.runExtra(batchOf(extra)));
  void pool.run(batchOf(look)).catch(() => undefined);
  expect(marks()).toEqual([[extra, look]]);
  started[0]?.answer();
  expect(marks()).toEqual([[look]]);
  started[0]?.answer();
  expect(marks()).toEqual([[extra]]);
  started[0]?.answer();
  await Promise.all(results);
});

test("where threads never rest, one of four batches is extra, after a wait", async () => {
  const { clock, pool, started } = await poolOf(1);
  void pool.run(batchOf(look)).catch(() => undefined);
  void pool.run(batchOf(look)).catch(() => undefined);
  const results = Array.from({ length: 5 }, () => pool.runExtra(batchOf(extra)));
  const order: (number | undefined)[] = [];
  for (let step = 0; step < 24; step++) {
    await clock.advance(100);
    order.push(started[0]?.runs[0]?.inputs[0]?.[0]);
    void pool.run(batchOf(look)).catch(() => undefined);
    started[0]?.answer();
  }
  expect(order.slice(0, 3)).toEqual([look, look, look]);
  expect(order.filter((mark) => mark === extra)).toHaveLength(5);
  expect(order.join("")).not.toMatch(/21{0,2}2/);
  await Promise.all(results);
});

test("too many are refused, and what nobody waits for is taken back", async () => {
  const { pool, marks, started } = await poolOf(1);
  void pool.run(batchOf(look)).catch(() => undefined);
  const asked = new AbortController();
  const waiting = Array.from({ length: 64 }, () => pool.runExtra(batchOf(extra), asked.signal));
  await expect(pool.runExtra(batchOf(extra))).rejects.toThrow(/64 of its kind wait/);
  asked.abort();
  const ends = await Promise.allSettled(waiting);
  expect(ends.every(({ status }) => status === "rejected")).toBe(true);
  started[0]?.answer();
  expect(marks()).toEqual([[]]);
  await expect(pool.runExtra(batchOf(extra), asked.signal)).rejects.toThrow(/nobody waits/);
});

test("a stop loses them, as everything", async () => {
  const { pool } = await poolOf(1);
  const results = [1, 2].map(() => pool.runExtra(batchOf(extra)));
  await pool.stop();
  for (const result of results) await expect(result).rejects.toThrow(/stopped/);
  await expect(pool.runExtra(batchOf(extra))).rejects.toThrow(/stopped/);
});

test("a look meets its deadline while extra analyses wait, and their models are loaded", async () => {
  const other = { ...model, modelTag: "other@0" };
  const { clock, loop, looks, picture, session } = await loopOf([job("east")], {
    answersAtOnce: false,
    extraModels: [other],
  });
  expect(session(0).models.map(({ modelTag }) => modelTag)).toEqual([model.modelTag, "other@0"]);
  const ends = Array.from({ length: 10 }, () => loop.analyse(batchOf(extra, "other@0")));
  await picture("east");
  for (let step = 0; looks.length === 0; step++) {
    expect(step).toBeLessThan(2);
    await clock.advance(100);
    session(0).answer();
    await clock.advance(0);
  }
  expect(loop.stats().metCount).toBe(1);
  await loop.stop();
  await Promise.allSettled(ends);
});
