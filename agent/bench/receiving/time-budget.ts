/** Whether a part still fits into a run, judged by the longest that each part took so far. */
export class TimeBudget {
  readonly #endMonoMs: number;
  readonly #nowMonoMs: () => number;
  readonly #longestMs = new Map<string, number>();

  constructor(totalMs: number, nowMonoMs: () => number = () => performance.now()) {
    this.#nowMonoMs = nowMonoMs;
    this.#endMonoMs = nowMonoMs() + totalMs;
  }

  async spend(part: string, run: () => Promise<unknown>): Promise<void> {
    const startedMonoMs = this.#nowMonoMs();
    await run();
    const tookMs = this.#nowMonoMs() - startedMonoMs;
    this.#longestMs.set(part, Math.max(tookMs, this.#longestMs.get(part) ?? 0));
  }

  /** With all the others of this turn and of those that are left. */
  hasRoom(part: string, turnsLeft: number): boolean {
    let needMs = this.#longestMs.get(part) ?? 0;
    for (const [other, ms] of this.#longestMs) if (other !== part) needMs += ms * (turnsLeft + 1);
    return this.#nowMonoMs() + needMs <= this.#endMonoMs;
  }
}
