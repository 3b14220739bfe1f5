/**
 * The rules runner with real rules, the in-memory store and one that fails on demand.
 *
 * Goal: what was decided reaches the store once and in order, whatever the store does meanwhile,
 * and a runner that takes over from a saved state goes on where the other stopped.
 */
import { expect, test } from "vitest";
import { createCameraState } from "../pipelines/camera.ts";
import type { Look } from "../pipelines/domain/look.ts";
import { carAt, lookAt, morningMs, rulesOf, rulesWith } from "../pipelines/testing/street.ts";
import { RulesRunner } from "./rules-runner.ts";
import { Backoff } from "./runtime/backoff.ts";
import { type Clock, SimulatedClock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
import { SteadyClock } from "./runtime/steady-clock.ts";
import type { MemoryStore } from "./store/memory-store.ts";
import { FailingStore, revisionOf } from "./store/testing/rules-store.ts";

function setUp(
  store = new FailingStore(),
  clock = new SimulatedClock({ wallMs: morningMs }),
  agentClock: Clock = clock,
) {
  const lines: string[] = [];
  const line = (_: object, message: string) => void lines.push(message);
  const log: Log = { debug: line, info: line, warn: line, error: line };
  const committed: string[] = [];
  const runner = new RulesRunner({
    store,
    clock: agentClock,
    log,
    backoff: new Backoff({ delayMsMin: 500, delayMsMax: 30_000, random: () => 0 }),
    revisionOf,
    onCommitted: (rows) => committed.push(...rows.map(({ stage }) => stage)),
    onCounts: () => {},
  });
  return { runner, store, clock, lines, committed };
}

const parked = (second: number): Look => lookAt(second, [{ box: carAt(0.3) }]);

async function watch(
  { runner, clock }: ReturnType<typeof setUp>,
  fromSecond: number,
  toSecond: number,
): Promise<void> {
  for (let second = fromSecond; second < toSecond; second += 2) {
    runner.offer(parked(second));
    await clock.advance(2_000);
  }
}

async function stored(store: MemoryStore): Promise<string[]> {
  const events = await store.events({ afterSequence: 0, countMax: 100 });
  return events.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()).id);
}

test("a parked car's stages reach the store in order, once", async () => {
  const street = setUp();
  await street.runner.start([rulesOf()]);
  await watch(street, 0, 320);
  expect(street.committed).toEqual(["warned", "reported"]);
  const ids = await stored(street.store);
  expect(ids.map((id) => id.split(".")[1])).toEqual(["1", "2"]);
});

test("presence is saved every five seconds, not at every look", async () => {
  const street = setUp();
  await street.runner.start([rulesOf()]);
  await watch(street, 0, 50);
  expect(street.store.commitCount).toBeGreaterThanOrEqual(9);
  expect(street.store.commitCount).toBeLessThanOrEqual(11);
});

test("what is decided while the store fails is committed when it works again, told once", async () => {
  const street = setUp();
  await street.runner.start([rulesOf()]);
  await watch(street, 0, 50);
  street.store.isFailing = true;
  await watch(street, 50, 320);
  expect(street.committed).toEqual([]);
  expect(street.runner.isStoreFailing).toBe(true);
  street.store.isFailing = false;
  await street.clock.advance(31_000);
  expect(street.committed).toEqual(["warned", "reported"]);
  expect(street.runner.isStoreFailing).toBe(false);
  expect(street.lines.filter((line) => line === "the store fails").length).toBe(1);
  expect(street.lines.filter((line) => line === "the store works again").length).toBe(1);
});

test("a runner that takes over goes on with the same violation", async () => {
  const first = setUp();
  await first.runner.start([rulesOf()]);
  await watch(first, 0, 100);
  expect(first.committed).toEqual(["warned"]);
  await first.runner.stop();

  const second = setUp(first.store, first.clock);
  await second.runner.start([rulesOf()]);
  await watch(second, 100, 340);
  expect(second.committed).toEqual(["reported"]);
  const ids = await stored(first.store);
  expect(new Set(ids.map((id) => id.split(".")[0])).size).toBe(1);
});

