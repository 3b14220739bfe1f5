/** What the city's map adds to an event's place, by where its point comes from. */
import { expect, test } from "vitest";
import { readRegions } from "../calibration/regions/read-regions.ts";
import { RegionMap } from "../calibration/regions/region-map.ts";
import { type Place, placeSchema } from "../pipelines/domain/event.ts";
import { withRegions } from "./regions.ts";

const grid = "445102001002003";
const square = [
  [116, 23],
  [117, 23],
  [117, 24],
  [116, 24],
  [116, 23],
];
const area = (code: string, name?: string) => ({
  type: "Feature",
  properties: { code, name },
  geometry: { type: "Polygon", coordinates: [square] },
});
const { faults: _, ...data } = readRegions({
  type: "FeatureCollection",
  features: [
    area(grid),
    area("445102001002", "牌坊街社区"),
    area("445102001", "太平街道"),
    area("445102", "湘桥区"),
    {
      type: "Feature",
      properties: { name: "开元寺" },
      geometry: { type: "Point", coordinates: [116.5, 23.5] },
    },
  ],
});
const map = new RegionMap(data, "abc");

const place = (change: Partial<Place>): Place => ({
  point: { type: "Point", coordinates: [116.5, 23.501] },
  errorMetres: 3,
  source: "calibration",
  gcj02: null,
  grid: null,
  ...(change.grid === undefined
    ? { gridReason: "neither the camera nor the device names a grid" }
    : {}),
  division: "445103",
  ...change,
});
const outside = { type: "Point" as const, coordinates: [118, 23.5] as [number, number] };
const configured = "445102001002099";

const rows: { name: string; given: Place; want: Partial<Place> }[] = [
  {
    name: "a calibrated point says its grid and the rest",
    given: place({}),
    want: {
      grid,
      division: "445102",
      divisionName: "湘桥区",
      street: "445102001",
      streetName: "太平街道",
      community: "445102001002",
      communityName: "牌坊街社区",
      near: { name: "开元寺", distanceMetres: 110.8 },
      address: "湘桥区太平街道牌坊街社区开元寺附近111米",
      regions: "abc",
    },
  },
  {
    name: "a calibrated point goes before the grid of the configuration",
    given: place({ grid: configured }),
    want: { grid },
  },
  {
    name: "a calibrated point in no grid has none, whatever the configuration says",
    given: place({ grid: configured, point: outside }),
    want: { grid: null, gridReason: "the point lies in no unit grid of the city's map" },
  },
  {
    name: "the camera's position gives way to the grid of the configuration",
    given: place({ grid: configured, source: "camera" }),
    want: { grid: configured, communityName: "牌坊街社区", near: expect.anything() },
  },
  {
    name: "the camera's position says its grid where nothing else does",
    given: place({ source: "camera", errorMetres: 60, address: "太平路口" }),
    want: { grid, address: "湘桥区太平街道牌坊街社区开元寺附近111米，太平路口" },
  },
  {
    name: "without a point the configured grid's code says what it can",
    given: place({ point: null, source: "none", grid: configured, errorMetres: null }),
    want: { grid: configured, street: "445102001", regions: "abc" },
  },
  {
    name: "without point and grid nothing is guessed",
    given: place({ point: null, source: "none", errorMetres: null }),
    want: { grid: null, gridReason: "neither the camera nor the device names a grid" },
  },
];
for (const { name, given, want } of rows) {
  test(name, () => {
    const completed = withRegions(given, map);
    expect(completed).toMatchObject(want);
    expect(placeSchema.parse(completed)).toEqual(completed);
    expect(completed.grid !== null && completed.gridReason !== undefined).toBe(false);
  });
}

test("without a map nothing changes", () => {
  const given = place({ address: "太平路口" });
  expect(withRegions(given, undefined)).toBe(given);
});
