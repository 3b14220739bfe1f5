/**
 * Time as an argument: the agent's parts never read the system clock themselves.
 *
 * `wallMs` is Unix time and may jump; `monoMs` only rises and alone measures elapsed time.
 * `systemClock` is the real one, `SimulatedClock` the one that tests drive.
 */
export interface Clock {
  wallMs(): number;
  monoMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
  /** What is known of the wall clock. Absent: nobody watches it. */
  trust?(): ClockTrust;
  /** For worker threads, where the wall clock is not the machine's own: wall time less `monoMs`. */
  readonly shared?: SharedArrayBuffer;
}

export interface ClockTrust {
  /** The time of day is not known: `wallMs` is what it was at the least. */
  readonly isWrong: boolean;
  /** As the time service says; null: nobody says. */
  readonly isSynced: boolean | null;
  /** As far as its service says it in numbers; absent: nobody does. */
  readonly offset?: TimeOffset | undefined;
}

/** Of the box's clock from the time that its service keeps. */
export interface TimeOffset {
  /** Positive: the box is ahead. */
  readonly offsetMs: number;
  /** It is off by no more, offset included. */
  readonly boundMs: number;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Stands still until `advance` moves it; due callbacks run in order of their time. */
export class SimulatedClock implements Clock {
  #wallMs: number;
  #monoMs = 0;
  #nextId = 0;
  readonly #timers = new Map<number, { dueMonoMs: number; callback: () => void }>();

  constructor({ wallMs = Date.UTC(2026, 0, 5) }: { readonly wallMs?: number } = {}) {
    this.#wallMs = wallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monoMs(): number {
    return this.#monoMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.after(ms, resolve);
      signal?.addEventListener(
        "abort",
        () => {
          cancel();
          reject(signal.reason);
        },
        { once: true },
      );
    });
  }

  after(ms: number, callback: () => void): () => void {
    const id = this.#nextId++;
    this.#timers.set(id, { dueMonoMs: this.#monoMs + Math.max(0, ms), callback });
    return () => this.#timers.delete(id);
  }

  /** Moves both clocks on; between callbacks, promise continuations get their turn. */
  async advance(ms: number): Promise<void> {
    const untilMonoMs = this.#monoMs + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers.entries()]
        .filter(([, timer]) => timer.dueMonoMs <= untilMonoMs)
        .sort(([idA, a], [idB, b]) => a.dueMonoMs - b.dueMonoMs || idA - idB)[0];
      if (next === undefined) break;
      const [id, timer] = next;
      this.#moveTo(timer.dueMonoMs);
      this.#timers.delete(id);
      timer.callback();
      await settle();
    }
    this.#moveTo(untilMonoMs);
    await settle();
  }

  /** The wall clock jumps (NTP arrived); elapsed time does not. */
  stepWall(ms: number): void {
    this.#wallMs += ms;
  }

  #moveTo(monoMs: number): void {
    this.#wallMs += monoMs - this.#monoMs;
    this.#monoMs = monoMs;
  }
}

/** Lets promise continuations run that are already due. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