test("the time between two runs is not observed, however short", async () => {
  const first = setUp();
  await first.runner.start([rulesOf()]);
  await watch(first, 0, 100);
  await first.runner.stop();
  const { cameraId } = rulesOf();
  const [before] = first.runner.state(cameraId)?.presences ?? [];

  const second = setUp(first.store, first.clock);
  await second.runner.start([rulesOf()]);
  await watch(second, 104, 120);
  const [after] = second.runner.state(cameraId)?.presences ?? [];
  expect(after?.id).toBe(before?.id);
  expect(after?.unobservedMs).toBe(6_000);
  expect(after?.observedMs).toBe((before?.observedMs ?? 0) + 14_000);
});

test("saved state that cannot be read is said, and the street begun anew", async () => {
  const street = setUp();
  const { cameraId } = rulesOf();
  await street.store.commit({
    cameraStates: [{ cameraId, stateJson: "{" }],
    revisions: [],
    nowMs: 0,
  });
  await street.runner.start([rulesOf()]);
  expect(street.lines[0]).toMatch(/saved presence is not used: .*not JSON/);
  expect(street.runner.state(cameraId)).toEqual(createCameraState(rulesOf()));
});

test("a camera that is gone from the configuration has nothing open any more", async () => {
  const street = setUp();
  await street.runner.start([rulesOf()]);
  await watch(street, 0, 100);
  street.runner.update([]);
  street.runner.offer(parked(100));
  await street.clock.advance(5_000);
  expect(street.committed).toEqual(["warned", "withdrawn"]);
});

test("so has one that went from the configuration while the agent did not run", async () => {
  const first = setUp();
  await first.runner.start([rulesOf()]);
  await watch(first, 0, 100);
  await first.runner.stop();
  const second = setUp(first.store, first.clock);
  await second.runner.start([]);
  await second.clock.advance(5_000);
  expect(second.committed).toEqual(["withdrawn"]);
  const third = setUp(first.store, first.clock);
  await third.runner.start([]);
  await third.clock.advance(5_000);
  expect(third.committed).toEqual([]);
});

test("a second look after the end is a revision of its own", async () => {
  const { runner, clock, committed } = setUp();
  await runner.start([
    rulesWith({ warnAfterMs: 20_000, clearAfterMs: 10_000, recheckAfterMs: 20_000 }),
  ]);
  for (let second = 0; second < 100; second += 2) {
    runner.offer(second < 40 ? parked(second) : lookAt(second, []));
    await clock.advance(2_000);
  }
  expect(committed).toEqual(["warned", "cleared", "cleared"]);
  await runner.stop();
});

test("with a wrong clock, what an hour decides waits, and what is told is of unknown age", async () => {
  const machine = new SimulatedClock({ wallMs: morningMs });
  const clock = new SteadyClock(machine);
  clock.believe({ isWrong: true, isSynced: false });
  const window = { startMinute: 0, endMinute: 1 };
  const byTheClock = setUp(new FailingStore(), machine, clock);
  await byTheClock.runner.start([rulesWith({ allowed: [window] })]);
  await watch(byTheClock, 0, 320);
  expect(byTheClock.committed).toEqual([]);
  clock.believe({ isWrong: false, isSynced: true });
  await watch(byTheClock, 320, 320 + 320);
  expect(byTheClock.committed).toEqual(["warned", "reported"]);

  clock.believe({ isWrong: true, isSynced: false });
  const always = setUp(new FailingStore(), machine, clock);
  await always.runner.start([rulesOf()]);
  await watch(always, 0, 320);
  expect(always.committed).toEqual(["warned", "reported"]);
  expect((await always.store.outboxStats()).oldestCreatedAtMs).toBe(0);
});
