/**
 * What a rule for street vending takes when the file says nothing.
 *
 * There is no national number: these are the middle of what cities use.
 */
import type { SubKind } from "../domain/kind.ts";
import type { RuleTimes, VendingSettings } from "../domain/rule.ts";

const minuteMs = 60_000;

/** Time to pack up after the end of an allowed window. */
export const packingUpMinutes = 15;

export const usualVending: VendingSettings = { cueScoreMin: 0.62, attendedMs: 10 * minuteMs };

export function vendingTimes(subKind: SubKind): RuleTimes {
  return subKind === "shop-overflow"
    ? { warnAfterMs: 5 * minuteMs, reportAfterMs: 30 * minuteMs, clearAfterMs: 10 * minuteMs }
    : { warnAfterMs: 3 * minuteMs, reportAfterMs: 10 * minuteMs, clearAfterMs: 5 * minuteMs };
}
