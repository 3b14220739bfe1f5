/**
 * Goal: the agent's clock never goes to a time that cannot be, says so once, and is right as soon
 * as the machine's is; what it was is a lower bound after a power cut.
 * Method: a machine in virtual time whose wall clock is set, and a time service that has its say.
 */
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedClock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { clockFault } from "./clock-judge.ts";
import { ClockWatch } from "./clock-watch.ts";
import type { TimeService } from "./time-service.ts";

const nowMs = Date.UTC(2026, 6, 1, 8);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-clock-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Box {
  readonly machine: SimulatedClock;
  readonly watch: ClockWatch;
  readonly lines: { level: string; message: string }[];
  readonly service: { -readonly [Key in keyof TimeService]: TimeService[Key] };
  /** Seconds go by, and what waits for the disk is done. */
  readonly pass: (seconds: number) => Promise<void>;
}

async function boot(wallMs: number, says: Partial<TimeService> = {}): Promise<Box> {
  const machine = new SimulatedClock({ wallMs });
  const lines: Box["lines"] = [];
  const at = (level: string) => (_: object, message: string) => void lines.push({ level, message });
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  const service = { isSynced: null, hasBatteryClock: true, bootId: "boot-1", ...says };
  const timeService = async () => ({ ...service });
  const watch = new ClockWatch({ system: machine, dataFolder: folder, log, timeService });
  await watch.start();
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) await machine.advance(1_000);
  };
  return { machine, watch, lines, service, pass };
}

/** As it was when the box was switched off. */
async function wasRightAt(atMs: number): Promise<void> {
  const box = await boot(atMs);
  await box.watch.stop();
}

test("a clock that is right is followed, to the second, and nothing is said", async () => {
  const { watch, machine, lines, pass } = await boot(nowMs);
  await pass(5);
  machine.stepWall(900);
  await pass(1);
  expect(watch.clock.wallMs()).toBe(machine.wallMs());
  expect(watch.clock.trust()).toEqual({ isWrong: false, isSynced: null });
  expect(lines).toEqual([]);
  await watch.stop();
});

test("1970 at the start: goes on from the last right time, and is right when a service sets it", async () => {
  await wasRightAt(nowMs);
  const box = await boot(12_000, { isSynced: false, hasBatteryClock: false });
  const { watch, machine, service, lines, pass } = box;
  expect(watch.clock.wallMs()).toBe(nowMs);
  expect(watch.clock.trust()).toEqual({ isWrong: true, isSynced: false });
  await pass(30);
  expect(watch.clock.wallMs()).toBe(nowMs + 30_000);
  machine.stepWall(nowMs + 5 * hourMs - machine.wallMs());
  service.isSynced = true;
  await pass(6);
  expect(watch.clock.trust()).toEqual({ isWrong: false, isSynced: true });
  expect(watch.clock.wallMs()).toBe(machine.wallMs());
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    "error the clock is wrong: the clock says 1970-01-01T00:00:12.000Z, before this program was made; what depends on the time of day is not judged until it is right",
    "info the clock is right again: times of day are judged",
  ]);
  await watch.stop();
});

test("1970 on a box that never ran: not before the program was made", async () => {
  const { watch, machine, pass } = await boot(0);
  expect(new Date(watch.clock.wallMs()).toISOString()).toBe("2026-01-01T00:00:00.000Z");
  machine.stepWall(nowMs);
  await pass(12);
  expect(watch.clock.trust().isWrong).toBe(false);
  expect(watch.clock.wallMs()).toBe(machine.wallMs());
  await watch.stop();
});

const starts = [
  { name: "an hour before it was right last", wallMs: nowMs - hourMs, want: true },
  { name: "a minute before", wallMs: nowMs - 60_000, want: false },
  { name: "a week after", wallMs: nowMs + 7 * dayMs, want: false },
  { name: "six years after", wallMs: nowMs + 6 * 365 * dayMs, want: true },
  {
    name: "six years after, as a time service says",
    wallMs: nowMs + 6 * 365 * dayMs,
    says: { isSynced: true },
    want: false,
  },
  {
    name: "an hour before, as a time service says",
    wallMs: nowMs - hourMs,
    says: { isSynced: true },
    want: false,
  },
  { name: "1980, whatever a service says", wallMs: 3e11, says: { isSynced: true }, want: true },
  {
    name: "nobody set it yet: the service waits, no battery",
    wallMs: nowMs + hourMs,
    says: { isSynced: false, hasBatteryClock: false },
    want: true,
  },
  {
    name: "the service waits, a battery ran on",
    wallMs: nowMs + hourMs,
    says: { isSynced: false },
    want: false,
  },
];
describe("at a start the clock says", () => {
  for (const { name, wallMs, says, want } of starts) {
    test(`${name}: ${want ? "wrong" : "right"}`, async () => {
      await wasRightAt(nowMs);
      const { watch } = await boot(wallMs, says ?? {});
      expect(watch.clock.trust().isWrong).toBe(want);
      expect(watch.clock.wallMs()).toBeGreaterThanOrEqual(Math.min(wallMs, nowMs));
      await watch.stop();
    });
  }
});

