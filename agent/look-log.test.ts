import { expect, test } from "vitest";
import { lookAt } from "../pipelines/testing/street.ts";
import { LookLog } from "./look-log.ts";
import { SimulatedClock } from "./runtime/clock.ts";
import { silentLog } from "./runtime/log.ts";
import { SteadyClock } from "./runtime/steady-clock.ts";
import { MemoryStore } from "./store/memory-store.ts";

function setUp(store = new MemoryStore()) {
  const clock = new SimulatedClock();
  const warnings: string[] = [];
  const silent = () => {};
  const warn = (_: object, message: string) => void warnings.push(message);
  const log = { debug: silent, info: silent, warn, error: silent };
  return { clock, store, warnings, looks: new LookLog({ store, clock, log }) };
}

test("looks are written together, once a second", async () => {
  const { clock, store, looks } = setUp();
  looks.add(lookAt(0, []));
  looks.add(lookAt(2, []));
  await clock.advance(999);
  expect(store.looks.length).toBe(0);
  await clock.advance(1);
  expect(store.looks.length).toBe(2);
});

test("a store that fails costs those looks, is said once, and holds nothing up", async () => {
  class Failing extends MemoryStore {
    override logLooks(): Promise<void> {
      return Promise.reject(new Error("disk full"));
    }
  }
  const { clock, warnings, looks } = setUp(new Failing());
  for (let second = 0; second < 5; second++) {
    looks.add(lookAt(second, []));
    await clock.advance(1_000);
  }
  expect(warnings).toEqual(["looks cannot be logged"]);
  expect(looks.droppedCount).toBe(5);
});

test("looks that were taken with a wrong clock are marked, so that a replay decides the same", async () => {
  const clock = new SteadyClock(new SimulatedClock());
  const store = new MemoryStore();
  const looks = new LookLog({ store, clock, log: silentLog });
  looks.add(lookAt(0, []));
  clock.believe({ isWrong: true, isSynced: false });
  looks.add(lookAt(2, []));
  await looks.flush();
  expect(store.looks.map(({ isClockWrong }) => isClockWrong)).toEqual([undefined, true]);
});

test("what waits is bounded", () => {
  const { looks } = setUp();
  for (let index = 0; index < 5_000; index++) looks.add(lookAt(index, []));
  expect(looks.droppedCount).toBe(5_000 - 4_096);
});
