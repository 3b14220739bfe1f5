import { expect, test } from "vitest";
import { Batcher, type BatchMember } from "./batcher.ts";

const member = (deadlineMonoMs: number, modelTag = "a"): BatchMember => ({
  modelTag,
  deadlineMonoMs,
});

test("a batch leaves when it is full", () => {
  const batcher = new Batcher({ sizeMax: 2, waitMs: 100 });
  batcher.add(member(1), 0);
  expect(batcher.take(0)).toBeUndefined();
  batcher.add(member(2), 1);
  batcher.add(member(3), 1);
  expect(batcher.take(1)).toEqual([member(1), member(2)]);
  expect(batcher.waitingCount).toBe(1);
});

test("a batch leaves when its first member has waited long enough", () => {
  const batcher = new Batcher({ sizeMax: 8, waitMs: 20 });
  batcher.add(member(1), 100);
  batcher.add(member(2), 115);
  expect(batcher.nextDueAtMonoMs()).toBe(120);
  expect(batcher.take(119)).toBeUndefined();
  expect(batcher.take(120)).toEqual([member(1), member(2)]);
  expect(batcher.nextDueAtMonoMs()).toBeUndefined();
});

test("without a wait each member leaves at once, together with what is there", () => {
  const batcher = new Batcher({ sizeMax: 4, waitMs: 0 });
  batcher.add(member(1), 0);
  expect(batcher.take(0)).toEqual([member(1)]);
  batcher.add(member(2), 0);
  batcher.add(member(3), 0);
  expect(batcher.take(0)).toHaveLength(2);
});

test("of several models the one with the earliest deadline goes first, never mixed", () => {
  const batcher = new Batcher({ sizeMax: 4, waitMs: 0 });
  batcher.add(member(50, "slow"), 0);
  batcher.add(member(20, "quick"), 0);
  batcher.add(member(10, "slow"), 0);
  expect(batcher.take(0)).toEqual([member(50, "slow"), member(10, "slow")]);
  expect(batcher.take(0)).toEqual([member(20, "quick")]);
  expect(batcher.take(0)).toBeUndefined();
});

test("a model that nobody can run does not hold up the others", () => {
  const batcher = new Batcher({ sizeMax: 4, waitMs: 0 });
  batcher.add(member(10, "away"), 0);
  batcher.add(member(20, "here"), 0);
  const isHere = (modelTag: string) => modelTag === "here";
  expect(batcher.take(0, isHere)).toEqual([member(20, "here")]);
  expect(batcher.take(0, isHere)).toBeUndefined();
  expect(batcher.waitingCount).toBe(1);
  expect(batcher.clear()).toEqual([member(10, "away")]);
  expect(batcher.waitingCount).toBe(0);
});

test.for([
  { sizeMax: 0, waitMs: 0 },
  { sizeMax: 1.5, waitMs: 0 },
  { sizeMax: 1, waitMs: -1 },
])("settings %o are refused", (settings) => {
  expect(() => new Batcher(settings)).toThrow(RangeError);
});
