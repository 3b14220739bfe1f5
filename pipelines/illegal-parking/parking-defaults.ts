/**
 * What a rule for illegal parking takes when the file says nothing.
 *
 * There is no national number: these are the middle of what cities use.
 */
import type { SubKind } from "../domain/kind.ts";
import type { RuleTimes } from "../domain/rule.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/** Bicycles that stand in one zone and make a pile-up. */
export const pileUpCountMin = 10;

/** Ways that must stay free: a shorter time for motor vehicles. A school's is so in its hours. */
export const freeWayTags: readonly string[] = ["fire-lane", "crossing"];

export function parkingTimes(subKind: SubKind, isUrgent: boolean): RuleTimes {
  switch (subKind) {
    case "non-motor-vehicle":
      return {
        warnAfterMs: 10 * minuteMs,
        reportAfterMs: 30 * minuteMs,
        clearAfterMs: 5 * minuteMs,
      };
    case "shared-bike-pile-up":
      return {
        warnAfterMs: 10 * minuteMs,
        reportAfterMs: 20 * minuteMs,
        clearAfterMs: 10 * minuteMs,
      };
    default:
      return isUrgent
        ? { warnAfterMs: 30 * secondMs, reportAfterMs: 2 * minuteMs, clearAfterMs: 30 * secondMs }
        : { warnAfterMs: minuteMs, reportAfterMs: 5 * minuteMs, clearAfterMs: 30 * secondMs };
  }
}
