import { expect, test } from "vitest";
import type { NormPolygon } from "../domain/geometry.ts";
import { footprint, footprintShare } from "./footprint.ts";

/** A lane: everything below y 0.5. */
const lane: NormPolygon = [
  { x: 0, y: 0.5 },
  { x: 1, y: 0.5 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];

test("the footprint is the lower third of the box", () => {
  const { xMin, yMin, xMax, yMax } = footprint({ xMin: 0.1, yMin: 0.3, xMax: 0.3, yMax: 0.6 });
  expect([xMin, yMin, xMax, yMax].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([
    0.1, 0.5, 0.3, 0.6,
  ]);
});

const rows = [
  { name: "a tall bus whose wheels are in the lane is in it", yMin: 0.1, yMax: 0.7, want: 1 },
  { name: "a bus behind the lane that rises over it is not", yMin: 0.1, yMax: 0.5, want: 0 },
  { name: "a car half on the line is half in it", yMin: 0.3, yMax: 0.55, want: 0.6 },
];
for (const { name, yMin, yMax, want } of rows) {
  test(name, () => {
    expect(footprintShare({ xMin: 0.2, yMin, xMax: 0.4, yMax }, lane)).toBeCloseTo(want, 6);
  });
}
