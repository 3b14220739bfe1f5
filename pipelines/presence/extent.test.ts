import { expect, test } from "vitest";
import { createCameraState, stepCamera } from "../camera.ts";
import { type NormBox, wholePicture } from "../domain/geometry.ts";
import { boxOf, lookAt, ruleOf, rulesOf, zoneOf } from "../testing/street.ts";
import { isOtherExtent } from "./extent.ts";

const car = boxOf(0.4, 0.5, 0.6, 0.6);

const rows = [
  { name: "up to a pole before its right end", other: boxOf(0.4, 0.5, 0.53, 0.6), want: true },
  { name: "from a pole behind its left end", other: boxOf(0.47, 0.5, 0.6, 0.6), want: true },
  { name: "above a low wall", other: boxOf(0.4, 0.5, 0.6, 0.57), want: true },
  {
    name: "the part's outline is a little lower",
    other: boxOf(0.4, 0.515, 0.53, 0.59),
    want: true,
  },
  { name: "driven on by a third", other: boxOf(0.466, 0.5, 0.666, 0.6), want: false },
  { name: "both ends moved", other: boxOf(0.44, 0.5, 0.56, 0.6), want: false },
  { name: "coming closer", other: boxOf(0.37, 0.5, 0.63, 0.68), want: false },
  { name: "a small part", other: boxOf(0.4, 0.5, 0.45, 0.6), want: false },
  {
    name: "a longer one that reaches further at both ends",
    other: boxOf(0.3, 0.5, 0.7, 0.6),
    want: false,
  },
  { name: "jitter", other: boxOf(0.4, 0.5, 0.57, 0.6), want: false },
];
for (const { name, other, want } of rows) {
  test(`${name}: ${want ? "the same thing in part" : "no other extent"}`, () => {
    expect(isOtherExtent(car, other, wholePicture)).toBe(want);
    expect(isOtherExtent(other, car, wholePicture), "either way round").toBe(want);
  });
}

test("what drives in at the border keeps only the side that the border cuts", () => {
  const half = boxOf(0.4, 0.5, 0.53, 0.6);
  expect(isOtherExtent(car, half, boxOf(0.4, 0, 1, 1))).toBe(false);
  expect(isOtherExtent(car, half, boxOf(0.2, 0, 1, 1))).toBe(true);
});

/** A car half behind a pole at the picture's edge, as a nano detector boxed it each second. */
const behindPole: readonly NormBox[] = [
  boxOf(0.937, 0.443, 0.975, 0.524),
  boxOf(0.937, 0.442, 0.975, 0.524),
  boxOf(0.936, 0.433, 0.978, 0.524),
  boxOf(0.936, 0.437, 0.98, 0.524),
  boxOf(0.937, 0.431, 0.999, 0.526),
  boxOf(0.937, 0.433, 1, 0.53),
  boxOf(0.937, 0.436, 1, 0.528),
  boxOf(0.937, 0.443, 0.978, 0.524),
  boxOf(0.937, 0.448, 0.977, 0.524),
  boxOf(0.937, 0.445, 0.976, 0.523),
  boxOf(0.938, 0.448, 0.976, 0.523),
  boxOf(0.938, 0.435, 1, 0.536),
  boxOf(0.937, 0.448, 0.978, 0.524),
  boxOf(0.936, 0.43, 1, 0.538),
  boxOf(0.936, 0.43, 0.999, 0.534),
  boxOf(0.937, 0.43, 1, 0.536),
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
