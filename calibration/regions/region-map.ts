/**
 * A city's map: which unit grid, community, street and division a point lies in, and what is near.
 *
 * On a border the lowest code wins; a point in no grid has none, never the nearest. Where a grid is
 * found, community and street are what its code says; their own areas serve the rest.
 */
import { LevelIndex } from "./level-index.ts";
import { metresPerDegree } from "./metres.ts";
import { type NearPlace, PlaceFinder } from "./place-finder.ts";
import type { RegionData, RegionLevel } from "./region.ts";

export interface NamedCode {
  readonly code: string;
  /** As the map names it; undefined where it does not. */
  readonly name: string | undefined;
}

export interface RegionsAt {
  readonly grid: NamedCode | undefined;
  /** From the point to the border of its grid: with less than the point's error it may be another. */
  readonly gridEdgeMetres: number | undefined;
  readonly community: NamedCode | undefined;
  readonly street: NamedCode | undefined;
  readonly division: NamedCode | undefined;
  readonly near: NearPlace | undefined;
}

export class RegionMap {
  /** Says which map it was; goes with events. */
  readonly version: string;
  readonly gridCount: number;
  readonly #levels: Readonly<Record<RegionLevel, LevelIndex>>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #places: PlaceFinder;

  constructor({ regions, places }: RegionData, version: string) {
    this.version = version;
    const level = (wanted: RegionLevel) =>
      new LevelIndex(regions.filter((region) => region.level === wanted));
    this.#levels = {
      grid: level("grid"),
      community: level("community"),
      street: level("street"),
      division: level("division"),
    };
    this.gridCount = regions.filter((region) => region.level === "grid").length;
    const named = regions.flatMap(({ code, name }) =>
      name === undefined ? [] : [[code, name] as const],
    );
    this.#names = new Map(named);
    this.#places = new PlaceFinder(places);
  }

  /** Code of the unit grid alone. */
  gridAt(longitude: number, latitude: number): string | undefined {
    return this.#levels.grid.at(longitude, latitude)?.code;
  }

  at(longitude: number, latitude: number): RegionsAt {
    const grid = this.gridAt(longitude, latitude);
    const { east, north } = metresPerDegree(latitude);
    const found = (level: RegionLevel, digits: number) => {
      const code = grid?.slice(0, digits) ?? this.#levels[level].at(longitude, latitude)?.code;
      return code === undefined ? undefined : this.named(code);
    };
    return {
      grid: grid === undefined ? undefined : this.named(grid),
      gridEdgeMetres:
        grid === undefined
          ? undefined
          : this.#levels.grid.borderDistance(grid, longitude, latitude, east, north),
      community: found("community", 12),
      street: found("street", 9),
      division: found("division", 6),
      near: this.#places.nearest(longitude, latitude),
    };
  }

  named(code: string): NamedCode {
    return { code, name: this.#names.get(code) };
  }
}
