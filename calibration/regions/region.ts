/**
 * What a city's map consists of: named areas with official codes, and named places.
 *
 * A code says its level by its length: division 6 digits, street 9, community 12, unit grid 15.
 * Coordinates are WGS 84, longitude first, in degrees.
 */
export const regionLevels = { 6: "division", 9: "street", 12: "community", 15: "grid" } as const;
export type RegionLevel = (typeof regionLevels)[keyof typeof regionLevels];

/** Longitude and latitude one after the other; the last point repeats the first. */
export type Ring = Float64Array;

/** The first ring is the outline, the others are holes. */
export type RingPolygon = readonly Ring[];

export interface Region {
  readonly code: string;
  readonly level: RegionLevel;
  readonly name: string | undefined;
  readonly polygons: readonly RingPolygon[];
}

export interface NamedPlace {
  readonly name: string;
  readonly longitude: number;
  readonly latitude: number;
}

export interface RegionData {
  readonly regions: readonly Region[];
  readonly places: readonly NamedPlace[];
}
