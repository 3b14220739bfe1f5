import fc from "fast-check";
import { expect, test } from "vitest";
import { wholePicture } from "../../pipelines/domain/geometry.ts";
import { blacken, blur, type PlanarPicture } from "./pixel-mask.ts";

const width = 64;
const height = 48;

/** Every pixel differs from its neighbours. */
function noise(seed = 1): PlanarPicture {
  const planes = new Uint8Array(3 * width * height);
  let state = seed;
  for (let index = 0; index < planes.length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    planes[index] = state >>> 24;
  }
  return { planes, width, height };
}

const region = { what: "head", xMin: 8, yMin: 8, xMax: 40, yMax: 40, blockPx: 8 } as const;

test("of a blurred region as many numbers are left as it has blocks", () => {
  const picture = noise();
  blur(picture, region);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 8; y < 40; y++) {
      for (let x = 8; x < 40; x++) {
        const at = (row: number, column: number) =>
          picture.planes[(channel * height + row) * width + column];
        expect(at(y, x)).toBe(at(y - (y % 8), x - (x % 8)));
      }
    }
  }
});

test("two pictures with the same means give the same pixels: nothing else is left", () => {
  const a = noise();
  const b = { ...a, planes: a.planes.slice() };
  // Two pixels of one block change places.
  const from = 10 * width + 10;
  const to = 12 * width + 13;
  [b.planes[from], b.planes[to]] = [a.planes[to] ?? 0, a.planes[from] ?? 0];
  expect(b.planes).not.toEqual(a.planes);
  blur(a, region);
  blur(b, region);
  expect(b.planes).toEqual(a.planes);
});

test("outside of the region nothing changes, whatever the region", () => {
  const side = (max: number) => fc.integer({ min: 0, max });
  fc.assert(
    fc.property(
      side(width),
      side(width),
      side(height),
      side(height),
      fc.integer({ min: 8, max: 40 }),
      (x1, x2, y1, y2, blockPx) => {
        const picture = noise();
        const before = noise();
        const [xMin, xMax] = [Math.min(x1, x2), Math.max(x1, x2)];
        const [yMin, yMax] = [Math.min(y1, y2), Math.max(y1, y2)];
        blur(picture, { what: "plate", xMin, yMin, xMax, yMax, blockPx });
        picture.planes.forEach((value, index) => {
          const x = index % width;
          const y = Math.floor(index / width) % height;
          const isInside = x >= xMin && x < xMax && y >= yMin && y < yMax;
          if (!isInside && value !== before.planes[index]) throw new Error(`${x}, ${y} changed`);
        });
      },
    ),
    { numRuns: 30 },
  );
});

test("a polygon is black, with every pixel that it touches, and the rest stays", () => {
  const picture = noise();
  picture.planes.fill(200);
  const mask = [
    { x: 0.25, y: 0.25 },
    { x: 0.75, y: 0.25 },
    { x: 0.75, y: 0.75 },
    { x: 0.25, y: 0.75 },
  ];
  blacken(picture, mask, wholePicture);
  const at = (x: number, y: number) => picture.planes[y * width + x];
  for (const [x, y] of [
    [16, 12],
    [47, 12],
    [16, 35],
    [47, 35],
    [30, 20],
  ] as const) {
    expect(at(x, y), `${x}, ${y}`).toBe(0);
  }
  for (const [x, y] of [
    [14, 20],
    [50, 20],
    [30, 10],
    [30, 38],
  ] as const) {
    expect(at(x, y), `${x}, ${y}`).toBe(200);
  }
});

test("a mask is cut with the view, and one outside of it changes nothing", () => {
  const crop = { xMin: 0.5, yMin: 0, xMax: 1, yMax: 1 };
  const triangle = [
    { x: 0, y: 0 },
    { x: 0.75, y: 0 },
    { x: 0, y: 1 },
  ];
  const picture = noise();
  picture.planes.fill(200);
  blacken(picture, triangle, crop);
  expect(picture.planes[0]).toBe(0);
  expect(picture.planes[width - 1]).toBe(200);
  const elsewhere = triangle.map(({ x, y }) => ({ x: x / 2, y }));
  const other = noise();
  blacken(other, elsewhere, { ...crop, xMin: 0.6 });
  expect(other.planes).toEqual(noise().planes);
});
