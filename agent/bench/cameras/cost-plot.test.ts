import { expect, test } from "vitest";
import { costSvg, scaleTop } from "./cost-plot.ts";

const tops = [
  [0.31, 0.32],
  [1, 1],
  [1.45, 1.6],
  [64, 64],
  [97, 100],
  [240, 240],
] as const;
test.each(tops)("an axis for %s ends at %s", (value, top) => {
  expect(scaleTop(value)).toBe(top);
});

test("every number of cameras is a dot of the agent and one of the floor", () => {
  const svg = costSvg("a look every 2s", [
    { cameras: 16, cores: 0.4, floorCores: 0.32 },
    { cameras: 4, cores: 0.1, floorCores: 0.08 },
  ]);
  expect(svg.match(/<circle/g)?.length).toBe(4);
  expect(() => costSvg("", [])).toThrow("nothing to draw");
});
