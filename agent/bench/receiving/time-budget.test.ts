import { expect, test } from "vitest";
import { TimeBudget } from "./time-budget.ts";

test("a part has room as long as the others fit behind it", async () => {
  let nowMs = 0;
  const budget = new TimeBudget(100, () => nowMs);
  const taking = (ms: number) => async () => {
    nowMs += ms;
  };
  await budget.spend("must", taking(10));
  await budget.spend("may", taking(20));
  await budget.spend("may", taking(15));
  // 45 are over; it needs 20, and the other 10 in this turn and in each that is left.
  expect(budget.hasRoom("may", 2)).toBe(true);
  expect(budget.hasRoom("may", 3)).toBe(false);
});
