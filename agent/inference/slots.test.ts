import { expect, test } from "vitest";
import { Slots } from "./slots.ts";

test("slots are used again, and there are never more than the limit of each size", () => {
  const slots = new Slots({ countMax: 2 });
  const [first, second] = [slots.take(12), slots.take(12)];
  expect(slots.take(12)).toBeUndefined();
  expect(slots.freeCount(12)).toBe(0);
  expect(slots.freeCount(48)).toBe(2);
  expect(slots.take(48)?.bytes.byteLength).toBe(48);
  if (first === undefined || second === undefined) throw new Error("no slot");
  slots.giveBack(first);
  expect(slots.freeCount(12)).toBe(1);
  expect(slots.take(12)).toBe(first);
});

test("a slot is given back once", () => {
  const slots = new Slots({ countMax: 1 });
  const slot = slots.take(12);
  if (slot === undefined) throw new Error("no slot");
  slots.giveBack(slot);
  expect(() => slots.giveBack(slot)).toThrow(RangeError);
});

test("a slot can be seen by another thread", () => {
  expect(new Slots({ countMax: 1 }).take(4)?.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
});
