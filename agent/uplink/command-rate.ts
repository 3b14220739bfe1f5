/**
 * How many commands a second a box obeys: a burst at once, then a steady rate.
 *
 * Acknowledgements are not counted (their number follows from the events sent). What comes too
 * fast is told so and not done; the hub sends it again.
 */
export const commandsPerSecond = 20;
const burst = 200;
/** Each is a decoded, masked and signed picture that somebody pays to send. */
export const picturesPerMinute = 6;
const picturesAtOnce = 6;

export class CommandRate {
  readonly #commands = new Bucket({ perSecond: commandsPerSecond, burst });
  readonly #pictures = new Bucket({ perSecond: picturesPerMinute / 60, burst: picturesAtOnce });

  /** Takes one when there is room. */
  take(nowMonoMs: number): boolean {
    return this.#commands.take(nowMonoMs);
  }

  takePicture(nowMonoMs: number): boolean {
    return this.#pictures.take(nowMonoMs);
  }
}

class Bucket {
  readonly #perSecond: number;
  readonly #burst: number;
  /** What may come at once now. */
  #room: number;
  #atMonoMs = 0;

  constructor({ perSecond, burst: most }: { readonly perSecond: number; readonly burst: number }) {
    this.#perSecond = perSecond;
    this.#burst = most;
    this.#room = most;
  }

  take(nowMonoMs: number): boolean {
    const gained = (Math.max(0, nowMonoMs - this.#atMonoMs) / 1_000) * this.#perSecond;
    this.#room = Math.min(this.#burst, this.#room + gained);
    this.#atMonoMs = nowMonoMs;
    if (this.#room < 1) return false;
    this.#room -= 1;
    return true;
  }
}
