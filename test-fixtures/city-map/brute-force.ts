/**
 * The unit grid of a point by asking an independent library about every polygon of the city: slow,
 * and the judge of the index.
 */
import { booleanPointInPolygon } from "@turf/boolean-point-in-polygon";
import type { CityFeature, MadeCity, Position } from "./made-city.ts";

export class BruteForce {
  /** By code: the first that holds a point is the lowest. */
  readonly #features: readonly CityFeature[];
  readonly #boxes: Float64Array;

  constructor({ features }: MadeCity) {
    this.#features = features.toSorted((a, b) => (a.properties.code < b.properties.code ? -1 : 1));
    this.#boxes = Float64Array.from(this.#features.flatMap(boxOf));
  }

  gridAt([x, y]: Position): string | undefined {
    const boxes = this.#boxes;
    for (const [index, feature] of this.#features.entries()) {
      const at = index * 4;
      if (x < (boxes[at] ?? 0) || x > (boxes[at + 1] ?? 0)) continue;
      if (y < (boxes[at + 2] ?? 0) || y > (boxes[at + 3] ?? 0)) continue;
      if (booleanPointInPolygon([x, y], feature)) return feature.properties.code;
    }
    return undefined;
  }
}

function boxOf({ geometry }: CityFeature): number[] {
  const points = geometry.coordinates.flat(2);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
}
