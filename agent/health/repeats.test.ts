import assert from "node:assert/strict";
import { test } from "vitest";
import { SimulatedClock } from "../runtime/clock.ts";
import { type Log, silentLog } from "../runtime/log.ts";
import { Repeats, type Told } from "./repeats.ts";

function setUp() {
  const lines: string[] = [];
  const line = (level: string) => (fields: object, message: string) =>
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const log: Log = { ...silentLog, info: line("info"), warn: line("warn"), error: line("error") };
  const clock = new SimulatedClock();
  return { lines, clock, repeats: new Repeats({ log, clock }) };
}

const lost: Told = {
  key: "camera:east",
  state: "refused",
  level: "warn",
  fields: { camera: "east" },
  message: "camera lost",
};
const back: Told = { ...lost, state: "live", level: "info", message: "camera back" };
const full: Told = { key: "store", level: "error", fields: {}, message: "the disk is full" };

test("a change is told at once, a repeat is not", () => {
  const { lines, repeats } = setUp();
  for (const told of [lost, lost, lost, back, back]) repeats.tell(told);
  assert.deepEqual(lines, [
    'warn camera lost {"camera":"east"}',
    'warn camera lost (repeated) {"camera":"east","repeatCount":2}',
    'info camera back {"camera":"east"}',
  ]);
});

test("the count is told once a minute, and nothing in a quiet one", async () => {
  const { lines, clock, repeats } = setUp();
  for (let i = 0; i < 1_000; i++) repeats.tell(lost);
  await clock.advance(60_000);
  for (let i = 0; i < 5; i++) repeats.tell(lost);
  await clock.advance(600_000);
  repeats.tell(lost);
  assert.deepEqual(lines, [
    'warn camera lost {"camera":"east"}',
    'warn camera lost (repeated) {"camera":"east","repeatCount":999}',
    'warn camera lost (repeated) {"camera":"east","repeatCount":5}',
  ]);
});

test("a fault without states is told anew after a quiet minute", async () => {
  const { lines, clock, repeats } = setUp();
  repeats.tell(full);
  await clock.advance(59_000);
  repeats.tell(full);
  await clock.advance(120_000);
  repeats.tell(full);
  assert.deepEqual(lines, [
    "error the disk is full {}",
    'error the disk is full (repeated) {"repeatCount":1}',
    "error the disk is full {}",
  ]);
});

test("stop tells what was counted", () => {
  const { lines, repeats } = setUp();
  repeats.tell(full);
  repeats.tell(full);
  repeats.stop();
  repeats.stop();
  assert.equal(lines.length, 2);
});

test("the number of keys is bounded", async () => {
  const { lines, clock, repeats } = setUp();
  for (let i = 0; i < 3_000; i++) repeats.tell({ ...lost, key: `camera:${i}` });
  for (let i = 0; i < 3_000; i++) repeats.tell({ ...lost, key: `camera:${i}` });
  await clock.advance(60_000);
  assert.ok(lines.length <= 6_000 + 1_000, `${lines.length} lines`);
});
