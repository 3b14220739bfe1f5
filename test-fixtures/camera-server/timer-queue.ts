/**
 * One timer for everything the server does later.
 *
 * Sixty cameras at 25 pictures a second would arm 1,600 timers a second; here due times are
 * rounded up to a tick, so that neighbours share one wake-up. Nothing runs before it is due;
 * things due at the same tick run in the order of their times.
 */

export interface QueuedTimer {
  cancel(): void;
}

interface Entry {
  readonly atMonoMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Node fires at once when asked for more than 2^31 ms; a wake-up too early does no harm. */
const timeoutMsMax = 86_400_000;

export class TimerQueue {
  readonly #tickMs: number;
  readonly #monoNow: () => number;
  /** Binary heap, earliest first. Cancelled entries stay in it until their time, without `run`. */
  readonly #heap: Entry[] = [];
  #armed: NodeJS.Timeout | undefined;
  #armedForMonoMs = Number.POSITIVE_INFINITY;
  #orderNext = 0;
  #isStopped = false;

  constructor({ tickMs, monoNow }: { readonly tickMs: number; readonly monoNow: () => number }) {
    this.#tickMs = tickMs;
    this.#monoNow = monoNow;
  }

  monoNow(): number {
    return this.#monoNow();
  }

  at(atMonoMs: number, run: () => void): QueuedTimer {
    const entry: Entry = { atMonoMs, order: this.#orderNext++, run };
    this.#push(entry);
    this.#arm();
    return {
      cancel: () => {
        entry.run = undefined;
      },
    };
  }

  after(delayMs: number, run: () => void): QueuedTimer {
    return this.at(this.#monoNow() + delayMs, run);
  }

  stop(): void {
    this.#isStopped = true;
    this.#heap.length = 0;
    clearTimeout(this.#armed);
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || this.#isStopped) return;
    const dueMonoMs = Math.ceil(first.atMonoMs / this.#tickMs) * this.#tickMs;
    if (dueMonoMs >= this.#armedForMonoMs) return;
    clearTimeout(this.#armed);
    this.#armedForMonoMs = dueMonoMs;
    const timeoutMs = Math.min(Math.max(0, dueMonoMs - this.#monoNow()), timeoutMsMax);
    this.#armed = setTimeout(() => this.#wake(), timeoutMs);
  }

  #wake(): void {
    this.#armedForMonoMs = Number.POSITIVE_INFINITY;
    const nowMonoMs = this.#monoNow();
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.run !== undefined && first.atMonoMs > nowMonoMs) break;
      this.#pop();
      first.run?.();
    }
    this.#arm();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[index] = parent;
      heap[parentIndex] = entry;
      index = parentIndex;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      const right = heap[childIndex + 1];
      if (child !== undefined && right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex++;
      }
      if (child === undefined || isBefore(last, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMonoMs === other.atMonoMs ? one.order < other.order : one.atMonoMs < other.atMonoMs;
}
