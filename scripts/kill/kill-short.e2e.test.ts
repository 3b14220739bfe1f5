/** The proof of `npm run proof:kill` in short: a handful of kills of the real processes. */
import { expect, test } from "vitest";
import { killProof } from "./kill-run.ts";

const nothing = {
  doubled: 0,
  gaps: 0,
  invented: 0,
  presencesBroken: 0,
  unobservedDwell: 0,
};

test("a few kills lose nothing, double nothing and leave no gap", async () => {
  const say = () => {};
  const sound = await killProof({ times: 4, seed: 3, say });
  expect(sound.findings).toEqual([]);
  expect(sound).toMatchObject({ kills: 4, lost: 0, ...nothing });
  expect(sound.written).toBeGreaterThan(2);
  expect(sound.heard).toBe(sound.written);
});
