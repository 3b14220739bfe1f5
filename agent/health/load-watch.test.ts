import { expect, test } from "vitest";
import { LoadWatch } from "./load-watch.ts";

test("the factor is what is asked over what is made, over some seconds", () => {
  const watch = new LoadWatch();
  const at = (monoMs: number, madeCount: number, isOverloaded = true) =>
    watch.measured({ monoMs, madeCount, isOverloaded, askedPerSecond: 60 });
  expect(at(0, 0).stretch, "nothing is known yet").toBe(1);
  expect(at(1_000, 90).stretch, "a moment says nothing").toBe(1);
  expect(at(10_000, 250)).toMatchObject({ madePerSecond: 25, stretch: 2.4 });
  expect(at(11_000, 251), "asked often, still the same").toMatchObject({ stretch: 2.4 });
  expect(at(20_000, 750)).toMatchObject({ madePerSecond: 50, stretch: 1.2 });
});

test("looks that a camera cost are no overload", () => {
  const watch = new LoadWatch();
  const reading = { isOverloaded: false, askedPerSecond: 60 };
  watch.measured({ ...reading, monoMs: 0, madeCount: 0 });
  const load = watch.measured({ ...reading, monoMs: 10_000, madeCount: 100 });
  expect(load).toEqual({ isOverloaded: false, askedPerSecond: 60, madePerSecond: 10, stretch: 1 });
});

test("a box that makes no look at all has no factor", () => {
  const watch = new LoadWatch();
  const reading = { isOverloaded: true, askedPerSecond: 60, madeCount: 7 };
  watch.measured({ ...reading, monoMs: 0 });
  expect(watch.measured({ ...reading, monoMs: 9_000 }).stretch).toBe(1);
});
