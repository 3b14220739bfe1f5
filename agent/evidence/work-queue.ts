/**
 * Work on pictures, one piece after the other: events before clues, and never more than a few.
 */
const waitingMax = { event: 12, clue: 4 } as const;

interface Waiting {
  readonly run: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class WorkQueue {
  readonly #waiting: Readonly<Record<keyof typeof waitingMax, Waiting[]>> = { event: [], clue: [] };
  #running: Promise<void> | undefined;
  #isClosed = false;

  get isIdle(): boolean {
    return this.#running === undefined;
  }

  /** Undefined: too much waits already. Else resolves, or rejects, with the work. */
  add(urgency: keyof typeof waitingMax, run: () => Promise<void>): Promise<void> | undefined {
    const waiting = this.#waiting[urgency];
    if (this.#isClosed || waiting.length >= waitingMax[urgency]) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push({ run, resolve, reject });
    this.#running ??= this.#runAll().finally(() => {
      this.#running = undefined;
    });
    return promise;
  }

  /** Resolves when nothing waits or runs. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Clues that wait are given up, events are not. */
  close(): void {
    this.#isClosed = true;
    for (const { resolve } of this.#waiting.clue.splice(0)) resolve();
  }

  async #runAll(): Promise<void> {
    // Whoever adds work knows of it before it begins.
    await Promise.resolve();
    for (;;) {
      const next = this.#waiting.event.shift() ?? this.#waiting.clue.shift();
      if (next === undefined) return;
      await next.run().then(next.resolve, next.reject);
    }
  }
}
