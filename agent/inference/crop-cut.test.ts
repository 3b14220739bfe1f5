/**
 * What a view gets of a larger crop's detections, judged against what its own crop would give.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withAppearances } from "../../models/decode/box-appearance.ts";
import { appearanceAt } from "../../pipelines/domain/appearance.ts";
import { detectionBox, detectionLabel, detectionsOf } from "../../pipelines/domain/detections.ts";
import { boxShareInside, type NormBox, wholePicture } from "../../pipelines/domain/geometry.ts";
import { detectionsWithin } from "./crop-cut.ts";

const side = 64;
/** A gradient, so that every place looks different. */
const input = {
  bytes: Uint8Array.from({ length: 3 * side * side }, (_, index) => {
    const [channel, at] = [Math.floor(index / side ** 2), index % side ** 2];
    return [at % side, Math.floor(at / side), 100][channel] ?? 0;
  }),
  width: side,
  height: side,
  channels: "rgb",
} as const;
const placement = {
  contentX: 0,
  contentY: 0,
  contentWidth: side,
  contentHeight: side,
  crop: wholePicture,
};
const leftHalf: NormBox = { xMin: 0, yMin: 0, xMax: 0.5, yMax: 1 };
const board = (xMin: number, xMax: number, score = 0.9) =>
  ({ label: "signboard", score, box: { xMin, yMin: 0.25, xMax, yMax: 0.5 } }) as const;

function seen(things: Parameters<typeof detectionsOf>[0], crop: NormBox) {
  const found = withAppearances(detectionsOf(things), input, placement);
  return { found, within: detectionsWithin(found, crop, input, placement) };
}

describe("a box", () => {
  const rows = [
    { name: "inside stays as it is", box: [0.1, 0.4], want: [0.1, 0.4] },
    { name: "more than half inside is cut at the edge", box: [0.25, 0.625], want: [0.25, 0.5] },
    { name: "half inside is not the view's", box: [0.25, 0.75], want: undefined },
    { name: "that only touches the crop is not the view's", box: [0.5, 0.75], want: undefined },
  ] as const;
  test.for(rows)("$name", ({ box: [from, to], want }) => {
    const { within } = seen([board(from, to)], leftHalf);
    const boxes = Array.from({ length: within.count }, (_, index) => detectionBox(within, index));
    const wanted = want === undefined ? [] : [want];
    expect(boxes.map(({ xMin, xMax }) => [xMin, xMax].map((x) => x.toFixed(3)))).toEqual(
      wanted.map((span) => span.map((x) => x.toFixed(3))),
    );
  });

  test("keeps its score, label and appearance when another is left out", () => {
    const { found, within } = seen(
      [board(0.7, 0.9, 0.9), { ...board(0.1, 0.3, 0.5), label: "car" }, board(0.2, 0.4, 0.4)],
      leftHalf,
    );
    expect(Array.from(within.scores)).toEqual(Array.from(found.scores.subarray(1)));
    expect([0, 1].map((index) => detectionLabel(within, index))).toEqual(["car", "signboard"]);
    const own = [0, 1].map((index) => appearanceAt(within.appearances, index));
    expect(own).toEqual([undefined, appearanceAt(found.appearances, 2)]);
  });

  test("that was cut looks like what is left of it", () => {
    const { found, within } = seen([board(0.25, 0.625)], leftHalf);
    const { within: alone } = seen([board(0.25, 0.5)], leftHalf);
    expect(appearanceAt(within.appearances, 0)).toBe(appearanceAt(alone.appearances, 0));
    expect(appearanceAt(within.appearances, 0)).not.toBe(appearanceAt(found.appearances, 0));
  });
});

test("what is all inside is not copied", () => {
  const { found, within } = seen([board(0.1, 0.4)], wholePicture);
  expect(within).toBe(found);
});

test("whatever was found, a view gets boxes inside its crop, by falling score", () => {
  const span = fc
    .tuple(
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
    )
    .map(([from, length]) => [from, Math.min(1, from + length)] as const);
  const anyBox = fc
    .tuple(span, span)
    .map(([x, y]) => ({ xMin: x[0], yMin: y[0], xMax: x[1], yMax: y[1] }));
  const thing = fc.record({
    label: fc.constantFrom("car" as const, "signboard" as const),
    score: fc.double({ min: 0.1, max: 1, noNaN: true }),
    box: anyBox,
  });
  fc.assert(
    fc.property(fc.array(thing, { maxLength: 12 }), anyBox, (things, crop) => {
      const { found, within } = seen(things, crop);
      const inside = Array.from({ length: found.count }, (_, index) => detectionBox(found, index));
      const sure = inside.filter((box) => boxShareInside(box, crop) > 0.501).length;
      const unsure = inside.filter((box) => boxShareInside(box, crop) >= 0.499).length;
      expect(within.count).toBeGreaterThanOrEqual(sure);
      expect(within.count).toBeLessThanOrEqual(unsure);
      for (let index = 0; index < within.count; index += 1) {
        expect(boxShareInside(detectionBox(within, index), crop)).toBeCloseTo(1, 4);
      }
      expect([...within.scores]).toEqual([...within.scores].toSorted((a, b) => b - a));
    }),
  );
});
