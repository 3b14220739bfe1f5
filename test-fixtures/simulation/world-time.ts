/**
 * The time of a simulated world: one queue of what happens next, and the clocks that show it.
 *
 * True time only goes forward. A box has a wall clock that may be set, and timers that die with the
 * agent that made them: after `kill` nothing it asked for happens any more. Between two things all
 * promise continuations run, so what an agent does at one instant is done before the next.
 */
import type { Clock } from "../../agent/runtime/clock.ts";

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  isCancelled: boolean;
}

export class WorldTime {
  /** Unix time, as it truly is. */
  nowMs: number;
  /** Things that happened. */
  stepCount = 0;
  readonly #heap: Due[] = [];
  #order = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  after(ms: number, run: () => void): () => void {
    const due: Due = {
      atMs: this.nowMs + Math.max(0, ms),
      order: this.#order++,
      run,
      isCancelled: false,
    };
    this.#push(due);
    return () => {
      due.isCancelled = true;
    };
  }

  /** Runs everything up to then, or until enough was seen. */
  async runUntil(untilMs: number, isEnough: () => boolean = () => false): Promise<void> {
    await continuations();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#pop();
      if (next.isCancelled) continue;
      this.nowMs = next.atMs;
      this.stepCount += 1;
      next.run();
      await continuations();
      if (isEnough()) return;
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(due);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isEarlier(due, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let least = heap[child];
      if (least === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isEarlier(right, least)) {
        child += 1;
        least = right;
      }
      if (!isEarlier(least, last)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
  }
}

function isEarlier(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** All promise continuations that are due, however many they make. */
export function continuations(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What a box shows as time: off by so much from the truth. */
export interface BoxTime {
  offsetMs: number;
}

/** The clock of one run of the agent. */
export class RunClock implements Clock {
  readonly #time: WorldTime;
  readonly #box: BoxTime;
  readonly #startedMs: number;
  #isAlive = true;
  #timerCount = 0;

  constructor(time: WorldTime, box: BoxTime) {
    this.#time = time;
    this.#box = box;
    this.#startedMs = time.nowMs;
  }

  /** Timers that wait: none may be left behind an end in order. */
  get timerCount(): number {
    return this.#timerCount;
  }

  /** The agent is no more: nothing it asked for happens. */
  kill(): void {
    this.#isAlive = false;
  }

  wallMs(): number {
    return this.#time.nowMs + this.#box.offsetMs;
  }

  monoMs(): number {
    return this.#time.nowMs - this.#startedMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  after(ms: number, callback: () => void): () => void {
    let isWaiting = true;
    this.#timerCount += 1;
    const end = () => {
      if (!isWaiting) return false;
      isWaiting = false;
      this.#timerCount -= 1;
      return true;
    };
    const cancel = this.#time.after(ms, () => {
      if (end() && this.#isAlive) callback();
    });
    return () => {
      if (end()) cancel();
    };
  }
}
