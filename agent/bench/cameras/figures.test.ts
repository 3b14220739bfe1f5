import { expect, test } from "vitest";
import { floorCores, floorCoresPerCamera, latencyFigures, limitCameras } from "./figures.ts";

const floor = { receiveCores: 0.1, decodeCpuMs: 20, runCpuMs: 10 };

test("the floor is receiving and, for each look, a picture and a run", () => {
  expect(floorCores(floor, 0)).toBe(0.1);
  expect(floorCores(floor, 10)).toBeCloseTo(0.4);
});

test("a camera's floor is that of all of them, looked at in their period", () => {
  expect(floorCoresPerCamera(floor, { cameras: 40, everyMs: 2_000 })).toBeCloseTo(0.0175);
});

test("the limit counts the cameras' own server, and whole cameras", () => {
  expect(limitCameras(2, 0.02, 0.001)).toBe(95);
});

const rows = [
  { name: "nothing", values: [], want: null },
  { name: "one", values: [7.4], want: { count: 1, median: 7, p95: 7, p99: 7, max: 7 } },
  {
    name: "a hundred, in any order",
    values: Array.from({ length: 100 }, (_, index) => 100 - index),
    want: { count: 100, median: 50, p95: 95, p99: 99, max: 100 },
  },
  {
    name: "few: the highest percentiles are the largest",
    values: [1, 2, 3, 1_000],
    want: { count: 4, median: 2, p95: 1_000, p99: 1_000, max: 1_000 },
  },
];
test.each(rows)("percentiles are values that were measured: $name", ({ values, want }) => {
  expect(latencyFigures(values)).toEqual(want);
});
