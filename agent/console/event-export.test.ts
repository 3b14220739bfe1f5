import { expect, test } from "vitest";
import { csvOf, geoJsonOf, jsonLinesOf } from "./event-export.ts";
import type { EventRow } from "./event-row.ts";

const row: EventRow = {
  violation: "4d80da425b0622c02832",
  at: "2026-07-01T08:10:00+08:00",
  kind: "illegal-parking",
  subKind: "motor-vehicle",
  stage: "reported",
  severity: "yellow",
  camera: "east",
  zone: "bus-stop",
  place: '=HYPERLINK("http://evil")',
  point: [116.647, 23.67],
  errorMetres: 12,
  grid: null,
  code: "09009",
  firstSeenAt: "2026-07-01T08:00:00+08:00",
  warnedAt: null,
  reportedAt: null,
  clearedAt: null,
  observedMs: 600_000,
  reasonZh: "疑似违停，已停10分钟",
  reasonEn: 'stands, "still"',
  enforceable: false,
};

test("CSV marks what a spreadsheet would run, and quotes what it would cut", () => {
  const [head, line] = [...csvOf([row])].join("").split("\r\n");
  expect(head?.startsWith("\ufeffviolation,at,kind")).toBe(true);
  expect(line).toContain(`"'=HYPERLINK(""http://evil"")"`);
  expect(line).toContain('"stands, ""still"""');
  expect(line?.endsWith("116.647,23.67")).toBe(true);
});

test("GeoJSON is one collection, with null where nobody knows the place", () => {
  const text = [...geoJsonOf([row, { ...row, point: null }])].join("");
  const { features } = JSON.parse(text) as { features: { geometry: unknown; id: string }[] };
  expect(features.map(({ geometry }) => geometry)).toEqual([
    { type: "Point", coordinates: [116.647, 23.67] },
    null,
  ]);
  expect(JSON.parse([...geoJsonOf([])].join(""))).toEqual({
    type: "FeatureCollection",
    features: [],
  });
});

test("JSON lines are one event a line", () => {
  const lines = [...jsonLinesOf([row, row])].join("").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as EventRow)).toEqual([row, row]);
});
