/**
 * Work on pictures: events before clues, never more than a few, two pieces at a time.
 *
 * Two, because a piece waits for the decoder, the detector and the disk by turns. Of one violation
 * one at a time, in order: what an earlier revision kept is there for the next.
 */
const waitingMax = { event: 12, clue: 4 } as const;
const runningMax = 2;

interface Waiting {
  readonly violation: string;
  readonly run: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class WorkQueue {
  readonly #waiting: Readonly<Record<keyof typeof waitingMax, Waiting[]>> = { event: [], clue: [] };
  /** Violations that are worked on. */
  readonly #running = new Set<string>();
  readonly #idlers = new Set<() => void>();
  #isClosed = false;

  get isIdle(): boolean {
    const { event, clue } = this.#waiting;
    return this.#running.size + event.length + clue.length === 0;
  }

  /** Undefined: too much waits already. Else resolves, or rejects, with the work. */
  add(
    urgency: keyof typeof waitingMax,
    violation: string,
    run: () => Promise<void>,
  ): Promise<void> | undefined {
    const waiting = this.#waiting[urgency];
    if (this.#isClosed || waiting.length >= waitingMax[urgency]) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push({ violation, run, resolve, reject });
    // Whoever adds work knows of it before it begins.
    queueMicrotask(() => this.#begin());
    return promise;
  }

  /** Resolves when nothing waits or runs. */
  async idle(): Promise<void> {
    if (this.isIdle) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idlers.add(resolve);
    await promise;
  }

  /** Clues that wait are given up, events are not. */
  close(): void {
    this.#isClosed = true;
    for (const { resolve } of this.#waiting.clue.splice(0)) resolve();
    this.#tellIdle();
  }

  #begin(): void {
    while (this.#running.size < runningMax) {
      const next = this.#take("event") ?? this.#take("clue");
      if (next === undefined) return;
      this.#running.add(next.violation);
      void this.#run(next);
    }
  }

  /** The first whose violation is not in work. */
  #take(urgency: keyof typeof waitingMax): Waiting | undefined {
    const waiting = this.#waiting[urgency];
    const index = waiting.findIndex(({ violation }) => !this.#running.has(violation));
    return index === -1 ? undefined : waiting.splice(index, 1)[0];
  }

  async #run({ violation, run, resolve, reject }: Waiting): Promise<void> {
    await run().then(resolve, reject);
    this.#running.delete(violation);
    this.#begin();
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (!this.isIdle) return;
    for (const tell of this.#idlers) tell();
    this.#idlers.clear();
  }
}
