/**
 * One run of the agent, from a start to its end: its clock, and the calls it makes to the world.
 *
 * A kill may fall on any call: the run is dropped there, whatever it awaits never comes, and
 * nothing it asked for happens any more.
 */
import { type BoxTime, RunClock, type WorldTime } from "./world-time.ts";

const never = new Promise<never>(() => {});

export class AgentRun {
  readonly number: number;
  readonly clock: RunClock;
  isAlive = true;
  readonly #time: WorldTime;
  readonly #onCall: () => void;

  constructor(number: number, time: WorldTime, box: BoxTime, onCall: () => void) {
    this.number = number;
    this.clock = new RunClock(time, box);
    this.#time = time;
    this.#onCall = onCall;
  }

  /** A call to the world; the run may end in it. */
  call(_what: string): Promise<void> {
    this.count();
    return this.isAlive ? Promise.resolve() : never;
  }

  /** The same where nobody waits. */
  count(): void {
    if (this.isAlive) this.#onCall();
  }

  /** A call that takes its time. */
  async wait(ms: number, what: string): Promise<void> {
    await this.call(what);
    // The world's time, not the agent's: what it waits for is not a timer of its own.
    await new Promise<void>((resolve) => {
      this.#time.after(ms, resolve);
    });
    await this.call(what);
  }

  kill(): void {
    this.isAlive = false;
    this.clock.kill();
  }
}
