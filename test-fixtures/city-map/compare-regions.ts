/** Asks the product's map and an independent library the same; says where they differ. */
import { readRegions } from "../../calibration/regions/read-regions.ts";
import { RegionMap } from "../../calibration/regions/region-map.ts";
import { BruteForce } from "./brute-force.ts";
import { cityPoints, madeCity, type Position } from "./made-city.ts";

export interface RegionsCompared {
  readonly map: RegionMap;
  readonly polygons: number;
  readonly pointList: readonly Position[];
  /** In no grid, as both say. */
  readonly outside: number;
  readonly differ: readonly string[];
}

export function compareRegions(size: {
  readonly side: number;
  readonly points: number;
  readonly seed: number;
}): RegionsCompared {
  const city = madeCity(size);
  const { faults, ...data } = readRegions(JSON.parse(JSON.stringify(city)));
  if (faults.length > 0) throw new Error(`the made city is wrong: ${faults.join("; ")}`);
  const map = new RegionMap(data, "made");
  const judge = new BruteForce(city);
  const pointList = cityPoints(city, { count: size.points, seed: size.seed + 1 });
  const differ: string[] = [];
  let outside = 0;
  for (const point of pointList) {
    const ours = map.gridAt(...point);
    const theirs = judge.gridAt(point);
    if (theirs === undefined) outside += 1;
    if (ours !== theirs) differ.push(`${point.join(" ")}: ${ours} instead of ${theirs}`);
  }
  return { map, polygons: city.features.length, pointList, outside, differ };
}
