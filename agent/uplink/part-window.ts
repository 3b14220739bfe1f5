/**
 * How many parts may be under way: as many as do not make a queue in front of an event.
 *
 * What is under way lies in buffers between box and broker, and an event handed over now waits
 * behind it. How long is seen from the parts themselves: what one takes more than the fastest did.
 */

/** Above this queue the window halves, below it grows. */
const queueMsHigh = 300;
const queueMsLow = 100;
const windowMax = 8;

export class PartWindow {
  readonly #partsMax: number;
  #size = 1;
  #fastestMs = Number.POSITIVE_INFINITY;

  /** `share`: of what the broker takes unacknowledged. */
  constructor({ share }: { readonly share: number }) {
    this.#partsMax = Math.min(windowMax, share);
  }

  get size(): number {
    return this.#size;
  }

  /** A part was acknowledged after this long. */
  answered(elapsedMs: number): void {
    this.#fastestMs = Math.min(this.#fastestMs, elapsedMs);
    const queueMs = elapsedMs - this.#fastestMs;
    if (queueMs > queueMsHigh) this.#size = Math.max(1, Math.floor(this.#size / 2));
    else if (queueMs < queueMsLow) this.#size = Math.min(this.#partsMax, this.#size + 1);
  }
}

/** Of the broker's receive maximum: a quarter for evidence, the rest for events. */
export function evidenceShareOf(receiveMaximum: number): number {
  return receiveMaximum < 2 ? 0 : Math.max(1, Math.min(windowMax, Math.floor(receiveMaximum / 4)));
}
