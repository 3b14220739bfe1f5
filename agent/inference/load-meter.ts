/**
 * Measures how much of the box its views ask for: 1 is all of it; and how long it had nothing to do.
 *
 * What a look costs is seen only while there is always a next one: then the time from one decision
 * to the next is the price of the first. Prices of a bad minute stay until the next busy one; the
 * idle time tells that they are out of date.
 */
export interface PricedView {
  /** Smoothed; undefined before the first price. */
  costMs: number | undefined;
}

const smoothing = 0.2;

export class LoadMeter {
  #open: { readonly views: readonly PricedView[]; readonly atMonoMs: number } | undefined;

  #idleFromMonoMs: number | undefined;
  #idleMs = 0;
  #sinceMonoMs: number | undefined;

  /** There is room and nothing waits. */
  idle(nowMonoMs: number): void {
    this.#idleFromMonoMs ??= nowMonoMs;
  }

  /** Share of the time since the last call in which nothing waited, 0..1. */
  takeIdleShare(nowMonoMs: number): number {
    const elapsedMs = nowMonoMs - (this.#sinceMonoMs ?? nowMonoMs);
    const share = elapsedMs > 0 ? this.#idleMs / elapsedMs : 0;
    this.#sinceMonoMs = nowMonoMs;
    this.#idleMs = 0;
    return share;
  }

  /** Looks begin; `isSaturated`: others wait behind them. */
  began(views: readonly PricedView[], nowMonoMs: number, isSaturated: boolean): void {
    this.#settle(nowMonoMs);
    if (this.#idleFromMonoMs !== undefined) this.#idleMs += nowMonoMs - this.#idleFromMonoMs;
    this.#idleFromMonoMs = undefined;
    this.#open = isSaturated ? { views, atMonoMs: nowMonoMs } : undefined;
  }

  #settle(nowMonoMs: number): void {
    if (this.#open === undefined) return;
    const { views, atMonoMs } = this.#open;
    const costMs = (nowMonoMs - atMonoMs) / views.length;
    for (const view of views) {
      const before = view.costMs ?? costMs;
      view.costMs = before + smoothing * (costMs - before);
    }
  }
}

/**
 * `periodMs` is what a view's period comes to, Infinity for one whose camera is away. Views without
 * a price count nothing: a box that is too slow has soon priced them all.
 */
export function utilisation<View extends PricedView>(
  views: Iterable<View>,
  periodMs: (view: View) => number,
): number {
  let share = 0;
  for (const view of views) share += (view.costMs ?? 0) / periodMs(view);
  return share;
}
