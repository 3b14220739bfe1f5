/**
 * Adds up what the rules counted, by hour, zone and kind, until it can be told to the hub.
 *
 * An hour is told a little after it has ended, so that late looks are in it; at a stop the hour
 * that runs is told as far as it went, and the hub adds the parts. Hours that cannot be sent wait
 * here, the oldest given up first beyond a month.
 */
import { type CountDelta, type CountStage, countStages } from "../pipelines/counts.ts";
import { rfc3339 } from "../pipelines/domain/instant.ts";
import type { CountsMessage } from "./uplink/messages.ts";

const hourMs = 3_600_000;
const settleMs = 120_000;
const hoursMax = 31 * 24;

type Row = { camera: string; zone: string; kind: string } & Record<CountStage, number>;

export class HourlyCounts {
  readonly #hours = new Map<number, Map<string, Row>>();

  add(camera: string, deltas: readonly CountDelta[]): void {
    for (const { hourAtMs, zoneId, kind, stage, count } of deltas) {
      const hour = this.#hours.get(hourAtMs) ?? new Map<string, Row>();
      this.#hours.set(hourAtMs, hour);
      const key = `${camera}/${zoneId}/${kind}`;
      const row = hour.get(key) ?? emptyRow(camera, zoneId, kind);
      hour.set(key, row);
      row[stage] += count;
    }
    const oldest = [...this.#hours.keys()].toSorted((a, b) => a - b);
    for (const hour of oldest.slice(0, Math.max(0, oldest.length - hoursMax))) {
      this.#hours.delete(hour);
    }
  }

  /** Hours that have ended (all of them with `withRunningHour`), oldest first. */
  ready(nowMs: number, { withRunningHour = false } = {}): readonly number[] {
    return [...this.#hours.keys()]
      .filter((hourAtMs) => withRunningHour || hourAtMs + hourMs + settleMs <= nowMs)
      .toSorted((a, b) => a - b);
  }

  message(hourAtMs: number, source: string, timeZone: string): CountsMessage {
    const rows = [...(this.#hours.get(hourAtMs)?.values() ?? [])];
    return {
      source,
      hourStartAt: rfc3339(hourAtMs, timeZone),
      rows: rows.map((row) => ({ ...row })),
    };
  }

  /** The hub has it. */
  told(hourAtMs: number): void {
    this.#hours.delete(hourAtMs);
  }
}

function emptyRow(camera: string, zone: string, kind: string): Row {
  const zeros = Object.fromEntries(countStages.map((stage) => [stage, 0])) as Record<
    CountStage,
    number
  >; // Every stage is a key.
  return { camera, zone, kind, ...zeros };
}
