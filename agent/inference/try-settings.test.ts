import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bestTrial, quietShare, settingsFor, stepCount } from "./try-settings.ts";

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

const trial = (shape: string, imagesPerSecond: number, cpuMsPerImage: number) => {
  const [sessions = 1, threads = 1, batch = 1] = shape.split("x").map(Number);
  const settings = { sessions, threads, batch, provider: "cpu" };
  return { settings, imagesPerSecond, cpuMsPerImage };
};
const nameOf = ({ settings: { sessions, threads, batch } }: ReturnType<typeof trial>) =>
  `${sessions}x${threads}x${batch}`;

describe("the best settings", () => {
  const rows = [
    {
      name: "the cheapest batch",
      trials: [trial("1x1x1", 70, 14), trial("1x1x2", 80, 12.5), trial("1x1x4", 75, 13)],
      want: "1x1x2",
    },
    {
      name: "the simplest of those that are as cheap but for noise",
      trials: [trial("1x1x1", 75, 13.2), trial("1x1x4", 76, 13)],
      want: "1x1x1",
    },
    {
      name: "a busy box: batches by what they cost, not by how often they had their turn",
      trials: [trial("1x1x1", 17, 13), trial("1x1x4", 30, 14)],
      want: "1x1x1",
    },
    {
      name: "between shapes pictures a second count",
      trials: [trial("4x1x1", 280, 14), trial("1x4x1", 200, 13), trial("1x4x4", 240, 12)],
      want: "4x1x1",
    },
    {
      name: "one session of all where it is clearly faster",
      trials: [trial("4x1x1", 200, 20), trial("1x4x1", 240, 16)],
      want: "1x4x1",
    },
    { name: "one alone", trials: [trial("1x1x1", 10, 100)], want: "1x1x1" },
  ];
  test.each(rows)("$name", ({ trials, want }) => {
    expect(nameOf(bestTrial(trials))).toBe(want);
  });

  test("of an accelerator by pictures a second, whatever the processor spends on it", () => {
    const on = (one: ReturnType<typeof trial>) => ({
      ...one,
      settings: { ...one.settings, provider: "webgpu" },
    });
    const trials = [
      trial("1x1x1", 75, 13),
      on(trial("1x1x4", 300, 2)),
      on(trial("1x1x16", 500, 3)),
    ];
    expect(nameOf(bestTrial(trials))).toBe("1x1x16");
  });
});

test("a box is quiet when a session had its core", () => {
  expect(quietShare([trial("2x1x1", 150, 13.2), trial("1x2x1", 90, 13)])).toBeCloseTo(0.99);
  expect(quietShare([trial("1x1x1", 17, 15), trial("1x1x2", 18, 15)])).toBeLessThan(0.3);
});
