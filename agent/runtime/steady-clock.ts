/**
 * The clock that the agent runs on: monotonic time plus an offset that follows the machine's wall
 * clock only while that is believed.
 *
 * A machine without a battery wakes up in 1970, and a wall clock may be set back in the middle of
 * the day: neither gets into a look, an event or the store. Who judges the wall clock sets the
 * offset (`agent/health/clock-watch.ts`); worker threads share it.
 */
import type { Clock, ClockTrust } from "./clock.ts";

/** One number, for all threads: wall time less the clock that all threads share, in ms. */
export type SharedOffset = SharedArrayBuffer;

export class SteadyClock implements Clock {
  readonly #system: Clock;
  readonly #offset: Float64Array;
  readonly shared: SharedOffset;
  #trust: ClockTrust = { isWrong: false, isSynced: null };

  constructor(system: Clock, shared: SharedOffset = new SharedArrayBuffer(8)) {
    this.#system = system;
    this.shared = shared;
    this.#offset = new Float64Array(shared);
    this.follow();
  }

  wallMs(): number {
    return this.#system.monoMs() + this.#offsetMs;
  }

  monoMs(): number {
    return this.#system.monoMs();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#system.sleep(ms, signal);
  }

  after(ms: number, callback: () => void): () => void {
    return this.#system.after(ms, callback);
  }

  trust(): ClockTrust {
    return this.#trust;
  }

  /** What the machine's wall clock says, believed or not. */
  machineMs(): number {
    return this.#system.wallMs();
  }

  believe(trust: ClockTrust): void {
    this.#trust = trust;
  }

  /** It is what the machine says. */
  follow(): void {
    this.setTo(this.#system.wallMs());
  }

  setTo(wallMs: number): void {
    this.#offset[0] = wallMs - this.#system.monoMs();
  }

  get #offsetMs(): number {
    return this.#offset[0] ?? 0;
  }
}
