/** Faults of a city's file: each is said with its feature, and nothing is repaired. */
import { expect, test } from "vitest";
import { readRegions } from "./read-regions.ts";

const ring = [
  [116, 23],
  [117, 23],
  [117, 24],
  [116, 23],
];
const region = (properties: object, coordinates: unknown = [ring], type = "Polygon") => ({
  type: "Feature",
  properties,
  geometry: { type, coordinates },
});
const code = "445102001002003";
const file = (...features: unknown[]) => ({ type: "FeatureCollection", features });

const codeForm =
  '"code" must be 6 (division), 9 (street), 12 (community) or 15 (grid) digits in quotes';
const rows: { name: string; json: unknown; want: string[] }[] = [
  { name: "no collection", json: [], want: ["expected a GeoJSON FeatureCollection"] },
  { name: "no features", json: file(), want: ["features: the list is empty"] },
  {
    name: "features that are no list",
    json: { type: "FeatureCollection", features: {} },
    want: ["features: expected a list of features"],
  },
  {
    name: "another datum",
    json: { ...file(region({ code })), crs: { properties: { name: "GCJ02" } } },
    want: ["crs: the datum must be WGS 84 or CGCS2000 in degrees, found GCJ02"],
  },
  { name: "no feature", json: file(3), want: ["features[0]: expected a feature"] },
  { name: "no geometry", json: file({ type: "Feature" }), want: ["features[0]: has no geometry"] },
  {
    name: "a line",
    json: file(region({ code }, ring, "LineString")),
    want: ['features[0]: expected a Polygon, a MultiPolygon or a Point, found "LineString"'],
  },
  {
    name: "no code",
    json: file(region({})),
    want: [`features[0]: ${codeForm}, found none`],
  },
  {
    name: "a code without quotes",
    json: file(region({ code: 445_102_001_002_003 })),
    want: [`features[0]: ${codeForm}, found 445102001002003`],
  },
  {
    name: "an older code of 14 digits",
    json: file(region({ code: "44510200100203" })),
    want: [`features[0]: ${codeForm}, found "44510200100203"`],
  },
  {
    name: "a code twice",
    json: file(region({ code }), region({ code })),
    want: [`features[1]: ${code} stands in features[0] already: join them to one MultiPolygon`],
  },
  {
    name: "an open ring",
    json: file(region({ code }, [[...ring.slice(0, 3), [116, 23.5]]])),
    want: [`features[0] (${code}): a ring is not closed: its last position must be its first`],
  },
  {
    name: "three positions",
    json: file(region({ code }, [ring.slice(1)])),
    want: [
      `features[0] (${code}): a ring needs at least 4 positions, the last like the first; found 3`,
    ],
  },
  {
    name: "a ring without area",
    json: file(region({ code }, [[ring[0], ring[1], ring[0], ring[0]]])),
    want: [`features[0] (${code}): a ring has no area`],
  },
  {
    name: "latitude first",
    json: file(region({ code }, [ring.map(([x, y]) => [y, x])])),
    want: [
      `features[0] (${code}): expected [longitude, latitude] in degrees (longitude first), found [23,116]`,
    ],
  },
  {
    name: "latitude first where both exist",
    json: file(region({ code }, [ring.map(([x = 0, y]) => [y, x - 30])])),
    want: [`features[0] (${code}): the position [23, 86] looks swapped: the longitude comes first`],
  },
  {
    name: "metres",
    json: file(region({ code }, [ring.map(([x = 0, y = 0]) => [x * 1e3, y * 1e3])])),
    want: [
      `features[0] (${code}): expected [longitude, latitude] in degrees, found [116000,23000]`,
    ],
  },
  {
    name: "an empty MultiPolygon",
    json: file(region({ code }, [], "MultiPolygon")),
    want: ["features[0]: its MultiPolygon holds no polygon"],
  },
  {
    name: "a place without a name",
    json: file(region({}, [116, 23], "Point")),
    want: ['features[0]: a place needs a "name"'],
  },
];
for (const { name, json, want } of rows) {
  test(name, () => expect(readRegions(json).faults).toEqual(want));
}

test("twenty faults are told and the rest counted", () => {
  const { faults } = readRegions(file(...Array.from({ length: 50 }, () => 3)));
  expect(faults).toHaveLength(21);
  expect(faults.at(-1)).toBe("and 30 faults more");
});

test("levels come from the code, places from points", () => {
  const { regions, places, faults } = readRegions({
    ...file(
      region({ code: "445102", name: "湘桥区" }),
      region({ code }, [[ring], [ring]], "MultiPolygon"),
      region({ name: "开元寺" }, [116.6, 23.6], "Point"),
    ),
    crs: { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::4490" } },
  });
  expect(faults).toEqual([]);
  expect(regions.map(({ level, name, polygons }) => [level, name, polygons.length])).toEqual([
    ["division", "湘桥区", 1],
    ["grid", undefined, 2],
  ]);
  expect(places).toEqual([{ name: "开元寺", longitude: 116.6, latitude: 23.6 }]);
});
