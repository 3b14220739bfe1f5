/**
 * Goal: a point is in the right unit grid, on borders and in holes too.
 * Method: small maps by hand, and a made-up city whose every answer an independent library judges.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareRegions } from "../../test-fixtures/city-map/compare-regions.ts";
import { readRegions } from "./read-regions.ts";
import { RegionMap } from "./region-map.ts";

const square = (x: number, y: number, side: number) => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
  [x, y],
];
const polygon = (code: string, rings: readonly unknown[], name?: string) => ({
  type: "Feature",
  properties: { code, name },
  geometry: { type: "Polygon", coordinates: rings },
});
const place = (name: string, lon: number, lat: number) => ({
  type: "Feature",
  properties: { name },
  geometry: { type: "Point", coordinates: [lon, lat] },
});
const mapOf = (features: readonly unknown[]) => {
  const { faults, ...data } = readRegions({ type: "FeatureCollection", features });
  expect(faults).toEqual([]);
  return new RegionMap(data, "test");
};

const [west, east, island] = ["445102001002003", "445102001002004", "445102001002001"];
const town = mapOf([
  polygon(east, [square(117, 23, 1)]),
  polygon(west, [square(116, 23, 1), square(116.25, 23.25, 0.25), square(116.75, 23.75, 0.125)]),
  polygon(island, [square(116.25, 23.25, 0.25)]),
  polygon("445102001002", [square(116, 23, 2)], "牌坊街社区"),
  polygon("445102001", [square(116, 23, 2)], "太平街道"),
  polygon("445102", [square(115, 22, 4)], "湘桥区"),
  place("牌坊街口", 116.5, 23.6),
  place("开元寺", 116.5, 23.603),
]);

const rows = [
  { name: "inside", at: [116.6, 23.1], want: west },
  { name: "a border of two: the lowest code", at: [117, 23.5], want: west },
  { name: "a corner of two", at: [117, 23], want: west },
  { name: "an outer border", at: [118, 23.5], want: east },
  { name: "in an island", at: [116.375, 23.375], want: island },
  { name: "on an island's border: the lowest code", at: [116.25, 23.375], want: island },
  { name: "in a hole without a grid", at: [116.8, 23.8], want: undefined },
  { name: "on the border of a hole without a grid", at: [116.75, 23.8], want: west },
  { name: "north of all", at: [116.5, 24.1], want: undefined },
  { name: "just outside, never the nearest", at: [118.0000001, 23.5], want: undefined },
  { name: "no number", at: [Number.NaN, 23.5], want: undefined },
] as const;
for (const { name, at, want } of rows) {
  test(`${name} is in ${want ?? "no grid"}`, () => expect(town.gridAt(at[0], at[1])).toBe(want));
}

test("community, street and division are what the grid's code says, with the map's names", () => {
  expect(town.at(116.6, 23.6)).toMatchObject({
    grid: { code: west, name: undefined },
    community: { code: "445102001002", name: "牌坊街社区" },
    street: { code: "445102001", name: "太平街道" },
    division: { code: "445102", name: "湘桥区" },
  });
});

test("without a grid the own areas of street and division say it", () => {
  expect(town.at(116.8, 23.8)).toMatchObject({
    grid: undefined,
    gridEdgeMetres: undefined,
    street: { code: "445102001" },
  });
  expect(town.at(115.5, 22.5)).toMatchObject({ street: undefined, division: { code: "445102" } });
});

test("the way to the border and to the nearest place is in metres", () => {
  const { gridEdgeMetres, near } = town.at(116.5, 23.601);
  // A tenth of a degree of latitude from the island's upper edge.
  expect(gridEdgeMetres).toBeCloseTo(0.101 * 110_772, -1);
  expect(near).toEqual({ name: "牌坊街口", distanceMetres: expect.closeTo(110.8, 0) });
  expect(town.at(116.5, 23.7).near).toBeUndefined();
});

test("the nearest of many places is the one that measuring all finds", () => {
  const position = fc.tuple(
    fc.double({ min: 116.6, max: 116.605, noNaN: true }),
    fc.double({ min: 23.6, max: 23.605, noNaN: true }),
  );
  fc.assert(
    fc.property(
      fc.array(position, { minLength: 1, maxLength: 40 }),
      position,
      (all, [lon, lat]) => {
        const map = mapOf(all.map(([x, y], index) => place(`place ${index}`, x, y)));
        const far = ([x, y]: readonly [number, number]) =>
          Math.hypot((x - lon) * 102_056, (y - lat) * 110_772);
        const least = Math.min(...all.map(far));
        const found = map.at(lon, lat).near?.distanceMetres ?? Infinity;
        expect(found).toBeCloseTo(least, 0);
      },
    ),
    { numRuns: 50 },
  );
});

test("an empty map knows nothing", () => {
  const map = new RegionMap({ regions: [], places: [] }, "none");
  expect(map.at(116, 23)).toEqual({
    grid: undefined,
    gridEdgeMetres: undefined,
    community: undefined,
    street: undefined,
    division: undefined,
    near: undefined,
  });
});

test("in a made-up city every answer is the independent library's", () => {
  const { polygons, outside, differ } = compareRegions({ side: 14, points: 6_000, seed: 5 });
  expect(polygons).toBeGreaterThan(180);
  expect(outside).toBeGreaterThan(100);
  expect(differ).toEqual([]);
});
