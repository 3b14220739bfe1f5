/**
 * Which permits cover a thing: by kind, place and time.
 *
 * Where a place is not known exactly, a permit that may hold for it does: a permitted thing that
 * is reported costs more trust than a missed one (a permit on the ground reaches as far as its
 * radius and the error of our position together).
 */
import type { NormBox } from "../domain/geometry.ts";
import type { Kind } from "../domain/kind.ts";
import type { GroundPoint, Permit, PermitRegister } from "../domain/permit.ts";
import type { AllowedWindow, HolidayCalendar } from "../domain/rule.ts";
import { isoDateOf } from "../schedule/civil.ts";
import { localTimeAt } from "../schedule/time-zone.ts";
import { allowedNow } from "../schedule/windows.ts";
import { footprintShare } from "../zones/footprint.ts";
import { shareInPolygon } from "../zones/polygon.ts";

export interface PermitQuestion {
  readonly kind: Kind;
  readonly cameraId: string;
  readonly zoneId: string;
  readonly box: NormBox;
  /** Where it is on the ground, as far as anybody knows. */
  readonly point?: GroundPoint;
}

export interface PermitAnswer {
  /** Permits of this kind and place, whatever their time: the numbers that an event carries. */
  readonly checked: readonly Permit[];
  /** Of these, the ones that hold now. */
  readonly covering: readonly Permit[];
}

/** Share of the thing that must lie in the polygon of a permit. */
const areaShareMin = 0.5;

export function permitsFor(
  register: PermitRegister,
  question: PermitQuestion,
  atMs: number,
  timeZone: string,
): PermitAnswer {
  const checked = register.permits.filter(
    (permit) =>
      permit.isConfirmed && permit.kinds.includes(question.kind) && isPlace(permit, question),
  );
  return { checked, covering: checked.filter((permit) => holdsAt(permit, atMs, timeZone)) };
}

/** It can be about something that this camera sees. */
export function mayHold(
  { place }: Permit,
  cameraId: string,
  position: GroundPoint | undefined,
): boolean {
  if (place.type !== "ground") return place.cameraId === cameraId;
  return position !== undefined && isNear(place, position);
}

export function holdsAt(permit: Permit, atMs: number, timeZone: string): boolean {
  return allowedNow(permitWindows(permit), atMs, timeZone, noCalendar).allowed;
}

/** The last day has passed. */
export function hasLapsed({ to }: Permit, atMs: number, timeZone: string): boolean {
  return to !== undefined && isoDateOf(localTimeAt(atMs, timeZone).dayNumber) > to;
}

/** A permit has no kinds of days. */
const noCalendar: HolidayCalendar = { version: "", years: [] };
const wholeDay = { startMinute: 0, endMinute: 1_440 } as const;

/** When it holds, as windows of local time: half-open, from the first midnight to the last. */
export function permitWindows({ from, to, hours }: Permit): readonly AllowedWindow[] {
  const dates = { fromDate: from, ...(to === undefined ? {} : { toDate: to }) };
  return (hours.length === 0 ? [wholeDay] : hours).map((span) => ({ ...span, ...dates }));
}

function isPlace({ place }: Permit, { cameraId, zoneId, box, point }: PermitQuestion): boolean {
  switch (place.type) {
    case "zone":
      return place.cameraId === cameraId && place.zoneId === zoneId;
    case "camera":
      return place.cameraId === cameraId;
    case "area":
      return (
        place.cameraId === cameraId &&
        // Drawn around the thing on the picture, or on the ground below it: both are meant.
        Math.max(shareInPolygon(box, place.polygon), footprintShare(box, place.polygon)) >=
          areaShareMin
      );
    case "ground":
      return point !== undefined && isNear(place, point);
  }
}

function isNear(place: Extract<Permit["place"], { type: "ground" }>, point: GroundPoint): boolean {
  return metresBetween(place, point) <= place.radiusMetres + point.errorMetres;
}

type Coordinates = Pick<GroundPoint, "longitude" | "latitude">;

const earthRadiusMetres = 6_371_008.8;

/** On the sphere: better than half a per cent, far below any permit's radius. */
function metresBetween(a: Coordinates, b: Coordinates): number {
  const radians = Math.PI / 180;
  const latitudeHalf = ((b.latitude - a.latitude) * radians) / 2;
  const longitudeHalf = ((b.longitude - a.longitude) * radians) / 2;
  const chord =
    Math.sin(latitudeHalf) ** 2 +
    Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * Math.sin(longitudeHalf) ** 2;
  return 2 * earthRadiusMetres * Math.asin(Math.min(1, Math.sqrt(chord)));
}
