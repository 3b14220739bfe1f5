/**
 * Is it day: by the sun's height at a place, or by hours where nobody said where the camera is.
 *
 * At night a sign is what its lamp shows of it, so signs are counted, and missed, by day alone.
 * The sun's height is right to a quarter of a degree from 1950 to 2050: about a minute of dusk.
 */
import type { CameraRules, SignSettings } from "../domain/rule.ts";
import { localTimeAt } from "../schedule/time-zone.ts";

/** Where no position is known: light at these hours in every season of the cities we serve. */
const hoursWithoutPlace = { startMinute: 7 * 60 + 30, endMinute: 17 * 60 } as const;
/** Below it, façades lie in shadow and lamps are lit. */
const sunHeightMin = 3;

export function isDaylight(
  daylight: SignSettings["daylight"],
  { position, timeZone }: Pick<CameraRules, "position" | "timeZone">,
  atMs: number,
): boolean {
  if (daylight === "always") return true;
  if (daylight === "sun" && position !== undefined) {
    return sunHeight(position, atMs) >= sunHeightMin;
  }
  const { startMinute, endMinute } = daylight === "sun" ? hoursWithoutPlace : daylight;
  const { minute } = localTimeAt(atMs, timeZone);
  return startMinute < endMinute
    ? minute >= startMinute && minute < endMinute
    : minute >= startMinute || minute < endMinute;
}

const dayMs = 86_400_000;
/** 2000-01-01T12:00Z, from which the formulas count days. */
const epochMs = 946_728_000_000;
const radians = Math.PI / 180;

/** Of the sun's middle over the horizon, in degrees (Astronomical Almanac, low precision). */
export function sunHeight(
  { longitude, latitude }: { readonly longitude: number; readonly latitude: number },
  atMs: number,
): number {
  const days = (atMs - epochMs) / dayMs;
  const anomaly = (357.528 + 0.985_600_3 * days) * radians;
  const meanLongitude = 280.46 + 0.985_647_4 * days;
  const eclipticLongitude =
    (meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * radians;
  const obliquity = (23.439 - 0.000_000_4 * days) * radians;
  const rightAscension = Math.atan2(
    Math.cos(obliquity) * Math.sin(eclipticLongitude),
    Math.cos(eclipticLongitude),
  );
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(eclipticLongitude));
  const siderealDegrees = 280.460_618_37 + 360.985_647_366_29 * days + longitude;
  const hourAngle = siderealDegrees * radians - rightAscension;
  const height = Math.asin(
    Math.sin(latitude * radians) * Math.sin(declination) +
      Math.cos(latitude * radians) * Math.cos(declination) * Math.cos(hourAngle),
  );
  return height / radians;
}
