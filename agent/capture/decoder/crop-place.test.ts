import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeCrop } from "./crop-place.ts";
import type { CropRequest } from "./decoder.ts";

const request = (changes: Partial<CropRequest> = {}): CropRequest => ({
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  width: 416,
  height: 416,
  fit: "letterbox-top-left",
  fill: 114,
  channels: "rgb",
  ...changes,
});

const wide = { contentX: 0, contentY: 0, contentWidth: 416, contentHeight: 234 };
const rows = [
  { name: "top left, as YOLOX wants it", request: request(), want: wide },
  {
    name: "in the middle",
    request: request({ fit: "letterbox-centre" }),
    want: { ...wide, contentY: 91 },
  },
  {
    name: "stretched",
    request: request({ fit: "stretch" }),
    want: { contentX: 0, contentY: 0, contentWidth: 416, contentHeight: 416 },
  },
  {
    name: "an upright crop fills the height",
    request: request({ crop: { xMin: 0.5, yMin: 0, xMax: 0.75, yMax: 1 } }),
    want: { cropX: 960, cropWidth: 480, contentWidth: 184, contentHeight: 416 },
  },
  {
    name: "a cut falls on even pixels",
    request: request({ crop: { xMin: 0.1003, yMin: 0.35, xMax: 0.9, yMax: 0.9004 } }),
    want: { cropX: 192, cropY: 378, cropWidth: 1536, cropHeight: 594 },
  },
  {
    name: "the smallest crop still has pixels",
    request: request({ crop: { xMin: 0.9999, yMin: 0.9999, xMax: 1, yMax: 1 } }),
    want: { cropX: 1918, cropY: 1078, cropWidth: 2, cropHeight: 2 },
  },
];

describe("a crop of 1920×1080 lies", () => {
  test.for(rows)("$name", ({ request, want }) => {
    expect(placeCrop(request, 1920, 1080)).toMatchObject(want);
  });
});

test("pixels that are not square keep the shape of what they show", () => {
  // A PAL substream of a 16:9 camera: 704×576 pixels, each 1.4545 as wide as high.
  expect(placeCrop(request(), 704, 576, 16 / 11)).toMatchObject({
    contentWidth: 416,
    contentHeight: 234,
    cropWidth: 704,
    cropHeight: 576,
  });
});

test("a crop and its content lie within picture and input, whatever is asked", () => {
  const span = fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const side = fc.integer({ min: 1, max: 5_000 });
  const fit = fc.constantFrom("letterbox-top-left", "letterbox-centre", "stretch");
  fc.assert(
    fc.property(span, span, side, side, side, side, fit, (x, y, pw, ph, width, height, fit) => {
      const crop = { xMin: x[0], yMin: y[0], xMax: x[1], yMax: y[1] };
      const place = placeCrop(request({ crop, width, height, fit }), pw, ph);
      expect(place.cropX % 2).toBe(0);
      expect(place.cropY % 2).toBe(0);
      expect(Math.min(place.cropWidth, place.cropHeight)).toBeGreaterThan(0);
      expect(place.cropX + place.cropWidth).toBeLessThanOrEqual(pw);
      expect(place.cropY + place.cropHeight).toBeLessThanOrEqual(ph);
      expect(Math.min(place.contentWidth, place.contentHeight)).toBeGreaterThan(0);
      expect(place.contentX + place.contentWidth).toBeLessThanOrEqual(width);
      expect(place.contentY + place.contentHeight).toBeLessThanOrEqual(height);
    }),
  );
});
