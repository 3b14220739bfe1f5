import { expect, test } from "vitest";
import { CommandRate, commandsPerSecond } from "./command-rate.ts";

function taken(rate: CommandRate, count: number, nowMonoMs: number): number {
  return Array.from({ length: count }, () => rate.take(nowMonoMs)).filter(Boolean).length;
}

test("a burst goes at once, then the steady rate holds", () => {
  const rate = new CommandRate();
  expect(taken(rate, 1_000, 5_000)).toBe(200);
  expect(taken(rate, 1_000, 6_000)).toBe(commandsPerSecond);
  expect(taken(rate, 1_000, 6_500)).toBe(commandsPerSecond / 2);
  // A long silence gives one burst, not more.
  expect(taken(rate, 1_000, 1_000_000)).toBe(200);
});

test("fresh pictures have a rate of their own", () => {
  const rate = new CommandRate();
  const pictures = (nowMonoMs: number) =>
    Array.from({ length: 50 }, () => rate.takePicture(nowMonoMs)).filter(Boolean).length;
  expect([pictures(0), pictures(10_000), pictures(70_000)]).toEqual([6, 1, 6]);
});
