/** The same picture again and again: a camera that hangs, whatever it shows. */
export class FrozenWatch {
  #last: Uint8Array | undefined;
  #sameCount = 0;
  #sameFromMs = 0;

  /** Since when; undefined: it is not, or not for long. `isGap`: what was before does not count. */
  since(grey: Uint8Array, atMs: number, isGap: boolean): number | undefined {
    const isSame = !isGap && this.#last !== undefined && areSame(this.#last, grey);
    if (!isSame) {
      this.#last = Uint8Array.from(grey);
      this.#sameCount = 0;
      this.#sameFromMs = atMs;
      return undefined;
    }
    this.#sameCount += 1;
    const isLong = this.#sameCount >= sameCountMin && atMs - this.#sameFromMs >= sameMsMin;
    return isLong ? this.#sameFromMs : undefined;
  }
}

const sameMsMin = 600_000;
const sameCountMin = 20;

function areSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((value, index) => value === b[index]);
}
