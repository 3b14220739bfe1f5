/**
 * The last seconds of a stream as it came: RTP packets, copied out of the socket's buffer into one
 * block of memory made once.
 *
 * A packet has an absolute number, counted from 0 over the ring's life; `firstPacket` is the
 * oldest that is still there. No object a packet: places and lengths lie in two arrays.
 * When full, the oldest packets go.
 */
import { ringPacketsMax } from "../limits.ts";

/**
 * Addresses that are kept free behind the ring, so that it can grow in place. They cost nothing:
 * the system gives memory to a page when it is first written.
 */
const reserveRatio = 3;

export class PacketRing {
  #capacityBytes: number;
  #bytes: Buffer<ArrayBuffer>;
  #writeAt = 0;
  #roundCount = 0;
  readonly #places = new Uint32Array(ringPacketsMax);
  readonly #lengths = new Uint32Array(ringPacketsMax);
  #first = 0;
  #next = 0;

  constructor({ bytes }: { readonly bytes: number }) {
    if (!Number.isInteger(bytes) || bytes < 1) {
      throw new RangeError(`bytes must be a whole number from 1 up, got ${bytes}`);
    }
    this.#capacityBytes = bytes;
    this.#bytes = Buffer.from(new ArrayBuffer(bytes * reserveRatio));
  }

  get capacityBytes(): number {
    return this.#capacityBytes;
  }

  /** How often the block was written through: all of it is in use when this has risen. */
  get roundCount(): number {
    return this.#roundCount;
  }

  get firstPacket(): number {
    return this.#first;
  }

  get nextPacket(): number {
    return this.#next;
  }

  /** The block in which `placeOf` points; another one after `grow`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  placeOf(packet: number): number {
    return this.#places[packet % ringPacketsMax] ?? 0;
  }

  lengthOf(packet: number): number {
    return this.#lengths[packet % ringPacketsMax] ?? 0;
  }

  /** Copies the range; false when it is larger than the whole ring. */
  append(source: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    const capacity = this.#capacityBytes;
    if (length > capacity) return false;
    if (this.#writeAt + length > capacity) {
      // The rest of the block stays empty; what lay there is the oldest and goes first.
      this.#evict(this.#writeAt, capacity);
      this.#writeAt = 0;
      this.#roundCount += 1;
    }
    this.#evict(this.#writeAt, this.#writeAt + length);
    if (this.#next - this.#first === ringPacketsMax) this.#first += 1;
    const slot = this.#next % ringPacketsMax;
    this.#bytes.set(source.subarray(start, end), this.#writeAt);
    this.#places[slot] = this.#writeAt;
    this.#lengths[slot] = length;
    this.#writeAt += length;
    this.#next += 1;
    return true;
  }

  /**
   * More room, with the same packets in the same places: what is new lies behind them and is
   * written when the old end is reached. Within the reserve nothing is moved.
   */
  grow(bytes: number): void {
    if (bytes <= this.#capacityBytes) return;
    this.#capacityBytes = bytes;
    if (bytes <= this.#bytes.length) return;
    this.#bytes = Buffer.from(this.#bytes.buffer.transfer(bytes));
  }

  /** Forgets every packet; numbers go on. */
  clear(): void {
    this.#first = this.#next;
    this.#writeAt = 0;
  }

  #evict(from: number, to: number): void {
    while (this.#first < this.#next) {
      const place = this.#places[this.#first % ringPacketsMax] ?? 0;
      if (place < from || place >= to) return;
      this.#first += 1;
    }
  }
}
