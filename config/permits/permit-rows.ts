/**
 * One row of a permit list, as YAML or as cells of a CSV file, and what takes more than one of its
 * values to judge.
 *
 * In a CSV file lists are one cell: kinds and hours with semicolons, a polygon as
 * `0.1 0.2; 0.3 0.2; 0.3 0.4`.
 */
import { z } from "zod";
import { kinds } from "../../pipelines/domain/kind.ts";
import type { Permit, PermitPlace } from "../../pipelines/domain/permit.ts";
import type { Path } from "../source-node.ts";
import { dailyForm, isDate, parseDaily } from "../time-window.ts";

export const permitColumns = [
  "number",
  "kinds",
  "camera",
  "zone",
  "polygon",
  "longitude",
  "latitude",
  "radiusMetres",
  "from",
  "to",
  "hours",
  "confirmed",
  "appearance",
] as const;

const numberError = "expected what the authority calls it, at most 64 characters";
const kindsError = `expected one or more of ${kinds.join(", ")}`;
const dateError = "expected a date such as 2026-03-01";
const hoursError = `expected ${dailyForm}`;
const polygonError =
  "expected at least 3 points of two numbers from 0 to 1: 0.1 0.2; 0.3 0.2; 0.3 0.4";
const nameError = "expected the id of a camera or zone";
const appearanceError = "expected what permits learn wrote: 96 hex digits";

const split = (text: string): string[] =>
  text
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "");
const listOf = (value: unknown): unknown => (typeof value === "string" ? split(value) : value);
const numberOf = (value: unknown): unknown =>
  typeof value === "string" && /^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;

function degrees(max: number, name: string) {
  const error = `expected a ${name} in degrees, from ${-max} to ${max}`;
  return z.preprocess(numberOf, z.number({ error }).min(-max, { error }).max(max, { error }));
}

const coordinate = z
  .number({ error: polygonError })
  .min(0, { error: polygonError })
  .max(1, { error: polygonError });
const polygon = z.preprocess(
  (value) =>
    typeof value === "string"
      ? split(value).map((pair) => pair.split(/\s+/).map((part) => numberOf(part)))
      : value,
  z
    .array(z.tuple([coordinate, coordinate], { error: polygonError }), { error: polygonError })
    .min(3, { error: polygonError })
    .max(200, { error: "expected at most 200 points" }),
);

const date = z.string({ error: dateError }).refine(isDate, { error: dateError });
const radiusError = "expected metres, from 1 to 5000";
const yesNo: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  是: true,
  false: false,
  no: false,
  否: false,
};

const rowSchema = z.strictObject({
  number: z.preprocess(
    (value) => (typeof value === "number" ? String(value) : value),
    z.string({ error: numberError }).min(1, { error: numberError }).max(64, { error: numberError }),
  ),
  kinds: z.preprocess(
    listOf,
    z
      .array(z.enum(kinds, { error: kindsError }), { error: kindsError })
      .min(1, { error: kindsError }),
  ),
  camera: z.string({ error: nameError }).optional(),
  zone: z.string({ error: nameError }).optional(),
  polygon: polygon.optional(),
  longitude: degrees(180, "longitude").optional(),
  latitude: degrees(90, "latitude").optional(),
  radiusMetres: z
    .preprocess(
      numberOf,
      z
        .number({ error: radiusError })
        .min(1, { error: radiusError })
        .max(5_000, { error: radiusError }),
    )
    .optional(),
  from: date,
  to: date.optional(),
  hours: z
    .preprocess(
      listOf,
      z.array(
        z.string({ error: hoursError }).transform((text, context) => {
          const span = parseDaily(text);
          if (span !== undefined) return span;
          context.addIssue({ code: "custom", message: hoursError, input: text });
          return z.NEVER;
        }),
        { error: hoursError },
      ),
    )
    .optional(),
  confirmed: z
    .preprocess(
      (value) => (typeof value === "string" ? (yesNo[value.toLowerCase()] ?? value) : value),
      z.boolean({ error: "expected true or false" }),
    )
    .optional(),
  appearance: z
    .string({ error: appearanceError })
    .regex(/^[0-9a-f]{96}$/, { error: appearanceError })
    .optional(),
});
export type PermitRow = z.output<typeof rowSchema>;

export const permitListSchema = z.strictObject({
  version: z
    .preprocess(
      (value) => (typeof value === "number" ? String(value) : value),
      z.string().min(1).max(64),
    )
    .optional(),
  permits: z.array(rowSchema, { error: "expected a list of permits" }).max(20_000, {
    error: "expected at most 20000 permits",
  }),
});

/** Undefined when a fault was reported; `key` is the column that the fault is shown at. */
export function permitOfRow(
  row: PermitRow,
  wrong: (key: Path, message: string) => void,
): Permit | undefined {
  const { number, from, to, hours = [], confirmed = true, appearance } = row;
  if (to !== undefined && to < from) {
    wrong(["to"], `it begins on ${from} and ends before, on ${to}`);
    return undefined;
  }
  const place = placeOf(row, wrong);
  if (place === undefined) return undefined;
  return {
    number,
    kinds: row.kinds,
    place,
    from,
    ...(to === undefined ? {} : { to }),
    hours,
    isConfirmed: confirmed,
    ...(appearance === undefined ? {} : { appearance }),
  };
}

function placeOf(
  row: PermitRow,
  wrong: (key: Path, message: string) => void,
): PermitPlace | undefined {
  const { camera, zone, longitude, latitude, radiusMetres } = row;
  const ground = [longitude, latitude, radiusMetres].filter((value) => value !== undefined);
  if (longitude !== undefined && latitude !== undefined && radiusMetres !== undefined) {
    if (camera === undefined && zone === undefined && row.polygon === undefined) {
      return { type: "ground", longitude, latitude, radiusMetres };
    }
    wrong(["longitude"], "expected one place: a point with its radius, or a camera, not both");
    return undefined;
  }
  if (ground.length > 0) {
    wrong([], "a point needs longitude, latitude and radiusMetres");
    return undefined;
  }
  if (camera === undefined) {
    wrong([], "expected a place: a camera (with a zone or a polygon), or a point with its radius");
    return undefined;
  }
  if (zone !== undefined && row.polygon !== undefined) {
    wrong(["polygon"], "expected a zone or a polygon, not both");
    return undefined;
  }
  if (zone !== undefined) return { type: "zone", cameraId: camera, zoneId: zone };
  if (row.polygon === undefined) return { type: "camera", cameraId: camera };
  const points = row.polygon.map(([x, y]) => ({ x, y }));
  return { type: "area", cameraId: camera, polygon: points };
}
