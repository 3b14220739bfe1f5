/**
 * Goal: below the floor the least important goes first and a little at a time; what the hub waits
 * for goes last and reports never; above it nothing goes.
 */
import { expect, test } from "vitest";
import { DiskFloor, type SparePart } from "./disk-floor.ts";
import { SimulatedClock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";

const floorBytes = 1_000;

function setUp({ fails = false } = {}) {
  const clock = new SimulatedClock();
  const lines: string[] = [];
  const line = (_: object, message: string) => void lines.push(message);
  const log: Log = { debug: line, info: line, warn: line, error: line };
  const spared: SparePart[][] = [];
  const floor = new DiskFloor({
    clock,
    log,
    floorBytes: () => floorBytes,
    spare: async (part) => {
      spared.at(-1)?.push(part);
      if (fails) throw new Error("the disk is full");
    },
  });
  const round = async (freeBytes: number | null) => {
    spared.push([]);
    await clock.advance(30_000);
    return await floor.measured(freeBytes);
  };
  return { round, spared, lines };
}

test("with room, and where nobody knows, nothing goes and nothing is said", async () => {
  const { round, spared, lines } = setUp();
  for (const free of [1_000, null, 5_000]) {
    expect(await round(free)).toEqual({ floorBytes, sparing: [] });
  }
  expect(spared.flat()).toEqual([]);
  expect(lines).toEqual([]);
});

test("what frees nothing is followed by the next; what waits for the hub goes near the end alone", async () => {
  const { round, spared } = setUp();
  for (const free of [900, 900, 900, 900, 900, 240, 240]) await round(free);
  const kept = ["samples", "looks", "history"];
  expect(spared).toEqual([
    ["samples"],
    ["samples", "looks"],
    kept,
    kept,
    kept,
    [...kept, "updates"],
    [...kept, "updates"],
  ]);
});

test("as long as pictures free something, nothing else goes", async () => {
  const { round, spared } = setUp();
  for (const free of [500, 600, 700, 800]) await round(free);
  expect(new Set(spared.flat())).toEqual(new Set(["samples"]));
});

test("it is said when it begins and when it has been over for a minute, not at each round", async () => {
  const { round, lines } = setUp();
  for (const free of [900, 900, 2_000, 900, 2_000, 2_000, 2_000, 2_000]) await round(free);
  expect(lines).toEqual([
    "the disk is nearly full: kept pictures go first",
    "the disk has room again",
  ]);
});

test("after it was over it begins with the pictures again", async () => {
  const { round, spared } = setUp();
  for (const free of [900, 900, 2_000, 900]) await round(free);
  expect(spared.at(-1)).toEqual(["samples"]);
});

test("a part that cannot be given up keeps none of the others", async () => {
  const { round, spared } = setUp({ fails: true });
  for (const free of [900, 900, 900]) await round(free);
  expect(spared.at(-1)).toEqual(["samples", "looks", "history"]);
});
