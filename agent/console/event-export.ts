/** The list of events as files for other programs: CSV, GeoJSON (WGS 84), JSON lines. */
import type { EventRow } from "./event-row.ts";

const columns = [
  "violation",
  "at",
  "kind",
  "subKind",
  "stage",
  "severity",
  "camera",
  "zone",
  "place",
  "grid",
  "code",
  "firstSeenAt",
  "warnedAt",
  "reportedAt",
  "clearedAt",
  "observedMs",
  "errorMetres",
  "reasonZh",
  "reasonEn",
  "enforceable",
] as const satisfies readonly (keyof EventRow)[];

/** With a mark of UTF-8, which spreadsheets need for Chinese. */
export function* csvOf(rows: Iterable<EventRow>): Generator<string> {
  yield `\ufeff${[...columns, "longitude", "latitude"].join(",")}\r\n`;
  for (const row of rows) {
    const [longitude = "", latitude = ""] = row.point ?? [];
    const cells = [...columns.map((name) => row[name]), longitude, latitude];
    yield `${cells.map(cell).join(",")}\r\n`;
  }
}

/** A text that a spreadsheet would run as a formula is marked as text. */
function cell(value: string | number | boolean | null): string {
  if (typeof value !== "string") return value === null ? "" : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function* geoJsonOf(rows: Iterable<EventRow>): Generator<string> {
  yield '{"type":"FeatureCollection","features":[';
  let isFirst = true;
  for (const { point, violation, ...properties } of rows) {
    const feature = {
      type: "Feature",
      id: violation,
      geometry: point === null ? null : { type: "Point", coordinates: point },
      properties,
    };
    yield `${isFirst ? "" : ","}\n${JSON.stringify(feature)}`;
    isFirst = false;
  }
  yield "\n]}\n";
}

export function* jsonLinesOf(rows: Iterable<EventRow>): Generator<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}
