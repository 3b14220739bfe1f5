/**
 * A condition that lasts, told twice: when it begins and when it has been over for a while. What
 * comes and goes in between is one episode, so that the log has a line a change and not one a
 * measurement.
 */
export class Episode {
  readonly #calmMs: number;
  #isOn = false;
  #lastOnMonoMs = Number.NEGATIVE_INFINITY;

  constructor({ calmMs }: { readonly calmMs: number }) {
    this.#calmMs = calmMs;
  }

  /** What is to be said of this measurement, if anything. */
  measured(isOn: boolean, nowMonoMs: number): "began" | "ended" | undefined {
    if (isOn) {
      const hasBegun = !this.#isOn;
      this.#isOn = true;
      this.#lastOnMonoMs = nowMonoMs;
      return hasBegun ? "began" : undefined;
    }
    if (!this.#isOn || nowMonoMs - this.#lastOnMonoMs < this.#calmMs) return undefined;
    this.#isOn = false;
    return "ended";
  }
}
