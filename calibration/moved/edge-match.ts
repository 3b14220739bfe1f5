/**
 * Lays the edges of a picture over those of a reference, displaced by so many cells, and counts in
 * each tile how many coincide.
 *
 * Thirty-two cells at a time: about twenty microseconds a displacement. The probes lie three cells
 * apart, as edges are two to three wide; the best of them is then measured more finely.
 */
import {
  directions,
  pictureHeight,
  planeWords,
  tileColumns,
  tileCount,
  tileHeight,
  wordsPerRow,
} from "./edge-picture.ts";

/** What coincides at each of the displacements that were tried, tile by tile. */
export class MatchCounts {
  readonly #counts = new Map<number, Uint16Array>();
  readonly #reference: Uint32Array;
  readonly #shifted: (Uint32Array | undefined)[];
  readonly #planes: Uint32Array;

  constructor(reference: Uint32Array, planes: Uint32Array) {
    this.#reference = reference;
    this.#planes = planes;
    this.#shifted = [];
  }

  /** By tile; `dx`: the picture's content lies so much further to the right than the reference's. */
  at(dx: number, dy: number): Uint16Array {
    const key = (dx + 512) * 1_024 + dy + 512;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const counts = overlap(this.#reference, this.#shiftedBy(dx), dy);
    this.#counts.set(key, counts);
    return counts;
  }

  /** Edges of the reference, by tile. */
  referenceEdges(): Uint16Array {
    return bitsOf(this.#reference);
  }

  total(dx: number, dy: number): number {
    let sum = 0;
    for (const count of this.at(dx, dy)) sum += count;
    return sum;
  }

  #shiftedBy(dx: number): Uint32Array {
    const index = dx + 512;
    const known = this.#shifted[index];
    if (known !== undefined) return known;
    const made = dx === 0 ? this.#planes : shiftPlanes(this.#planes, dx);
    this.#shifted[index] = made;
    return made;
  }
}

function bitsOf(planes: Uint32Array): Uint16Array {
  const counts = new Uint16Array(tileCount);
  for (let word = 0; word < planes.length; word += 1) {
    const tile = tileOfWord(word % planeWords);
    counts[tile] = (counts[tile] ?? 0) + ones(planes[word] ?? 0);
  }
  return counts;
}

function tileOfWord(word: number): number {
  return Math.floor(word / wordsPerRow / tileHeight) * tileColumns + (word % wordsPerRow);
}

/** The cell at x of the result is the one at x + dx. */
function shiftPlanes(planes: Uint32Array, dx: number): Uint32Array {
  const result = new Uint32Array(planes.length);
  const wordShift = dx >> 5;
  const bitShift = dx & 31;
  for (let row = 0; row < planes.length; row += wordsPerRow) {
    for (let word = 0; word < wordsPerRow; word += 1) {
      const from = word + wordShift;
      const low = from >= 0 && from < wordsPerRow ? (planes[row + from] ?? 0) : 0;
      const high = from + 1 >= 0 && from + 1 < wordsPerRow ? (planes[row + from + 1] ?? 0) : 0;
      result[row + word] = bitShift === 0 ? low : (low >>> bitShift) | (high << (32 - bitShift));
    }
  }
  return result;
}

const planeStarts = Array.from({ length: directions }, (_, direction) => direction * planeWords);

function overlap(reference: Uint32Array, shifted: Uint32Array, dy: number): Uint16Array {
  const counts = new Uint16Array(tileCount);
  const [height, words, columns] = [pictureHeight, wordsPerRow, tileColumns];
  const [second = 0, third = 0, fourth = 0] = planeStarts.slice(1);
  const rowsOfTile = tileHeight;
  const yTo = Math.min(height, height - dy);
  const offset = dy * words;
  for (let y = Math.max(0, -dy); y < yTo; y += 1) {
    const tile = ((y / rowsOfTile) | 0) * columns;
    for (let column = 0; column < words; column += 1) {
      const here = y * words + column;
      const there = here + offset;
      const a = (reference[here] ?? 0) & (shifted[there] ?? 0);
      const b = (reference[here + second] ?? 0) & (shifted[there + second] ?? 0);
      const c = (reference[here + third] ?? 0) & (shifted[there + third] ?? 0);
      const d = (reference[here + fourth] ?? 0) & (shifted[there + fourth] ?? 0);
      // A cell has one direction: the four never share a bit.
      const both = a | b | c | d;
      if (both !== 0) counts[tile + column] = (counts[tile + column] ?? 0) + ones(both);
    }
  }
  return counts;
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
