/**
 * The last day in points of five minutes, in memory: what the health page draws.
 *
 * 288 points, each the last of its five minutes; a restart begins anew and the page shows the gap.
 */
import type { HealthMessage } from "../health/health-report.ts";

export interface DayPoint {
  readonly atMs: number;
  readonly looksPerSecond: number;
  /** Processor time of the agent's own process over the time since the point before. */
  readonly cores: number;
  readonly waitingCount: number;
  readonly freeBytes: number | null;
}

const stepMs = 300_000;
const pointsMax = 288;

export class DayHistory {
  readonly #points: DayPoint[] = [];
  #usedMs: number | undefined;
  #usedAtMs = 0;

  points(): readonly DayPoint[] {
    return this.#points;
  }

  /** `usedMs`: processor time of the process since it started. */
  add({ inference, outbox, disk }: HealthMessage, nowMs: number, usedMs: number): void {
    const last = this.#points.at(-1);
    const isSameStep =
      last !== undefined && Math.floor(last.atMs / stepMs) === Math.floor(nowMs / stepMs);
    const overMs = nowMs - this.#usedAtMs;
    const used = this.#usedMs === undefined || overMs <= 0 ? 0 : (usedMs - this.#usedMs) / overMs;
    if (!isSameStep || this.#usedMs === undefined) {
      this.#usedMs = usedMs;
      this.#usedAtMs = nowMs;
    }
    if (isSameStep) this.#points.pop();
    this.#points.push({
      atMs: nowMs,
      looksPerSecond: inference.looksPerSecond,
      cores: Math.max(0, Math.round(used * 1_000) / 1_000),
      waitingCount: outbox.waitingCount,
      freeBytes: disk?.freeBytes ?? null,
    });
    if (this.#points.length > pointsMax) this.#points.shift();
  }
}
