/**
 * Reads bits and exp-Golomb numbers of a NAL unit, stepping over emulation prevention bytes.
 *
 * Never reads outside its range and never loops on hostile input: past the end it yields zeros
 * and `isExhausted` says so, so a caller checks once at the end.
 */
export class BitReader {
  #bytes: Uint8Array;
  #at: number;
  #end: number;
  /** Bits of the current byte that are left. */
  #bitsLeft = 0;
  #current = 0;
  #zeroRun = 0;
  #isExhausted = false;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = Math.min(end, bytes.length);
  }

  /** Starts anew on another range: the hot path keeps one reader for all slices. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = Math.min(end, bytes.length);
    this.#bitsLeft = 0;
    this.#zeroRun = 0;
    this.#isExhausted = false;
  }

  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  bit(): number {
    if (this.#bitsLeft === 0) this.#nextByte();
    this.#bitsLeft -= 1;
    return (this.#current >> this.#bitsLeft) & 1;
  }

  /** Up to 32 bits. */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    for (let index = 0; index < count && !this.#isExhausted; index++) this.bit();
  }

  /** At a byte boundary. */
  skipBytes(count: number): void {
    for (let index = 0; index < count && !this.#isExhausted; index++) {
      this.#nextByte();
      this.#bitsLeft = 0;
    }
  }

  /** ue(v); more than 32 leading zeros is nonsense and ends the reading. */
  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros += 1;
      if (zeros > 32 || this.#isExhausted) {
        this.#isExhausted = true;
        return 0;
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v) */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }

  #nextByte(): void {
    let byte = this.#bytes[this.#at];
    if (this.#zeroRun >= 2 && byte === 3) {
      this.#at += 1;
      this.#zeroRun = 0;
      byte = this.#bytes[this.#at];
    }
    if (this.#at >= this.#end || byte === undefined) {
      this.#isExhausted = true;
      this.#current = 0;
      this.#bitsLeft = 8;
      return;
    }
    this.#at += 1;
    this.#zeroRun = byte === 0 ? this.#zeroRun + 1 : 0;
    this.#current = byte;
    this.#bitsLeft = 8;
  }
}
