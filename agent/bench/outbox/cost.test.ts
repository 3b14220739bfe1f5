import { expect, test } from "vitest";
import { alternated, type Cost, cpuMsEach, msEach, perSecond } from "./cost.ts";

test("a cost is told for each, and as a rate", () => {
  const cost: Cost = { count: 4, elapsedMs: 20, cpuMs: 2 };
  expect([msEach(cost), cpuMsEach(cost), perSecond(cost)]).toEqual([5, 0.5, 200]);
});

test("two things take turns, each time in the other order, as often as each other", async () => {
  const order: string[] = [];
  const taking = (name: string, elapsedMs: number) => async (): Promise<Cost> => {
    order.push(name);
    return { count: 1, elapsedMs, cpuMs: 1 };
  };
  const [one, other] = await alternated(taking("a", 10), taking("b", 30), 100);
  expect(order.join("")).toBe("abbaab");
  expect(one).toEqual({ count: 3, elapsedMs: 30, cpuMs: 3 });
  expect(other).toEqual({ count: 3, elapsedMs: 90, cpuMs: 3 });
});
