/**
 * Hourly counts per zone, kind and stage: what heat maps and the use of guidance points need.
 *
 * A step gives what came on top; whoever publishes adds up. Things in an allowed time are counted
 * too, and so are clues that settled by themselves: they are statistics, not events.
 */
import type { ZoneId } from "./domain/ids.ts";
import { type Kind, stages } from "./domain/kind.ts";

export const countStages = [...stages, "allowed", "settled"] as const;
export type CountStage = (typeof countStages)[number];

export interface CountDelta {
  /** Start of the UTC hour of capture. */
  readonly hourAtMs: number;
  readonly zoneId: ZoneId;
  readonly kind: Kind;
  readonly stage: CountStage;
  readonly count: number;
}

const hourMs = 3_600_000;

export function countDelta(
  atMs: number,
  zoneId: ZoneId,
  kind: Kind,
  stage: CountStage,
): CountDelta {
  return { hourAtMs: Math.floor(atMs / hourMs) * hourMs, zoneId, kind, stage, count: 1 };
}
