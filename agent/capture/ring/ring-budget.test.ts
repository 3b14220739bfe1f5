import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import type { StreamSettings } from "../stream-settings.ts";
import { RingBudget } from "./ring-budget.ts";
import type { RingNeed } from "./ring-shares.ts";

const MB = 1_000_000;

const streamOf = (name: string, ringBytes = MB): StreamSettings => ({
  cameraId: cameraId(name),
  stream: "main",
  url: `rtsp://${name}/`,
  everyMs: 2_000,
  ringBytes,
});

type Step = { readonly names: readonly string[] } | (RingNeed & { readonly name: string });

const grantsOf = (budget: RingBudget): Record<string, number> => Object.fromEntries(budget.grants);

test("while all fit, each gets what it asks for and keeps what it has", () => {
  const budget = new RingBudget({ bytesMax: 10 * MB });
  budget.set([streamOf("a"), streamOf("b")]);
  expect(grantsOf(budget)).toEqual({ "a/main": MB, "b/main": MB });
  expect(budget.need("a/main", { needBytes: 3 * MB, floorBytes: MB })).toBe(true);
  expect(budget.need("b/main", { needBytes: MB / 2, floorBytes: 0 })).toBe(false);
  expect(grantsOf(budget)).toEqual({ "a/main": 3 * MB, "b/main": MB });
});

test("when it gets tight, room that is not needed goes to those that need it", () => {
  const budget = new RingBudget({ bytesMax: 10 * MB });
  budget.set([streamOf("quiet", 4 * MB), streamOf("a", MB), streamOf("b", MB)]);
  budget.need("quiet/main", { needBytes: MB, floorBytes: 0 });
  expect(grantsOf(budget)).toMatchObject({ "quiet/main": 4 * MB });
  budget.need("a/main", { needBytes: 7 * MB, floorBytes: MB });
  expect(grantsOf(budget)).toEqual({ "quiet/main": MB, "a/main": 7 * MB, "b/main": MB });
});

test("a camera that sends more and more takes nothing that others need", () => {
  const budget = new RingBudget({ bytesMax: 10 * MB });
  budget.set([streamOf("loud"), streamOf("a"), streamOf("b")]);
  for (const key of ["a/main", "b/main"]) budget.need(key, { needBytes: 3 * MB, floorBytes: MB });
  for (let needBytes = 2 * MB; needBytes <= 24 * MB; needBytes *= 2) {
    budget.need("loud/main", { needBytes, floorBytes: 2 * MB });
    expect(grantsOf(budget)).toMatchObject({ "a/main": 3 * MB, "b/main": 3 * MB });
  }
  expect(budget.grants.get("loud/main")).toBeGreaterThan(3.8 * MB);
});

test("streams that come and go share anew; needs of one that has gone change nothing", () => {
  const budget = new RingBudget({ bytesMax: 4 * MB });
  budget.set([streamOf("a", 3 * MB)]);
  budget.set([streamOf("a", 3 * MB), streamOf("b", 3 * MB)]);
  expect(budget.grants.get("a/main")).toBe(budget.grants.get("b/main"));
  budget.set([streamOf("b", 3 * MB)]);
  expect(grantsOf(budget)).toEqual({ "b/main": 3 * MB });
  expect(budget.need("a/main", { needBytes: 9 * MB, floorBytes: 0 })).toBe(false);
});

test("whatever cameras do, what is granted stays within the total", () => {
  const names = ["a", "b", "c", "d", "e"];
  const bytes = fc.integer({ min: 1, max: 24 * MB });
  const step = fc.oneof(
    fc.record({ names: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }) }),
    fc.record({ name: fc.constantFrom(...names), needBytes: bytes, floorBytes: bytes }),
  );
  const take = (budget: RingBudget, made: Step): boolean => {
    if ("name" in made) return budget.need(`${made.name}/main`, made);
    return budget.set(made.names.map((name) => streamOf(name)));
  };
  fc.assert(
    fc.property(
      fc.integer({ min: MB, max: 60 * MB }),
      fc.array(step, { maxLength: 60 }),
      (bytesMax, steps) => {
        const budget = new RingBudget({ bytesMax });
        for (const made of steps) {
          const before = grantsOf(budget);
          const hasChanged = take(budget, made);
          expect(hasChanged).toBe(!isDeepStrictEqual(grantsOf(budget), before));
          const total = [...budget.grants.values()].reduce((sum, each) => sum + each, 0);
          expect(total).toBeLessThanOrEqual(bytesMax);
        }
      },
    ),
  );
});

test("a bound of nothing cannot be", () => {
  expect(() => new RingBudget({ bytesMax: 0 })).toThrow("bytesMax must be above 0, got 0");
});
