/**
 * Reads a city's GeoJSON into regions and named places, and says what is wrong with it.
 *
 * Polygons and MultiPolygons are regions (`code`, `name`), Points are named places (`name`).
 * Nothing is repaired or guessed: a file with a fault gives its faults, each with the feature it is
 * in. Datums are not guessed either: a `crs` that is not WGS 84 or CGCS2000 is a fault.
 */
import type { NamedPlace, Region, RegionData, Ring, RingPolygon } from "./region.ts";
import { regionLevels } from "./region.ts";

export interface ReadRegions extends RegionData {
  /** Sentences, at most `faultsMax` and a last one that counts the rest. Empty: all is well. */
  readonly faults: readonly string[];
}

const faultsMax = 20;
const nameCharsMax = 100;
const codeForm =
  '"code" must be 6 (division), 9 (street), 12 (community) or 15 (grid) digits in quotes';
/** What the country lies in; a swapped pair lies elsewhere. */
const country = { lonMin: 72.004, lonMax: 137.8347, latMin: 0.8293, latMax: 55.8271 } as const;

type JsonObject = Readonly<Record<string, unknown>>;

export function readRegions(json: unknown): ReadRegions {
  const reader = new RegionReader();
  reader.read(json);
  return reader.result();
}

class RegionReader {
  readonly #regions: Region[] = [];
  readonly #places: NamedPlace[] = [];
  readonly #faults: string[] = [];
  readonly #codeFeatures = new Map<string, string>();
  #faultCount = 0;

