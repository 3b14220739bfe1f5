/** Checks where things hang: positions, unit grids, the time zone. */
import { nearest } from "../nearest.ts";
import type { Path } from "../source-node.ts";
import { type CheckContext, isWhole } from "./check-context.ts";

export function checkPlaces(context: CheckContext): void {
  const { document, report } = context;
  const { device } = document;
  if (device.location !== undefined)
    checkPosition(context, ["device", "location"], device.location);
  if (device.grid !== undefined) checkGrid(context, ["device", "grid"], device.grid);
  checkTimeZone(context);
  for (const [index, camera] of document.cameras.entries()) {
    const path: Path = ["cameras", index];
    if (camera.grid !== undefined) checkGrid(context, [...path, "grid"], camera.grid);
    if (camera.location !== undefined) {
      checkPosition(context, [...path, "location"], camera.location);
    } else if (isWhole(context, [...path, "location"])) {
      const isDeviceKnown =
        device.location !== undefined || !isWhole(context, ["device", "location"]);
      const consequence = isDeviceKnown
        ? "its events carry the position of the device"
        : "its events carry no position";
      report.warn(path, `the camera "${camera.id}" has no "location": ${consequence}`);
    }
  }
}

/** Divisions are Chinese; generous bounds that hold the whole country. */
const country = { lonMin: 72.004, lonMax: 137.8347, latMin: 0.8293, latMax: 55.8271 } as const;

function checkPosition(
  { report }: CheckContext,
  path: Path,
  [lon, lat]: readonly [number, number],
): void {
  const written = `[${lon}, ${lat}]`;
  const order = "expected [longitude, latitude]";
  if (isInCountry(lat, lon) && !isInCountry(lon, lat)) {
    report.error(
      path,
      `the position ${written} looks swapped: ${order}, which would be [${lat}, ${lon}]`,
    );
  } else if (Math.abs(lat) > 90) {
    report.error(path, `the latitude ${lat} does not exist: ${order} in degrees, found ${written}`);
  } else if (Math.abs(lon) > 180) {
    report.error(
      path,
      `the longitude ${lon} does not exist: ${order} in degrees, found ${written}`,
    );
  } else if (!isInCountry(lon, lat)) {
    report.warn(path, `the position ${written} lies outside the country of the division`);
  }
}

function isInCountry(lon: number, lat: number): boolean {
  const { lonMin, lonMax, latMin, latMax } = country;
  return lon >= lonMin && lon <= lonMax && lat >= latMin && lat <= latMax;
}

function checkGrid({ document, report }: CheckContext, path: Path, grid: string): void {
  const { division } = document.device;
  if (grid.startsWith(division)) return;
  report.error(path, `the grid ${grid} does not begin with the division ${division}`);
}

function checkTimeZone({ document, report }: CheckContext): void {
  const { timezone } = document.device;
  const known = [...Intl.supportedValuesOf("timeZone"), "UTC"];
  if (known.includes(timezone) || isAlias(timezone)) return;
  const name = nearest(timezone, known);
  const hint =
    name === undefined ? "expected an IANA name such as Asia/Shanghai" : `did you mean "${name}"?`;
  report.error(["device", "timezone"], `the time zone "${timezone}" does not exist, ${hint}`);
}

/** Older names (Asia/Chongqing) are known to the runtime and not in its list; offsets are not names. */
function isAlias(timezone: string): boolean {
  if (!/^[A-Z][A-Za-z_]+(?:\/[A-Za-z_+\-0-9]+)+$/.test(timezone)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: timezone }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}
