/**
 * Completes an event's place from the city's map: unit grid, community, street, division, what is
 * near, and the address in words.
 *
 * A point from calibration says its grid itself, and none where it lies in none. The position of a
 * camera or a box is not where the thing stands, so the grid that the configuration names goes
 * first; without one the position's grid is given, with the way to its border.
 */
import type { RegionMap, RegionsAt } from "../calibration/regions/region-map.ts";
import type { Place } from "../pipelines/domain/event.ts";

const addressCharsMax = 256;

export function withRegions(place: Place, regions: RegionMap | undefined): Place {
  if (regions === undefined) return place;
  const version = { regions: regions.version };
  if (place.point === null) {
    const found = namedBy(place.grid, regions);
    return found === undefined ? { ...place, ...version } : completed(place, found, version);
  }
  const at = regions.at(place.point.coordinates[0], place.point.coordinates[1]);
  const configured = place.source === "calibration" ? undefined : namedBy(place.grid, regions);
  if (configured !== undefined) {
    return completed(place, { ...configured, near: at.near }, version);
  }
  const { grid: _, gridReason: __, ...rest } = place;
  const grid =
    at.grid === undefined
      ? { grid: null, gridReason: "the point lies in no unit grid of the city's map" }
      : { grid: at.grid.code, gridEdgeMetres: rounded(at.gridEdgeMetres ?? 0) };
  return completed({ ...rest, ...grid }, at, version);
}

/** What the code of a configured grid says by itself. */
function namedBy(grid: string | null, regions: RegionMap) {
  if (grid === null) return undefined;
  return {
    division: regions.named(grid.slice(0, 6)),
    street: regions.named(grid.slice(0, 9)),
    community: regions.named(grid.slice(0, 12)),
    near: undefined,
  };
}

function completed(
  place: Place,
  {
    division,
    street,
    community,
    near,
  }: Pick<RegionsAt, "division" | "street" | "community" | "near">,
  version: { readonly regions: string },
): Place {
  const address = addressOf([division?.name, street?.name, community?.name], near, place.address);
  return {
    ...place,
    ...(division === undefined ? {} : { division: division.code }),
    ...(division?.name === undefined ? {} : { divisionName: division.name }),
    ...(street === undefined ? {} : { street: street.code }),
    ...(street?.name === undefined ? {} : { streetName: street.name }),
    ...(community === undefined ? {} : { community: community.code }),
    ...(community?.name === undefined ? {} : { communityName: community.name }),
    ...(near === undefined
      ? {}
      : { near: { name: near.name, distanceMetres: rounded(near.distanceMetres) } }),
    ...(address === "" ? {} : { address }),
    ...version,
  };
}

/** From the whole to the part, as addresses are written here; then the box's own words. */
function addressOf(
  names: readonly (string | undefined)[],
  near: RegionsAt["near"],
  words: string | undefined,
): string {
  const area = names.filter((name) => name !== undefined).join("");
  const beside = near === undefined ? "" : `${near.name}附近${Math.round(near.distanceMetres)}米`;
  return [`${area}${beside}`, words]
    .filter((part) => part !== undefined && part !== "")
    .join("，")
    .slice(0, addressCharsMax);
}

/** To a decimetre. */
function rounded(metres: number): number {
  return Math.round(metres * 10) / 10;
}
