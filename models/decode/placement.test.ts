import fc from "fast-check";
import { expect, test } from "vitest";
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { type Placement, placeBox } from "./placement.ts";

const hundredth = fc.integer({ min: 0, max: 100 }).map((value) => value / 100);
const anyBox: fc.Arbitrary<NormBox> = fc
  .tuple(hundredth, hundredth, hundredth, hundredth)
  .map(([a, b, c, d]) => ({
    xMin: Math.min(a, b),
    xMax: Math.max(a, b),
    yMin: Math.min(c, d),
    yMax: Math.max(c, d),
  }))
  .filter((box) => box.xMax - box.xMin > 0.05 && box.yMax - box.yMin > 0.05);
const anyPlacement: fc.Arbitrary<Placement> = fc.record({
  contentX: fc.nat({ max: 100 }),
  contentY: fc.nat({ max: 100 }),
  contentWidth: fc.integer({ min: 50, max: 416 }),
  contentHeight: fc.integer({ min: 50, max: 416 }),
  crop: anyBox,
});

function place(inputBox: readonly number[], placement: Placement) {
  const boxes = new Float32Array(4);
  const isKept = placeBox(Float32Array.from(inputBox), 0, placement, boxes, 0);
  return { isKept, box: Array.from(boxes) };
}

/** A box of the crop (0..1 of it) in input pixels, and the same in the picture. */
function both(inCrop: NormBox, { crop, ...content }: Placement) {
  const x = (at: number) => content.contentX + at * content.contentWidth;
  const y = (at: number) => content.contentY + at * content.contentHeight;
  const px = (at: number) => crop.xMin + at * (crop.xMax - crop.xMin);
  const py = (at: number) => crop.yMin + at * (crop.yMax - crop.yMin);
  const { xMin, yMin, xMax, yMax } = inCrop;
  return {
    input: [x(xMin), y(yMin), x(xMax), y(yMax)],
    picture: [px(xMin), py(yMin), px(xMax), py(yMax)],
  };
}

test("a box of the crop comes back to its place in the picture", () => {
  fc.assert(
    fc.property(anyBox, anyPlacement, (inCrop, placement) => {
      const { input, picture } = both(inCrop, placement);
      const placed = place(input, placement);
      expect(placed.isKept).toBe(true);
      for (const [side, value] of picture.entries()) expect(placed.box[side]).toBeCloseTo(value, 4);
    }),
  );
});

test("no box leaves what was looked at", () => {
  const anySide = fc.oneof(
    fc.double({ min: -2000, max: 2000, noNaN: true }),
    fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
  );
  fc.assert(
    fc.property(fc.tuple(anySide, anySide, anySide, anySide), anyPlacement, (box, placement) => {
      const { crop } = placement;
      const placed = place(box, placement);
      if (!placed.isKept) return;
      const [xMin = -1, yMin = -1, xMax = 2, yMax = 2] = placed.box;
      expect(xMin).toBeGreaterThanOrEqual(Math.fround(crop.xMin));
      expect(yMin).toBeGreaterThanOrEqual(Math.fround(crop.yMin));
      expect(xMax).toBeLessThanOrEqual(Math.fround(crop.xMax));
      expect(yMax).toBeLessThanOrEqual(Math.fround(crop.yMax));
    }),
  );
});

const letterbox: Placement = {
  contentX: 0,
  contentY: 0,
  contentWidth: 416,
  contentHeight: 234,
  crop: { xMin: 0, yMin: 0.5, xMax: 1, yMax: 1 },
};
const rows = [
  { name: "in the fill alone", box: [10, 240, 100, 400], isKept: false },
  { name: "half in the fill", box: [10, 200, 100, 400], isKept: true },
  { name: "without area", box: [10, 10, 10, 100], isKept: false },
  { name: "turned inside out", box: [100, 10, 10, 100], isKept: false },
  { name: "not a number", box: [Number.NaN, 10, 10, 100], isKept: false },
];
test.each(rows)("a box $name is kept: $isKept", ({ box, isKept }) => {
  expect(place(box, letterbox).isKept).toBe(isKept);
});
