/**
 * Learns where a camera writes its clock into the picture, so that the clock alone is no change.
 *
 * Cameras write it along the upper or lower edge. A few cells there that keep changing are known
 * after a while, each with the least and the greatest it was; beyond that they tell as any other.
 * More cells than a clock has are a street: then none is known. Pure.
 */
import type { NormBox } from "../../pipelines/domain/geometry.ts";
import { cellCount, cellOf, type KnownChange, quietLimits, tinySize } from "./quiet-picture.ts";

/** Pictures after which is concluded: enough to see the tens of the seconds change. */
const picturesWatched = 40;
const changeShareMin = 0.12;
const cellsMax = Math.floor(cellCount * 0.02);
/** Height of the strips along the edges of the camera's picture. */
const edgeShare = 0.12;
const usualSlack = 4;

export class PictureClock implements KnownChange {
  /** Cells that lie in the strips: most views have few, some none. */
  readonly #cells: readonly number[];
  readonly #indexOf = new Map<number, number>();
  readonly #changes: Uint8Array;
  readonly #least: Uint8Array;
  readonly #greatest: Uint8Array;
  readonly #previous: Uint8Array;
  #pictureCount = 0;
  #known: ReadonlyMap<number, { readonly least: number; readonly greatest: number }> = new Map();

  constructor(crop: NormBox) {
    this.#cells = edgeCells(crop);
    for (const [index, cell] of this.#cells.entries()) this.#indexOf.set(cell, index);
    this.#changes = new Uint8Array(this.#cells.length);
    this.#least = new Uint8Array(this.#cells.length).fill(255);
    this.#greatest = new Uint8Array(this.#cells.length);
    this.#previous = new Uint8Array(this.#cells.length);
  }

  /** How many cells are known to hold it. */
  get knownCount(): number {
    return this.#known.size;
  }

  isUsual(cell: number, value: number): boolean {
    const known = this.#known.get(cell);
    return known !== undefined && value >= known.least && value <= known.greatest;
  }

  /** Every picture that is decoded, in order. */
  add(tiny: Uint8Array): void {
    const isFirst = this.#pictureCount === 0;
    for (const [index, cell] of this.#cells.entries()) {
      const value = cellOf(tiny, cell);
      const step = Math.abs(value - (this.#previous[index] ?? 0));
      if (!isFirst && step >= quietLimits.cellMin) {
        this.#changes[index] = (this.#changes[index] ?? 0) + 1;
      }
      this.#previous[index] = value;
      this.#least[index] = Math.min(value, this.#least[index] ?? 255);
      this.#greatest[index] = Math.max(value, this.#greatest[index] ?? 0);
    }
    this.#pictureCount += 1;
    if (this.#pictureCount > picturesWatched) this.#conclude();
  }

  #conclude(): void {
    const changesMin = changeShareMin * picturesWatched;
    const restless = this.#cells.filter((_, index) => (this.#changes[index] ?? 0) >= changesMin);
    this.#known =
      restless.length > cellsMax
        ? new Map()
        : new Map(restless.map((cell) => [cell, this.#usualOf(cell)]));
    this.#pictureCount = 0;
    this.#changes.fill(0);
    this.#least.fill(255);
    this.#greatest.fill(0);
  }

  #usualOf(cell: number) {
    const index = this.#indexOf.get(cell) ?? 0;
    return {
      least: (this.#least[index] ?? 0) - usualSlack,
      greatest: (this.#greatest[index] ?? 0) + usualSlack,
    };
  }
}

function edgeCells({ yMin, yMax }: NormBox): readonly number[] {
  const cells: number[] = [];
  for (let cell = 0; cell < cellCount; cell += 1) {
    const row = Math.floor(cell / tinySize.width);
    const y = yMin + ((row + 0.5) / tinySize.height) * (yMax - yMin);
    if (y < edgeShare || y > 1 - edgeShare) cells.push(cell);
  }
  return cells;
}
