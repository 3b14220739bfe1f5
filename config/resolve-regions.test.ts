/** The city's map of a configuration: found beside it, joined, checked, and part of its hash. */
import { expect, test } from "vitest";
import { changed, findingLines, loadWritten, rightFile } from "./testing/written.ts";

const ring = (lon: number) => [
  [lon, 23],
  [lon + 1, 23],
  [lon + 1, 24],
  [lon, 23],
];
const feature = (code: string, lon: number) => ({
  type: "Feature",
  properties: { code },
  geometry: { type: "Polygon", coordinates: [ring(lon)] },
});
const file = (...features: unknown[]) => JSON.stringify({ type: "FeatureCollection", features });
const west = feature("445102001002003", 116);
const east = feature("445102001002004", 117);

function load(written: string, files: Readonly<Record<string, string>>) {
  return loadWritten(changed("cameras:", `regions: ${written}\ncameras:`), files);
}

test("a map of one or several files is looked up in, and the hash follows it", () => {
  const one = load("city.geojson", { "/c/city.geojson": file(west, east) });
  const two = load("[maps/w.json, maps/e.json]", {
    "/c/maps/w.json": file(west),
    "/c/maps/e.json": file(east),
  });
  const none = loadWritten(rightFile);
  const configs = [one, two, none].map((result) => (result.ok ? result.config : undefined));
  expect(configs.map((config) => config?.regions?.gridAt(117.9, 23.1))).toEqual([
    "445102001002004",
    "445102001002004",
    undefined,
  ]);
  expect(new Set(configs.map((config) => config?.configurationHash)).size).toBe(3);
});

const rows: {
  name: string;
  written?: string;
  files?: Readonly<Record<string, string>>;
  want: string[];
}[] = [
  { name: "no file", want: ["4:10 regions | the file city.geojson does not exist"] },
  {
    name: "no JSON",
    files: { "/c/city.geojson": "{" },
    want: ["4:10 regions | the file city.geojson is not JSON"],
  },
  {
    name: "a fault in it",
    files: { "/c/city.geojson": file(feature("4451", 116)) },
    want: [
      '4:10 regions | city.geojson: features[0]: "code" must be 6 (division), 9 (street), 12 (community) or 15 (grid) digits in quotes, found "4451"',
    ],
  },
  {
    name: "a code in two files",
    written: "[a.json, b.json]",
    files: { "/c/a.json": file(west), "/c/b.json": file(west) },
    want: ["4:10 regions | 445102001002003 stands in more than one of the files"],
  },
  {
    name: "the map of another city",
    files: { "/c/city.geojson": file(feature("410102001002003", 116)) },
    want: [
      "W 4:10 regions | no region lies in the division 445102: is it the map of another city?",
    ],
  },
  {
    name: "a number",
    written: "3",
    want: ["4:10 regions | expected the name of a GeoJSON file, or a list of names, found 3"],
  },
];
for (const { name, written = "city.geojson", files = {}, want } of rows) {
  test(name, () => expect(findingLines(load(written, files))).toEqual(want));
}
