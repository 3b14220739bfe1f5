/**
 * What a rule for bins and rubbish takes when the file says nothing.
 *
 * There is no national number: these are the middle of what cities use.
 */
import type { SubKind } from "../domain/kind.ts";
import type { BinSettings, RuleTimes } from "../domain/rule.ts";

const minuteMs = 60_000;

/** How often a bin needs a look. */
export const binEveryMs = minuteMs;

export const usualBins: BinSettings = {
  named: [],
  heapSizeMin: 0.03,
  heapAfterMs: 60 * minuteMs,
};

/** `clearAfterMs` is two looks, at least two minutes: one picture alone may be mistaken. */
export function binTimes(subKind: SubKind, everyMs: number): RuleTimes {
  const isBin = subKind === "bin-overflow";
  return {
    warnAfterMs: 10 * minuteMs,
    reportAfterMs: (isBin ? 30 : 20) * minuteMs,
    clearAfterMs: Math.max(2 * minuteMs, 2 * everyMs),
  };
}
