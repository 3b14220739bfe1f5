/**
 * Finds the region of one level that a point lies in: the lowest code, where several hold it.
 *
 * A plain raster over all of them says which few may hold a point; of thousands of polygons a
 * look-up tests one to four.
 */
import { PolygonEdges } from "./polygon-edges.ts";
import type { Region } from "./region.ts";

/** Raster cells for each region: more cost memory, fewer cost tests. */
const cellsPerRegion = 4;
const sideMax = 1024;

interface IndexedRegion {
  readonly region: Region;
  readonly parts: readonly PolygonEdges[];
}

export class LevelIndex {
  /** By code, so the first that holds a point is the lowest. */
  readonly #regions: readonly IndexedRegion[];
  readonly #byCode: ReadonlyMap<string, IndexedRegion>;
  readonly #xMin: number;
  readonly #xMax: number;
  readonly #yMin: number;
  readonly #yMax: number;
  readonly #columns: number;
  readonly #rows: number;
  /** Regions that may hold a point of the cell, rising. */
  readonly #cells: readonly (readonly number[])[];

  constructor(regions: readonly Region[]) {
    this.#regions = regions
      .toSorted((a, b) => (a.code < b.code ? -1 : 1))
      .map((region) => ({
        region,
        parts: region.polygons.map((polygon) => new PolygonEdges(polygon)),
      }));
    this.#byCode = new Map(this.#regions.map((indexed) => [indexed.region.code, indexed]));
    const parts = this.#regions.flatMap((indexed) => indexed.parts);
    this.#xMin = least(parts.map(({ xMin }) => xMin));
    this.#yMin = least(parts.map(({ yMin }) => yMin));
    this.#xMax = -least(parts.map(({ xMax }) => -xMax));
    this.#yMax = -least(parts.map(({ yMax }) => -yMax));
    const side = Math.ceil(Math.sqrt(this.#regions.length * cellsPerRegion));
    this.#columns = Math.min(sideMax, Math.max(1, side));
    this.#rows = this.#columns;
    this.#cells = this.#fill();
  }

  at(x: number, y: number): Region | undefined {
    // Also where there is none at all, or a coordinate is not a number.
    if (!(x >= this.#xMin && x <= this.#xMax && y >= this.#yMin && y <= this.#yMax)) {
      return undefined;
    }
    for (const index of this.#cells[this.#row(y) * this.#columns + this.#column(x)] ?? []) {
      const found = this.#regions[index];
      if (found?.parts.some((part) => part.holds(x, y)) === true) return found.region;
    }
    return undefined;
  }

  /** From a point to the border of the region with this code; a degree has so many units. */
  borderDistance(code: string, x: number, y: number, xScale: number, yScale: number): number {
    const distances = (this.#byCode.get(code)?.parts ?? []).map((part) =>
      part.borderDistance(x, y, xScale, yScale),
    );
    return least(distances);
  }

  #fill(): readonly (readonly number[])[] {
    const cells = Array.from({ length: this.#columns * this.#rows }, (): number[] => []);
    for (const [index, { parts }] of this.#regions.entries()) {
      for (const { xMin, xMax, yMin, yMax } of parts) {
        for (let row = this.#row(yMin); row <= this.#row(yMax); row += 1) {
          for (let column = this.#column(xMin); column <= this.#column(xMax); column += 1) {
            const cell = cells[row * this.#columns + column];
            if (cell?.at(-1) !== index) cell?.push(index);
          }
        }
      }
    }
    return cells;
  }

  #column(x: number): number {
    return cellOf(x, this.#xMin, this.#xMax, this.#columns);
  }

  #row(y: number): number {
    return cellOf(y, this.#yMin, this.#yMax, this.#rows);
  }
}

/** Rises with the value, so whatever a box covers is in its cells. */
function cellOf(value: number, min: number, max: number, count: number): number {
  return Math.min(count - 1, Math.floor(((value - min) / (max - min)) * count));
}

function least(values: readonly number[]): number {
  let result = Infinity;
  for (const value of values) result = Math.min(result, value);
  return result;
}
