import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bestTrial, settingsFor, stepCount } from "./try-settings.ts";

describe("settings that are tried", () => {
  const rows = [
    { cores: 1, shapes: ["1x1"] },
    { cores: 3, shapes: ["3x1", "1x2", "1x3"] },
    { cores: 7, shapes: ["7x1", "3x2", "1x4", "1x7"] },
    { cores: 8, shapes: ["8x1", "4x2", "2x4", "1x8"] },
  ];
  test.each(rows)("$cores cores: $shapes, in three batches each", ({ cores, shapes }) => {
    const found = settingsFor(cores).map(({ sessions, threads }) => `${sessions}x${threads}`);
    expect([...new Set(found)]).toEqual(shapes);
    expect(found).toHaveLength(3 * shapes.length);
  });

  test("never take more cores than there are, and differ", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 128 }), (cores) => {
        const all = settingsFor(cores);
        for (const { sessions, threads } of all) {
          expect(sessions).toBeGreaterThanOrEqual(1);
          expect(sessions * threads).toBeLessThanOrEqual(cores);
        }
        expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(all.length);
        expect(stepCount(all.length, 3)).toBeLessThanOrEqual(36);
      }),
    );
  });
});

describe("the best settings", () => {
  const trial = (batch: number, imagesPerSecond: number) => ({
    settings: { sessions: 1, threads: 1, batch, provider: "cpu" },
    imagesPerSecond,
    cpuMsPerImage: 1,
  });
  const rows = [
    { name: "the fastest", speeds: [70, 75, 80], want: 4 },
    { name: "the simplest of those that are as fast but for noise", speeds: [79, 80, 80], want: 1 },
    { name: "one alone", speeds: [10], want: 1 },
  ];
  test.each(rows)("$name", ({ speeds, want }) => {
    const trials = speeds.map((speed, index) => trial(2 ** index, speed));
    expect(bestTrial(trials).settings.batch).toBe(want);
  });
});
