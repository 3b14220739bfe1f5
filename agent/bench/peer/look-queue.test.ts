import { expect, test } from "vitest";
import { LookQueue } from "./look-queue.ts";

const queueOf = (cameraCount: number, everyMs = 2_000) =>
  new LookQueue<string>({ cameraCount, everyMs });

test("a look takes the newest picture, the others are thrown away", () => {
  const queue = queueOf(1);
  for (const [index, name] of ["a", "b", "c"].entries()) queue.arrived(0, name, 200 * index);
  queue.due(0, 450);
  expect(queue.take()).toEqual({ picture: "c", deadlineMonoMs: 1_450 });
  expect(queue.take()).toBeUndefined();
});

test("first in is first out, whatever the camera", () => {
  const queue = queueOf(3);
  for (const camera of [0, 1, 2]) queue.arrived(camera, `of ${camera}`, 0);
  for (const camera of [2, 0, 1]) queue.due(camera, 1);
  expect([1, 2, 3].map(() => queue.take()?.picture)).toEqual(["of 2", "of 0", "of 1"]);
});

test("a look without a new picture waits for the next one", () => {
  const queue = queueOf(1);
  queue.arrived(0, "a", 0);
  queue.due(0, 0);
  queue.take();
  queue.due(0, 2_000);
  expect(queue.take()).toBeUndefined();
  queue.arrived(0, "b", 2_300);
  expect(queue.take()).toEqual({ picture: "b", deadlineMonoMs: 3_300 });
  expect(queue.missedCount).toBe(0);
});

test("a look that no picture came for until the next is missed", () => {
  const queue = queueOf(1);
  for (const atMs of [0, 2_000, 4_000]) queue.due(0, atMs);
  expect(queue.missedCount).toBe(2);
});

const rows = [
  { name: "in time", everyMs: 2_000, doneMs: 1_000, missed: 0 },
  { name: "half a period late", everyMs: 1_000, doneMs: 501, missed: 1 },
  { name: "a second late, however long the period", everyMs: 60_000, doneMs: 1_001, missed: 1 },
];
test.each(rows)("$name", ({ everyMs, doneMs, missed }) => {
  const queue = queueOf(1, everyMs);
  queue.arrived(0, "a", 0);
  queue.due(0, 0);
  const look = queue.take();
  if (look === undefined) throw new Error("no look");
  queue.done(look, doneMs);
  expect([queue.doneCount, queue.missedCount]).toEqual([1, missed]);
});

test("the queue is bounded: what does not fit is missed", () => {
  const queue = queueOf(2);
  for (let turn = 0; turn < 5; turn++) {
    queue.arrived(0, `a${turn}`, turn);
    queue.due(0, turn);
  }
  expect(queue.missedCount).toBe(1);
  expect([1, 2, 3, 4, 5].map(() => queue.take()?.picture)).toEqual([
    "a0",
    "a1",
    "a2",
    "a3",
    undefined,
  ]);
});
