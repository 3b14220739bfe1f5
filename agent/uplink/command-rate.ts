/**
 * How many commands a second a box obeys: a burst at once, then a steady rate.
 *
 * Acknowledgements are not counted (their number follows from the events sent). What comes too
 * fast is told so and not done; the hub sends it again.
 */
export const commandsPerSecond = 20;
const burst = 200;

export class CommandRate {
  /** Commands that may come at once now. */
  #room = burst;
  #atMonoMs = 0;

  /** Takes one when there is room. */
  take(nowMonoMs: number): boolean {
    const gained = (Math.max(0, nowMonoMs - this.#atMonoMs) / 1_000) * commandsPerSecond;
    this.#room = Math.min(burst, this.#room + gained);
    this.#atMonoMs = nowMonoMs;
    if (this.#room < 1) return false;
    this.#room -= 1;
    return true;
  }
}
