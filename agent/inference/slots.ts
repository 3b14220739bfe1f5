/**
 * The memory in which crops travel from the decoder to the sessions: a fixed number of slots for
 * each input size, used again and again.
 *
 * Slots are shared memory: the decoder writes, a session's thread reads, nothing is allocated a
 * picture, and a batch can be run again when its thread has died. No free slot means that the
 * sessions are behind; then nothing more is decoded.
 */
export interface Slot {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

export class Slots {
  readonly #countMax: number;
  readonly #free = new Map<number, Slot[]>();
  readonly #madeCounts = new Map<number, number>();

  /** `countMax` slots of each size, made when first needed. */
  constructor({ countMax }: { readonly countMax: number }) {
    if (!(Number.isInteger(countMax) && countMax >= 1)) {
      throw new RangeError(`there must be 1 slot or more, got ${countMax}`);
    }
    this.#countMax = countMax;
  }

  freeCount(byteLength: number): number {
    const made = this.#madeCounts.get(byteLength) ?? 0;
    return this.#countMax - made + (this.#free.get(byteLength)?.length ?? 0);
  }

  take(byteLength: number): Slot | undefined {
    const free = this.#free.get(byteLength)?.pop();
    if (free !== undefined) return free;
    const made = this.#madeCounts.get(byteLength) ?? 0;
    if (made >= this.#countMax) return undefined;
    this.#madeCounts.set(byteLength, made + 1);
    return { bytes: new Uint8Array(new SharedArrayBuffer(byteLength)) };
  }

  /** A slot is given back once. */
  giveBack(slot: Slot): void {
    const free = this.#free.get(slot.bytes.byteLength);
    if (free === undefined) this.#free.set(slot.bytes.byteLength, [slot]);
    else if (free.includes(slot)) throw new RangeError("the slot was given back already");
    else free.push(slot);
  }
}
