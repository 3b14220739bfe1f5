/**
 * The last seconds of a stream as it came: RTP packets, copied out of the socket's buffer into one
 * block of memory made once.
 *
 * A packet has an absolute number, counted from 0 over the ring's life; `firstPacket` is the
 * oldest that is still there. No object a packet: places and lengths lie in two arrays.
 * When full, the oldest packets go.
 *
 * The block grows and shrinks in place: addresses up to `bytesMax` are reserved, a page costs
 * memory from when it is first written, and what is cut off goes back to the system at once.
 */
import { ringBytesMax, ringPacketsMax } from "../limits.ts";

export class PacketRing {
  readonly #block: ArrayBuffer;
  /** Follows the block's length. */
  readonly #bytes: Buffer<ArrayBuffer>;
  #writeAt = 0;
  #appendedBytes = 0;
  readonly #places = new Uint32Array(ringPacketsMax);
  readonly #lengths = new Uint32Array(ringPacketsMax);
  #first = 0;
  #next = 0;

  constructor(options: { readonly bytes: number; readonly bytesMax?: number }) {
    const { bytes, bytesMax = Math.max(bytes, ringBytesMax) } = options;
    if (!Number.isInteger(bytes) || bytes < 1) {
      throw new RangeError(`bytes must be a whole number from 1 up, got ${bytes}`);
    }
    if (bytesMax < bytes) throw new RangeError(`bytesMax is ${bytesMax}, below ${bytes} bytes`);
    this.#block = new ArrayBuffer(bytes, { maxByteLength: bytesMax });
    this.#bytes = Buffer.from(this.#block);
  }

  get capacityBytes(): number {
    return this.#block.byteLength;
  }

  /** Of all packets that were ever taken. */
  get appendedBytes(): number {
    return this.#appendedBytes;
  }

  get firstPacket(): number {
    return this.#first;
  }

  get nextPacket(): number {
    return this.#next;
  }

  /** The block in which `placeOf` points. */
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
    const capacity = this.#block.byteLength;
    if (length > capacity) return false;
    if (this.#writeAt + length > capacity) {
      // The rest of the block stays empty; what lay there is the oldest and goes first.
      this.#evict(this.#writeAt, capacity);
      this.#writeAt = 0;
    }
    this.#evict(this.#writeAt, this.#writeAt + length);
    if (this.#next - this.#first === ringPacketsMax) this.#first += 1;
    const slot = this.#next % ringPacketsMax;
    this.#bytes.set(source.subarray(start, end), this.#writeAt);
    this.#places[slot] = this.#writeAt;
    this.#lengths[slot] = length;
    this.#writeAt += length;
    this.#appendedBytes += length;
    this.#next += 1;
    return true;
  }

  /**
   * More room: the same packets in the same places, what is new lies behind them. Less: the newest
   * packets that fit are kept. At most `bytesMax`.
   */
  resize(bytes: number): void {
    if (bytes < this.#block.byteLength) this.#moveInto(bytes);
    this.#block.resize(bytes);
  }

  /** Forgets every packet; numbers go on. */
  clear(): void {
    this.#first = this.#next;
    this.#writeAt = 0;
  }

  #evict(from: number, to: number): void {
    while (this.#first < this.#next) {
      const place = this.placeOf(this.#first);
      // An empty one lies nowhere: it never holds back those behind it.
      const isOutside = place < from || place >= to;
      if (isOutside && this.lengthOf(this.#first) > 0) return;
      this.#first += 1;
    }
  }

  /** All that stays lies within the first bytes of the block afterwards. */
  #moveInto(bytes: number): void {
    let first = this.#next;
    let kept = 0;
    while (first > this.#first && kept + this.lengthOf(first - 1) <= bytes) {
      first -= 1;
      kept += this.lengthOf(first);
    }
    this.#first = first;
    let secondRound = first;
    while (
      secondRound + 1 < this.#next &&
      this.placeOf(secondRound) <= this.placeOf(secondRound + 1)
    ) {
      secondRound += 1;
    }
    secondRound += 1;
    if (secondRound < this.#next) {
      // Older packets up to the end of the block, newer ones from its beginning.
      const last = secondRound - 1;
      const tailEnd = this.placeOf(last) + this.lengthOf(last);
      this.#move(first, secondRound, bytes - tailEnd);
    } else if (this.#writeAt > bytes) {
      const from = first < this.#next ? this.placeOf(first) : this.#writeAt;
      this.#move(first, this.#next, -from);
      this.#writeAt -= from;
    }
  }

  /** Packets that lie one behind the other, moved by so many bytes. */
  #move(first: number, end: number, byBytes: number): void {
    if (first === end) return;
    const from = this.placeOf(first);
    const to = this.placeOf(end - 1) + this.lengthOf(end - 1);
    this.#bytes.copyWithin(from + byBytes, from, to);
    for (let packet = first; packet < end; packet++) {
      const slot = packet % ringPacketsMax;
      this.#places[slot] = (this.#places[slot] ?? 0) + byBytes;
    }
  }
}
