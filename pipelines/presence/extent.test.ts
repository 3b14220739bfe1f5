import { expect, test } from "vitest";
import { createCameraState, stepCamera } from "../camera.ts";
import { type NormBox, wholePicture } from "../domain/geometry.ts";
import { lookAt, ruleOf, rulesOf, zoneOf } from "../testing/street.ts";
import { isOtherExtent } from "./extent.ts";

const box = (xMin: number, yMin: number, xMax: number, yMax: number): NormBox => ({
  xMin,
  yMin,
  xMax,
  yMax,
});
const car = box(0.4, 0.5, 0.6, 0.6);

const rows = [
  { name: "up to a pole before its right end", other: box(0.4, 0.5, 0.53, 0.6), want: true },
  { name: "from a pole behind its left end", other: box(0.47, 0.5, 0.6, 0.6), want: true },
  { name: "above a low wall", other: box(0.4, 0.5, 0.6, 0.57), want: true },
  { name: "the part's outline is a little lower", other: box(0.4, 0.515, 0.53, 0.59), want: true },
  { name: "driven on by a third", other: box(0.466, 0.5, 0.666, 0.6), want: false },
  { name: "both ends moved", other: box(0.44, 0.5, 0.56, 0.6), want: false },
  { name: "coming closer", other: box(0.37, 0.5, 0.63, 0.68), want: false },
  { name: "a small part", other: box(0.4, 0.5, 0.45, 0.6), want: false },
  {
    name: "a longer one that reaches further at both ends",
    other: box(0.3, 0.5, 0.7, 0.6),
    want: false,
  },
  { name: "jitter", other: box(0.4, 0.5, 0.57, 0.6), want: false },
];
for (const { name, other, want } of rows) {
  test(`${name}: ${want ? "the same thing in part" : "no other extent"}`, () => {
    expect(isOtherExtent(car, other, wholePicture)).toBe(want);
    expect(isOtherExtent(other, car, wholePicture), "either way round").toBe(want);
  });
}

test("what drives in at the border keeps only the side that the border cuts", () => {
  const half = box(0.4, 0.5, 0.53, 0.6);
  expect(isOtherExtent(car, half, box(0.4, 0, 1, 1))).toBe(false);
  expect(isOtherExtent(car, half, box(0.2, 0, 1, 1))).toBe(true);
});

/** A car half behind a pole at the picture's edge, as a nano detector boxed it each second. */
const behindPole: readonly NormBox[] = [
  box(0.937, 0.443, 0.975, 0.524),
  box(0.937, 0.442, 0.975, 0.524),
  box(0.936, 0.433, 0.978, 0.524),
  box(0.936, 0.437, 0.98, 0.524),
  box(0.937, 0.431, 0.999, 0.526),
  box(0.937, 0.433, 1, 0.53),
  box(0.937, 0.436, 1, 0.528),
  box(0.937, 0.443, 0.978, 0.524),
  box(0.937, 0.448, 0.977, 0.524),
  box(0.937, 0.445, 0.976, 0.523),
  box(0.938, 0.448, 0.976, 0.523),
  box(0.938, 0.435, 1, 0.536),
  box(0.937, 0.448, 0.978, 0.524),
  box(0.936, 0.43, 1, 0.538),
  box(0.936, 0.43, 0.999, 0.534),
  box(0.937, 0.43, 1, 0.536),
];

test("a car half behind a pole is found, once, though its box flips", () => {
  const rule = ruleOf({ everyMs: 1_000, warnAfterMs: 2_000, reportAfterMs: 10_000 });
  const polygon = [
    { x: 0.91, y: 0.42 },
    { x: 1, y: 0.42 },
    { x: 1, y: 0.56 },
    { x: 0.91, y: 0.56 },
  ];
  const views = rulesOf().views.map((view) => ({ ...view, everyMs: 1_000 }));
  const rules = rulesOf({ views, zones: [zoneOf({ polygon, rules: [rule] })] });
  let state = createCameraState(rules);
  const stages: string[] = [];
  for (const [second, seen] of behindPole.entries()) {
    const step = stepCamera(rules, state, lookAt(second, [{ box: seen }]));
    state = step.state;
    stages.push(...step.changes.map(({ stage }) => `${stage}@${second}`));
  }
  expect(stages).toEqual(["warned@2", "reported@10"]);
  expect(state.presences).toHaveLength(1);
});
