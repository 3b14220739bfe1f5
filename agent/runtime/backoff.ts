/**
 * Delays between retries: doubling from a first to a maximum, with jitter, for ever.
 *
 * The jitter takes away up to half of each delay, so that fifty boxes do not come back at once.
 * `random` is an argument so that a simulation can seed it.
 */
export class Backoff {
  readonly #delayMsMin: number;
  readonly #delayMsMax: number;
  readonly #random: () => number;
  #attemptCount = 0;

  constructor({
    delayMsMin,
    delayMsMax,
    random = Math.random,
  }: {
    readonly delayMsMin: number;
    readonly delayMsMax: number;
    readonly random?: () => number;
  }) {
    if (!(delayMsMin > 0 && delayMsMin <= delayMsMax)) {
      throw new RangeError(
        `delays must satisfy 0 < min <= max, got ${delayMsMin} and ${delayMsMax}`,
      );
    }
    this.#delayMsMin = delayMsMin;
    this.#delayMsMax = delayMsMax;
    this.#random = random;
  }

  nextDelayMs(): number {
    const fullMs = Math.min(
      this.#delayMsMax,
      this.#delayMsMin * 2 ** Math.min(this.#attemptCount, 30),
    );
    this.#attemptCount += 1;
    return Math.round(fullMs * (1 - this.#random() / 2));
  }

  reset(): void {
    this.#attemptCount = 0;
  }
}
