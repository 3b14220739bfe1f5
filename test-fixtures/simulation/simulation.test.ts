/**
 * Goal: the simulation finds what it must, repeats itself to the letter, and the agent keeps its
 * promises in it. Method: a few worlds of different sorts, every mutant in a world that is known to
 * show it, and the seeds that once showed a fault. `npm run proof:simulation` runs thousands.
 */
import { describe, expect, test } from "vitest";
import { type MutantName, mutants } from "./mutants.ts";
import { regressionSeeds } from "./regression-seeds.ts";
import { runSeed } from "./run-seed.ts";

const told = async (seed: number, mutant?: MutantName) => {
  const { broken } = await runSeed(seed, mutant, { untilBroken: mutant !== undefined });
  return broken.map(({ promise, what }) => `${promise}: ${what}`);
};

/** In how few worlds each fault is known to show. */
const shownBy: Readonly<Record<MutantName, { readonly seed: number; readonly breaks: string }>> = {
  "ack-before-commit": { seed: 7, breaks: "what was acknowledged is kept" },
  "missing-fsync": { seed: 3, breaks: "the database is whole after every cut" },
  "unobserved-dwell": { seed: 6, breaks: "no violation from time that nobody observed" },
  "dropped-row": { seed: 1, breaks: "rows leave in their order" },
  "unbounded-outbox": { seed: 7, breaks: "the outbox keeps its bound" },
  "swapped-rows": { seed: 1, breaks: "rows leave in their order" },
  "old-state": { seed: 7, breaks: "no write fails by a fault of ours" },
  "verdict-forgotten": { seed: 7, breaks: "no write fails by a fault of ours" },
  "ack-before-broker": { seed: 1, breaks: "no event is lost" },
  "allowed-ignored": { seed: 4, breaks: "what is allowed is never told of" },
  "reported-dropped-first": { seed: 7, breaks: "what is worth least is dropped first" },
  "hidden-things": { seed: 1, breaks: "none is forgotten" },
};

describe("the agent keeps its promises in the world of seed", () => {
  for (const seed of [6, 9, 19, 41, 49]) {
    test(`${seed}`, async () => {
      expect(await told(seed)).toEqual([]);
    });
  }
});

describe("a seed that once showed a fault shows it no more", () => {
  for (const { seed, showed } of regressionSeeds) {
    test(`${seed}: ${showed}`, async () => {
      expect(await told(seed)).toEqual([]);
    });
  }
});

describe("a fault that is built in breaks a promise", () => {
  for (const name of Object.keys(mutants) as MutantName[]) {
    const { seed, breaks } = shownBy[name];
    test(`${name}: ${breaks}`, async () => {
      expect((await told(seed, name)).join("\n")).toContain(`${breaks}: `);
    });
  }
});

test("the same seed gives the same story, to the letter", async () => {
  const first = await runSeed(9);
  const second = await runSeed(9);
  expect(second.hash).toBe(first.hash);
  expect((await runSeed(37)).hash).not.toBe(first.hash);
});
