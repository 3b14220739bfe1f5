/**
 * The pool's promise with threads that die, fail and hang: each batch comes back once, with its
 * detections or with a rejection, and a lost thread is replaced.
 */
import { describe, expect, test } from "vitest";
import { tinyDetectorManifest } from "../../test-fixtures/tiny-detector.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import { type FakeBehaviour, type FakeSession, fakeSessions } from "./fake-sessions.ts";
import type { SessionModel } from "./session-messages.ts";
import { SessionPool } from "./sessions.ts";

const model: SessionModel = {
  modelTag: "tiny@0",
  manifest: tinyDetectorManifest(),
  graph: new Uint8Array(1),
  inputName: "pixels",
};
const batch = { modelTag: model.modelTag, inputs: [new Uint8Array(3)], placements: [] };
const runMsMax = 1_000;

async function poolOf(workerCount: number, behaviour: FakeBehaviour = {}) {
  const clock = new SimulatedClock();
  const { started, startSession } = fakeSessions(behaviour);
  const lost: string[] = [];
  const onLost = (why: string) => lost.push(why);
  const pool = new SessionPool({ workerCount, clock, startSession, runMsMax, onLost });
  const loaded = pool.load([model]);
  const session = (index: number): FakeSession => {
    const found = started[index];
    if (found === undefined) throw new Error(`session ${index} was not started`);
    return found;
  };
  return { clock, pool, started, session, lost, loaded };
}

/** What became of a promise, without waiting for it. */
async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  let outcome = "open";
  promise.then(
    () => (outcome = "done"),
    (error: unknown) => (outcome = error instanceof Error ? error.message : "rejected"),
  );
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  return outcome;
}

describe("a pool", () => {
  test("runs batches on as many threads as it has, and the rest in turn", async () => {
    const { pool, session, loaded } = await poolOf(2);
    await loaded;
    expect(pool.roomFor(model.modelTag)).toBe(4);
    expect(pool.roomFor("another")).toBe(0);
    const runs = Array.from({ length: 6 }, () => pool.run(batch));
    expect([session(0).runs.length, session(1).runs.length]).toEqual([2, 2]);
    for (let count = 0; count < 4; count++) session(1).answer();
    for (let count = 0; count < 2; count++) session(0).answer();
    await expect(Promise.all(runs)).resolves.toHaveLength(6);
  });

  test("gives threads plain models, which can be sent to them", async () => {
    const { pool, session, loaded } = await poolOf(1);
    await loaded;
    await pool.load([{ ...model, modelTag: "other", decode: () => undefined } as SessionModel]);
    expect(session(0).models.map((sent) => Object.keys(sent).toSorted())).toEqual(
      [0, 1].map(() => ["graph", "inputName", "manifest", "modelTag"]),
    );
  });

  test("does not start with a model that does not load, and takes a corrected one", async () => {
    const behaviour: FakeBehaviour = { loadFailure: "no such operator" };
    const { pool, loaded } = await poolOf(2, behaviour);
    await expect(loaded).rejects.toMatchObject({ code: "MODEL_GRAPH_UNSUPPORTED" });
    delete behaviour.loadFailure;
    await pool.load([model]);
    expect(pool.roomFor(model.modelTag)).toBe(4);
  });
});

describe("a batch", () => {
  const losses = [
    { name: "died", lose: (session: FakeSession) => session.die("out of memory") },
    { name: "failed", lose: (session: FakeSession) => session.fail("bad allocation") },
    {
      name: "hung",
      lose: (_: FakeSession, clock: SimulatedClock) => clock.advance(runMsMax),
    },
  ];
  test.for(losses)("is run once more when its thread $name", async ({ lose }) => {
    const { clock, pool, session, started, lost, loaded } = await poolOf(1);
    await loaded;
    const run = pool.run(batch);
    await lose(session(0), clock);
    expect(session(0).isEnded).toBe(true);
    expect(await outcomeOf(run)).toBe("open");
    await clock.advance(50);
    expect(started).toHaveLength(2);
    session(1).answer();
    expect(await outcomeOf(run)).toBe("done");
    expect([lost.length, pool.lostCount, pool.repeatedCount]).toEqual([1, 1, 1]);
  });

  test("is run by another thread at once when there is one", async () => {
    const { pool, session, loaded } = await poolOf(2);
    await loaded;
    const run = pool.run(batch);
    session(0).die("killed");
    session(1).answer();
    expect(await outcomeOf(run)).toBe("done");
  });

  test("that waits behind one that kills its thread is not counted as guilty", async () => {
    const { clock, pool, session, loaded } = await poolOf(1);
    await loaded;
    const [poison, behind] = [pool.run(batch), pool.run(batch)];
    session(0).die("killed");
    await clock.advance(50);
    session(1).die("killed again");
    expect(await outcomeOf(poison)).toMatch(/lost/);
    await clock.advance(100);
    session(2).answer();
    expect(await outcomeOf(behind)).toBe("done");
  });

  test("that loses two threads is lost, and the next one runs", async () => {
    const { clock, pool, session, loaded } = await poolOf(1);
    await loaded;
    const run = pool.run(batch);
    session(0).die("killed");
    await clock.advance(50);
    session(1).die("killed again");
    expect(await outcomeOf(run)).toMatch(/a batch of 1 for tiny@0 was lost: killed again/);
    const next = pool.run(batch);
    await clock.advance(100);
    session(2).answer();
    expect(await outcomeOf(next)).toBe("done");
  });

  test("that a stopped pool is given is lost at once", async () => {
    const { pool, session, loaded } = await poolOf(1);
    await loaded;
    const run = pool.run(batch);
    const stopped = pool.stop();
    expect(session(0).isEnded).toBe(true);
    expect(await outcomeOf(run)).toMatch(/the sessions were stopped/);
    expect(await outcomeOf(pool.run(batch))).toMatch(/the sessions were stopped/);
    await stopped;
  });

  test("is not answered by a thread that was given up", async () => {
    const { clock, pool, session, loaded } = await poolOf(1);
    await loaded;
    const run = pool.run(batch);
    await clock.advance(runMsMax);
    session(0).answer();
    expect(await outcomeOf(run)).toBe("open");
    await clock.advance(50);
    session(1).answer();
    expect(await outcomeOf(run)).toBe("done");
  });
});

test("a thread that always dies is started again ever more slowly", async () => {
  const { clock, session, started, loaded } = await poolOf(1);
  await loaded;
  for (let count = 0; count < 12; count++) {
    session(count).die("no memory");
    await clock.advance(30_000);
    expect(started).toHaveLength(count + 2);
  }
  session(12).die("no memory");
  await clock.advance(14_000);
  expect(started).toHaveLength(13);
});
