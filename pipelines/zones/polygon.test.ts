/**
 * Points and boxes against polygons: tables for the borders, properties for the laws.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NormBox, NormPoint, NormPolygon } from "../domain/geometry.ts";
import { boxOf } from "../testing/street.ts";
import { clipToBox, isInPolygon, polygonArea, shareInPolygon } from "./polygon.ts";

const points = (list: readonly (readonly [number, number])[]): NormPolygon =>
  list.map(([x, y]) => ({ x, y }));

const square = points([
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
]);
const rightNeighbour = points([
  [0.6, 0.2],
  [0.9, 0.2],
  [0.9, 0.6],
  [0.6, 0.6],
]);
/** Open to the top: a bay between two arms. */
const bay = points([
  [0.1, 0.1],
  [0.3, 0.1],
  [0.3, 0.7],
  [0.7, 0.7],
  [0.7, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
]);

describe("a point in a polygon", () => {
  const rows: readonly {
    readonly name: string;
    readonly polygon: NormPolygon;
    readonly at: readonly [number, number];
    readonly want: boolean;
  }[] = [
    { name: "in the middle", polygon: square, at: [0.4, 0.4], want: true },
    { name: "left of it", polygon: square, at: [0.1, 0.4], want: false },
    { name: "on the left edge", polygon: square, at: [0.2, 0.4], want: true },
    { name: "on the upper edge", polygon: square, at: [0.4, 0.2], want: true },
    { name: "on the right edge", polygon: square, at: [0.6, 0.4], want: false },
    { name: "on the lower edge", polygon: square, at: [0.4, 0.6], want: false },
    { name: "on the upper left corner", polygon: square, at: [0.2, 0.2], want: true },
    { name: "on the lower right corner", polygon: square, at: [0.6, 0.6], want: false },
    { name: "in the bay", polygon: bay, at: [0.5, 0.4], want: false },
    { name: "in an arm of the bay", polygon: bay, at: [0.2, 0.4], want: true },
    { name: "below the bay", polygon: bay, at: [0.5, 0.8], want: true },
  ];
  for (const { name, polygon, at, want } of rows) {
    test(`${name}: ${want ? "inside" : "outside"}`, () => {
      expect(isInPolygon({ x: at[0], y: at[1] }, polygon)).toBe(want);
    });
  }

  test("a point on a shared edge belongs to exactly one of two neighbours", () => {
    const at = { x: 0.6, y: 0.4 };
    expect(isInPolygon(at, square)).toBe(false);
    expect(isInPolygon(at, rightNeighbour)).toBe(true);
  });
});

describe("the share of a box in a polygon", () => {
  const rows: readonly {
    readonly name: string;
    readonly polygon: NormPolygon;
    readonly box: NormBox;
    readonly want: number;
  }[] = [
    { name: "wholly inside", polygon: square, box: boxOf(0.3, 0.3, 0.5, 0.5), want: 1 },
    { name: "wholly outside", polygon: square, box: boxOf(0.7, 0.7, 0.8, 0.8), want: 0 },
    { name: "half inside", polygon: square, box: boxOf(0.5, 0.3, 0.7, 0.5), want: 0.5 },
    { name: "a quarter inside", polygon: square, box: boxOf(0.5, 0.5, 0.7, 0.7), want: 0.25 },
    { name: "larger than the polygon", polygon: square, box: boxOf(0, 0, 0.8, 0.8), want: 0.25 },
    { name: "across the bay", polygon: bay, box: boxOf(0.1, 0.2, 0.9, 0.6), want: 0.5 },
    { name: "without area, inside", polygon: square, box: boxOf(0.3, 0.3, 0.3, 0.5), want: 1 },
    { name: "without area, outside", polygon: square, box: boxOf(0.1, 0.3, 0.1, 0.5), want: 0 },
  ];
  for (const { name, polygon, box, want } of rows) {
    test(`${name}: ${want}`, () => expect(shareInPolygon(box, polygon)).toBeCloseTo(want, 9));
  }
});

const coordinate = fc.integer({ min: 0, max: 1_000 }).map((value) => value / 1_000);
const point: fc.Arbitrary<NormPoint> = fc.record({ x: coordinate, y: coordinate });
/** Points around a centre by angle: never crosses itself. */
const polygon: fc.Arbitrary<NormPolygon> = fc
  .uniqueArray(point, { minLength: 3, maxLength: 9, selector: ({ x, y }) => `${x} ${y}` })
  .map((list) => {
    const x = list.reduce((sum, p) => sum + p.x, 0) / list.length;
    const y = list.reduce((sum, p) => sum + p.y, 0) / list.length;
    return list.toSorted(
      (a, b) => Math.atan2(a.y - y, a.x - x) - Math.atan2(b.y - y, b.x - x) || a.x - b.x,
    );
  });
const boxes: fc.Arbitrary<NormBox> = fc.tuple(point, point).map(([a, b]) => ({
  xMin: Math.min(a.x, b.x),
  yMin: Math.min(a.y, b.y),
  xMax: Math.max(a.x, b.x) + 0.001,
  yMax: Math.max(a.y, b.y) + 0.001,
}));
const turned = (list: NormPolygon, by: number): NormPolygon => [
  ...list.slice(by % list.length),
  ...list.slice(0, by % list.length),
];

describe("laws", () => {
  test("inside does not depend on the first vertex or the direction", () => {
    fc.assert(
      fc.property(polygon, point, fc.nat(20), (list, at, by) => {
        const want = isInPolygon(at, list);
        expect(isInPolygon(at, turned(list, by))).toBe(want);
        expect(isInPolygon(at, turned(list.toReversed(), by))).toBe(want);
      }),
    );
  });

  test("the share does not depend on the first vertex or the direction", () => {
    fc.assert(
      fc.property(polygon, boxes, fc.nat(20), (list, box, by) => {
        const want = shareInPolygon(box, list);
        expect(shareInPolygon(box, turned(list, by))).toBeCloseTo(want, 7);
        expect(shareInPolygon(box, turned(list.toReversed(), by))).toBeCloseTo(want, 7);
      }),
    );
  });

  test("the parts of a box on the two sides of a line add up to its share", () => {
    fc.assert(
      fc.property(
        polygon,
        boxes,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (list, box, at) => {
          const x = box.xMin + (box.xMax - box.xMin) * at;
          const left = polygonArea(clipToBox(list, { ...box, xMax: x }));
          const right = polygonArea(clipToBox(list, { ...box, xMin: x }));
          expect(left + right).toBeCloseTo(polygonArea(clipToBox(list, box)), 9);
        },
      ),
    );
  });

  test("the share is what cutting the polygon to the box leaves, also where nothing is cut", () => {
    fc.assert(
      fc.property(polygon, boxes, (list, box) => {
        const area = (box.xMax - box.xMin) * (box.yMax - box.yMin);
        const cut = Math.min(1, polygonArea(clipToBox(list, box)) / area);
        expect(shareInPolygon(box, list)).toBeCloseTo(cut, 6);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a clipped polygon is never larger than the polygon or the box", () => {
    fc.assert(
      fc.property(polygon, boxes, (list, box) => {
        const area = polygonArea(clipToBox(list, box));
        expect(area).toBeLessThanOrEqual(polygonArea(list) + 1e-12);
        expect(area).toBeLessThanOrEqual((box.xMax - box.xMin) * (box.yMax - box.yMin) + 1e-12);
      }),
    );
  });
});
