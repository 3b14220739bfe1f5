/**
 * Bytes that have come and are not used up yet: one block that grows to a limit, so that a stream
 * that never makes sense holds no more than that.
 */
import { CaptureError } from "../capture-error.ts";

const bytesAtFirst = 256 * 1_024;

export class GrowingBytes {
  readonly #bytesMax: number;
  #bytes: Buffer = Buffer.allocUnsafeSlow(bytesAtFirst);
  #length = 0;

  constructor({ bytesMax }: { readonly bytesMax: number }) {
    this.#bytesMax = bytesMax;
  }

  /** What is there; valid until the next call. */
  get view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  append(chunk: Buffer): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#bytesMax) {
      throw new CaptureError("corrupt", `a picture is longer than ${this.#bytesMax} bytes`);
    }
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(this.#bytesMax, needed * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length = needed;
  }

  /** Forgets the first bytes. */
  drop(count: number): void {
    if (count === 0) return;
    this.#bytes.copy(this.#bytes, 0, count, this.#length);
    this.#length -= count;
  }
}
