import { expect, test } from "vitest";
import { changed, findingLines, loadWritten } from "./testing/written.ts";

const withList = changed("cameras:", "permits: lists/permits.csv\ncameras:");
const header = "number,kinds,camera,zone,longitude,latitude,radiusMetres,from,to,confirmed\n";

function load(rows: string) {
  return loadWritten(withList, { "/c/lists/permits.csv": header + rows });
}

test("each camera gets the permits that can be about it, and the hash follows the list", () => {
  const rows = [
    "A,illegal-parking,east,bus-stop,,,,2026-01-01,,",
    "B,illegal-parking,other-box,,,,,2026-01-01,,",
    "C,illegal-parking,,,116.6482,23.671,30,2026-01-01,,",
    "D,illegal-parking,,,116.70,23.671,30,2026-01-01,,",
  ].join("\n");
  const result = load(rows);
  expect(findingLines(result)).toEqual([]);
  if (!result.ok) return;
  const [east] = result.config.cameras;
  expect(east?.rules.permits?.permits.map(({ number }) => number)).toEqual(["A", "C"]);
  expect(east?.rules.position).toEqual({ longitude: 116.648, latitude: 23.671, errorMetres: 60 });
  const other = load(`${rows}\nE,street-vending,east,,,,,2026-01-01,,`);
  expect(other.ok && other.config.configurationHash).not.toBe(result.config.configurationHash);
});

const wrong: readonly { name: string; rows: string; want: readonly string[] }[] = [
  {
    name: "a zone that the camera does not have",
    rows: "A,illegal-parking,east,bus-stp,,,,2026-01-01,,",
    want: [
      'lists/permits.csv:2:1  | the permit A names the zone "bus-stp" that the camera "east" does not have, did you mean "bus-stop"?',
    ],
  },
  {
    name: "a row of a wrong form",
    rows: "A,illegal-parking,east,bus-stop,,,,yesterday,,",
    want: [
      'lists/permits.csv:2:36 permits[0].from | expected a date such as 2026-03-01, found "yesterday"',
    ],
  },
  {
    name: "rows that nobody confirmed",
    rows: "A,illegal-parking,east,bus-stop,,,,2026-01-01,,false",
    want: ["W 4:10 permits | 1 rows are not confirmed by anybody: they cover nothing"],
  },
  {
    name: "a list of other boxes",
    rows: "A,illegal-parking,west,,,,,2026-01-01,,",
    want: ["W 4:10 permits | no row is about a camera of this box"],
  },
];
for (const { name, rows, want } of wrong) {
  test(`${name} is told`, () => {
    expect(findingLines(load(rows))).toEqual(want);
  });
}

test("a list that is not there is told where it is named", () => {
  expect(findingLines(loadWritten(withList))).toEqual([
    "4:10 permits | the file lists/permits.csv does not exist",
  ]);
});
