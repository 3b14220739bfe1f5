import fc from "fast-check";
import { expect, test } from "vitest";
import {
  boxArea,
  boxOverlap,
  boxShareInside,
  groundPoint,
  type NormBox,
  normBoxToPx,
  pxBoxToNorm,
} from "./geometry.ts";

const share = fc.integer({ min: 0, max: 1_000 }).map((value) => value / 1_000);
const boxes: fc.Arbitrary<NormBox> = fc.tuple(share, share, share, share).map(([a, b, c, d]) => ({
  xMin: Math.min(a, b),
  yMin: Math.min(c, d),
  xMax: Math.max(a, b) + 0.001,
  yMax: Math.max(c, d) + 0.001,
}));

test("a box comes back from pixels as it was", () => {
  const size = fc.integer({ min: 16, max: 8_192 });
  fc.assert(
    fc.property(boxes, size, size, (box, width, height) => {
      const back = pxBoxToNorm(normBoxToPx(box, width, height), width, height);
      for (const edge of ["xMin", "yMin", "xMax", "yMax"] as const) {
        expect(back[edge]).toBeCloseTo(box[edge], 12);
      }
    }),
  );
});

test("overlap is the same both ways, 1 with itself and within 0..1", () => {
  fc.assert(
    fc.property(boxes, boxes, (a, b) => {
      expect(boxOverlap(a, b)).toBe(boxOverlap(b, a));
      expect(boxOverlap(a, a)).toBeCloseTo(1, 9);
      expect(boxOverlap(a, b)).toBeGreaterThanOrEqual(0);
      expect(boxOverlap(a, b)).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

test("a box turned inside out has no area, and nothing lies inside it", () => {
  const inside = { xMin: 0.6, yMin: 0.2, xMax: 0.4, yMax: 0.4 };
  expect(boxArea(inside)).toBe(0);
  expect(boxShareInside(inside, { xMin: 0, yMin: 0, xMax: 1, yMax: 1 })).toBe(0);
});

test("a thing stands on the middle of its lower edge", () => {
  const { x, y } = groundPoint({ xMin: 0.2, yMin: 0.1, xMax: 0.6, yMax: 0.9 });
  expect([x, y]).toEqual([0.4, 0.9]);
});
