/**
 * The named place next to a point, and how far it is.
 *
 * Sorted by latitude and searched outwards from the point's own, so of a city's hundred thousand
 * places a few hundred are measured.
 */
import { metresPerDegree } from "./metres.ts";
import type { NamedPlace } from "./region.ts";

export interface NearPlace {
  readonly name: string;
  readonly distanceMetres: number;
}

/** Beyond, a name would rather mislead than guide. */
const nearMetresMax = 1_000;

export class PlaceFinder {
  readonly #places: readonly NamedPlace[];

  constructor(places: readonly NamedPlace[]) {
    this.#places = places.toSorted((a, b) => a.latitude - b.latitude || (a.name < b.name ? -1 : 1));
  }

  nearest(longitude: number, latitude: number): NearPlace | undefined {
    const { east, north } = metresPerDegree(latitude);
    let best: NearPlace | undefined;
    let limitMetres = nearMetresMax;
    const measure = (place: NamedPlace | undefined): boolean => {
      if (place === undefined) return false;
      const northMetres = (place.latitude - latitude) * north;
      if (Math.abs(northMetres) > limitMetres) return false;
      const distanceMetres = Math.hypot((place.longitude - longitude) * east, northMetres);
      const isNearer =
        distanceMetres < limitMetres ||
        (distanceMetres === limitMetres && (best === undefined || place.name < best.name));
      if (isNearer) {
        best = { name: place.name, distanceMetres };
        limitMetres = distanceMetres;
      }
      return true;
    };
    const start = this.#firstFrom(latitude);
    for (let index = start; measure(this.#places[index]); index += 1);
    for (let index = start - 1; measure(this.#places[index]); index -= 1);
    return best;
  }

  /** Index of the first place at or north of the latitude. */
  #firstFrom(latitude: number): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle]?.latitude ?? 0) < latitude) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
