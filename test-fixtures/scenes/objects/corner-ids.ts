/**
 * Numbers for places: corners closer than a tenth of a millimetre have one number, from 0 up in the
 * order in which they came. A hash table of whole numbers, for a street has a million corners.
 */
import type { Vec3 } from "./vector.ts";

export class CornerIds {
  #count = 0;
  /** Three whole numbers a corner. */
  #places = new Int32Array(3 * 256);
  /** Number of a corner plus one, 0 where none is; a power of two, at most half full. */
  #slots = new Int32Array(512);

  idOf([x, y, z]: Vec3): number {
    const [px, py, pz] = [
      Math.round(x * 1e4) | 0,
      Math.round(y * 1e4) | 0,
      Math.round(z * 1e4) | 0,
    ];
    let slot = this.#slotOf(px, py, pz);
    for (;;) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0) break;
      const at = id * 3;
      if (this.#places[at] === px && this.#places[at + 1] === py && this.#places[at + 2] === pz) {
        return id;
      }
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    return this.#add(px, py, pz, slot);
  }

  #add(px: number, py: number, pz: number, slot: number): number {
    const id = this.#count;
    if (id * 3 === this.#places.length) {
      const places = new Int32Array(this.#places.length * 2);
      places.set(this.#places);
      this.#places = places;
    }
    this.#places.set([px, py, pz], id * 3);
    this.#slots[slot] = id + 1;
    this.#count += 1;
    if (this.#count * 2 > this.#slots.length) this.#grow();
    return id;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let id = 0; id < this.#count; id += 1) {
      const [px = 0, py = 0, pz = 0] = this.#places.subarray(id * 3, id * 3 + 3);
      let slot = this.#slotOf(px, py, pz);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = id + 1;
    }
  }

  #slotOf(px: number, py: number, pz: number): number {
    const mixed = Math.imul(px, 0x9e3779b1) ^ Math.imul(py, 0x85ebca6b) ^ Math.imul(pz, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 15)) & (this.#slots.length - 1);
  }
}