  result(): ReadRegions {
    const more = this.#faultCount - this.#faults.length;
    const faults = more === 0 ? this.#faults : [...this.#faults, `and ${more} faults more`];
    return { regions: this.#regions, places: this.#places, faults };
  }

  read(json: unknown): void {
    if (!isObject(json) || json["type"] !== "FeatureCollection") {
      this.#fault("", "expected a GeoJSON FeatureCollection");
      return;
    }
    this.#readDatum(json["crs"]);
    const { features } = json;
    if (!Array.isArray(features)) {
      this.#fault("features", "expected a list of features");
      return;
    }
    for (const [index, feature] of features.entries())
      this.#readFeature(`features[${index}]`, feature);
    if (features.length === 0) this.#fault("features", "the list is empty");
  }

  /** RFC 7946 has no such member; files of before say the datum with it. */
  #readDatum(crs: unknown): void {
    if (crs === undefined || crs === null) return;
    const name = isObject(crs) && isObject(crs["properties"]) ? crs["properties"]["name"] : "";
    if (typeof name === "string" && /CRS84|EPSG:+(?:4326|4490)$/i.test(name)) return;
    const said = typeof name === "string" && name !== "" ? name : JSON.stringify(crs);
    this.#fault(
      "crs",
      `the datum must be WGS 84 or CGCS2000 in degrees, found ${said.slice(0, 80)}`,
    );
  }

  #readFeature(at: string, feature: unknown): void {
    const isFeature = isObject(feature) && feature["type"] === "Feature";
    const geometry = isFeature ? feature["geometry"] : undefined;
    if (!isFeature || !isObject(geometry)) {
      this.#fault(at, isFeature ? "has no geometry" : "expected a feature");
      return;
    }
    const properties = isObject(feature["properties"]) ? feature["properties"] : {};
    const { type, coordinates } = geometry;
    if (type === "Point") this.#readPlace(at, properties, coordinates);
    else if (type === "Polygon") this.#readRegion(at, properties, [coordinates]);
    else if (type !== "MultiPolygon") {
      const found = JSON.stringify(type);
      this.#fault(at, `expected a Polygon, a MultiPolygon or a Point, found ${found}`);
    } else if (Array.isArray(coordinates) && coordinates.length > 0) {
      this.#readRegion(at, properties, coordinates);
    } else this.#fault(at, "its MultiPolygon holds no polygon");
  }

  #readPlace(at: string, { name }: JsonObject, coordinates: unknown): void {
    const position = this.#position(at, coordinates);
    const text = this.#name(at, name);
    if (text === undefined) this.#fault(at, 'a place needs a "name"');
    if (position === undefined || text === undefined) return;
    this.#places.push({ name: text, longitude: position[0], latitude: position[1] });
  }

  #readRegion(at: string, { code, name }: JsonObject, written: readonly unknown[]): void {
    const level = levelOf(code);
    if (typeof code !== "string" || level === undefined) {
      this.#fault(at, `${codeForm}, found ${code === undefined ? "none" : JSON.stringify(code)}`);
      return;
    }
    const before = this.#codeFeatures.get(code);
    if (before !== undefined) {
      this.#fault(at, `${code} stands in ${before} already: join them to one MultiPolygon`);
      return;
    }
    this.#codeFeatures.set(code, at);
    const polygons = written.map((rings) => this.#polygon(`${at} (${code})`, rings));
    const whole = polygons.filter((polygon) => polygon !== undefined);
    if (whole.length < polygons.length) return;
    this.#regions.push({ code, level, name: this.#name(at, name), polygons: whole });
  }

  #name(at: string, name: unknown): string | undefined {
    if (name === undefined || name === null || name === "") return undefined;
    if (typeof name === "string" && name.length <= nameCharsMax) return name;
    this.#fault(at, `"name" must be a text of at most ${nameCharsMax} characters`);
    return undefined;
  }

  #polygon(at: string, written: unknown): RingPolygon | undefined {
    if (!Array.isArray(written) || written.length === 0) {
      this.#fault(at, "a polygon needs an outline");
      return undefined;
    }
    const rings = written.map((ring: unknown) => this.#ring(at, ring));
    const whole = rings.filter((ring) => ring !== undefined);
    return whole.length < rings.length ? undefined : whole;
  }

  #ring(at: string, written: unknown): Ring | undefined {
    if (!Array.isArray(written) || written.length < 4) {
      const found = Array.isArray(written) ? written.length : "none";
      this.#fault(at, `a ring needs at least 4 positions, the last like the first; found ${found}`);
      return undefined;
    }
    const ring = new Float64Array(written.length * 2);
    for (const [index, coordinates] of written.entries()) {
      const position = this.#position(at, coordinates);
      if (position === undefined) return undefined;
      ring.set(position, index * 2);
    }
    if (ring[0] !== ring[ring.length - 2] || ring[1] !== ring[ring.length - 1]) {
      this.#fault(at, "a ring is not closed: its last position must be its first");
      return undefined;
    }
    if (isFlat(ring)) {
      this.#fault(at, "a ring has no area");
      return undefined;
    }
    return ring;
  }

  #position(at: string, coordinates: unknown): readonly [number, number] | undefined {
    const [lon, lat] = Array.isArray(coordinates) ? (coordinates as readonly unknown[]) : [];
    if (typeof lon !== "number" || typeof lat !== "number" || !isOnEarth(lon, lat)) {
      const isSwapped = typeof lon === "number" && typeof lat === "number" && isOnEarth(lat, lon);
      const hint = isSwapped ? " (longitude first)" : "";
      const found = JSON.stringify(coordinates)?.slice(0, 60);
      this.#fault(at, `expected [longitude, latitude] in degrees${hint}, found ${found}`);
      return undefined;
    }
    if (isInCountry(lat, lon) && !isInCountry(lon, lat)) {
      this.#fault(at, `the position [${lon}, ${lat}] looks swapped: the longitude comes first`);
      return undefined;
    }
    return [lon, lat];
  }

  #fault(at: string, what: string): void {
    this.#faultCount += 1;
    if (this.#faults.length < faultsMax) this.#faults.push(at === "" ? what : `${at}: ${what}`);
  }
}

function levelOf(code: unknown): Region["level"] | undefined {
  if (typeof code !== "string" || !/^\d+$/.test(code)) return undefined;
  return Object.hasOwn(regionLevels, code.length)
    ? regionLevels[code.length as keyof typeof regionLevels] // One of its keys.
    : undefined;
}

function isFlat(ring: Ring): boolean {
  const [x0 = 0, y0 = 0] = ring;
  let area = 0;
  for (let at = 2; at < ring.length; at += 2) {
    const [x1 = 0, y1 = 0] = [ring[at - 2], ring[at - 1]];
    const [x2 = 0, y2 = 0] = [ring[at], ring[at + 1]];
    area += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  }
  return area === 0;
}

function isOnEarth(lon: number, lat: number): boolean {
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
}

function isInCountry(lon: number, lat: number): boolean {
  const { lonMin, lonMax, latMin, latMax } = country;
  return lon >= lonMin && lon <= lonMax && lat >= latMin && lat <= latMax;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
