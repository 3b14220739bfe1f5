/**
 * The time of the pictures: milliseconds since the server started, on the monotonic clock, run
 * faster or slower by `pace`; and the cameras' wall clock, which tests may set.
 */
export class MediaClock {
  readonly #monoNow: () => number;
  readonly #wallNow: () => number;
  readonly #pace: number;
  readonly #startMonoMs: number;
  readonly #startWallMs: number;

  constructor(options: {
    readonly monoNow: () => number;
    readonly wallNow: () => number;
    readonly pace: number;
  }) {
    if (!(options.pace > 0)) throw new RangeError(`pace must be above 0, got ${options.pace}`);
    this.#monoNow = options.monoNow;
    this.#wallNow = options.wallNow;
    this.#pace = options.pace;
    this.#startMonoMs = options.monoNow();
    this.#startWallMs = options.wallNow();
  }

  nowMs(): number {
    return (this.#monoNow() - this.#startMonoMs) * this.#pace;
  }

  /** When the pictures' time will be, or was, `mediaMs`. */
  monoMsAt(mediaMs: number): number {
    return this.#startMonoMs + mediaMs / this.#pace;
  }

  wallNowMs(): number {
    return this.#pace === 1 ? this.#wallNow() : this.#startWallMs + this.nowMs();
  }
}
