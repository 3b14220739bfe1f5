/**
 * Remembers which edges stay: each cell counts up when an edge is there and down when it is not,
 * from 0 to 7, and belongs to the memory from 4 on. What passes never gets there.
 *
 * Counted for thirty-two cells at a time, in three planes of bits.
 */
import { directions, planeWords } from "./edge-picture.ts";

const words = directions * planeWords;

export class EdgeMemory {
  readonly #ones = new Uint32Array(words);
  readonly #twos = new Uint32Array(words);
  readonly #fours = new Uint32Array(words);

  /** As if seen often: `planes` is what was remembered before. */
  static of(planes: Uint32Array): EdgeMemory {
    const memory = new EdgeMemory();
    for (let word = 0; word < words; word += 1) {
      const bits = planes[word] ?? 0;
      // 5 where there is one, 2 where there is none.
      memory.#ones[word] = bits;
      memory.#twos[word] = ~bits;
      memory.#fours[word] = bits;
    }
    return memory;
  }

  /** What is remembered; changes with the next picture. */
  get planes(): Uint32Array {
    return this.#fours;
  }

  add(planes: Uint32Array): void {
    const [ones, twos, fours] = [this.#ones, this.#twos, this.#fours];
    for (let word = 0; word < words; word += 1) {
      const seen = planes[word] ?? 0;
      let [a, b, c] = [ones[word] ?? 0, twos[word] ?? 0, fours[word] ?? 0];
      let carry = seen & ~(a & b & c);
      let next = a & carry;
      a ^= carry;
      carry = b & next;
      b ^= next;
      c ^= carry;
      let borrow = ~seen & (a | b | c);
      next = ~a & borrow;
      a ^= borrow;
      borrow = ~b & next;
      b ^= next;
      c ^= borrow;
      ones[word] = a;
      twos[word] = b;
      fours[word] = c;
    }
  }
}