test("a link that is away for a day unsets nothing: it was set since the box was switched on", async () => {
  const first = await boot(nowMs, { isSynced: true, hasBatteryClock: false });
  first.service.isSynced = false;
  await first.pass(610);
  expect(first.watch.clock.trust()).toEqual({ isWrong: false, isSynced: false });
  await first.watch.stop();
  const again = await boot(nowMs + hourMs, { isSynced: false, hasBatteryClock: false });
  expect(again.watch.clock.trust().isWrong, "the agent alone started anew").toBe(false);
  await again.watch.stop();
  const says = { isSynced: false, hasBatteryClock: false, bootId: "boot-2" };
  const rebooted = await boot(nowMs + 2 * hourMs, says);
  expect(rebooted.watch.clock.trust().isWrong).toBe(true);
  rebooted.machine.stepWall(hourMs);
  await rebooted.pass(12);
  expect(rebooted.watch.clock.trust().isWrong, "set by hand").toBe(false);
  await rebooted.watch.stop();
});

test("what the store wrote after the last right time counts, what was written in 1970 does not", async () => {
  await wasRightAt(nowMs);
  await writeFile(join(folder, "store.db-wal"), "");
  const atSeconds = (nowMs + 45_000) / 1_000;
  await utimes(join(folder, "store.db-wal"), atSeconds, atSeconds);
  const { watch } = await boot(0);
  expect(watch.clock.wallMs()).toBe(nowMs + 45_000);
  await watch.stop();
  await utimes(join(folder, "store.db-wal"), 5e9, 5e9);
  const other = await boot(0);
  expect(other.watch.clock.wallMs()).toBe(nowMs);
  await other.watch.stop();
});

test("a damaged clock.json is as good as none; a wrong clock is never kept", async () => {
  await writeFile(join(folder, "clock.json"), '{"schema":1,"rightAt":"20');
  const { watch, pass } = await boot(1_000);
  await pass(130);
  await watch.stop();
  expect(await readFile(join(folder, "clock.json"), "utf8")).toBe('{"schema":1,"rightAt":"20');
});

test("a clock that flutters costs a line in ten seconds at the most", async () => {
  const { watch, machine, lines, pass } = await boot(nowMs);
  for (let second = 0; second < 600; second++) {
    machine.stepWall(second % 2 === 0 ? -nowMs : nowMs);
    await pass(1);
  }
  expect(lines.length).toBeLessThanOrEqual(2);
  for (let second = 0; second < 600; second++) {
    machine.stepWall(second % 2 === 0 ? hourMs : 0);
    await pass(1);
  }
  expect(lines.length).toBeLessThanOrEqual(2 + 2 + 10);
  await watch.stop();
});

test("law: whatever the wall clock does, ours never goes back further than a correction", async () => {
  const step = fc.record({
    seconds: fc.integer({ min: 1, max: 20 }),
    stepMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -hourMs, max: hourMs }),
      fc.integer({ min: -20_000 * dayMs, max: 20_000 * dayMs }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { watch, machine, pass } = await boot(nowMs);
      for (const { seconds, stepMs } of steps) {
        const beforeMs = watch.clock.wallMs();
        machine.stepWall(stepMs);
        await pass(seconds);
        const passedMs = watch.clock.wallMs() - beforeMs;
        const { isWrong } = watch.clock.trust();
        const correctionMs = isWrong ? 0 : 5 * 60_000;
        expect(passedMs).toBeGreaterThanOrEqual(seconds * 1_000 - correctionMs);
        expect(passedMs).toBeLessThanOrEqual(isWrong ? seconds * 1_000 : Number.MAX_SAFE_INTEGER);
      }
      await watch.stop();
      await rm(join(folder, "clock.json"), { force: true });
    }),
    { numRuns: 30 },
  );
});

test("law: what a time service set is believed, unless it was before the program", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 4e12 }), (a, b) => {
      const facts = { machineMs: a, rightMs: b, isSynced: true, hasBatteryClock: false };
      const fault = clockFault({ ...facts, wasSet: false });
      expect(fault).toBe(a < Date.UTC(2026, 0, 1) ? "before-product" : undefined);
    }),
  );
});
