/**
 * How many bytes the pictures had since the last one that was told of. Nothing is allocated a
 * picture.
 */
import type { PictureSizes } from "../encoded-picture.ts";

export class SizesSince {
  #isUnbroken = false;
  #betweenCount = 0;
  #betweenBytes = 0;
  #betweenBytesMax = 0;
  #keyBytes = 0;

  add(bytes: number, isKey: boolean): void {
    if (isKey) {
      this.#keyBytes = bytes;
      return;
    }
    this.#betweenCount += 1;
    this.#betweenBytes += bytes;
    this.#betweenBytesMax = Math.max(this.#betweenBytesMax, bytes);
  }

  /** Something is missing here, or begins here. */
  interrupt(): void {
    this.#isUnbroken = false;
  }

  /** Begins anew with the next picture. */
  take(): PictureSizes {
    const sizes = {
      isUnbroken: this.#isUnbroken,
      betweenCount: this.#betweenCount,
      betweenBytes: this.#betweenBytes,
      betweenBytesMax: this.#betweenBytesMax,
      keyBytes: this.#keyBytes,
    };
    this.#isUnbroken = true;
    this.#betweenCount = 0;
    this.#betweenBytes = 0;
    this.#betweenBytesMax = 0;
    this.#keyBytes = 0;
    return sizes;
  }
}
