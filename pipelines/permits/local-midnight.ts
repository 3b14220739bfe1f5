/**
 * The instant at which a local day ends, summer time included.
 */
import { dayNumberOf } from "../schedule/civil.ts";
import { dayMs, offsetAt } from "../schedule/time-zone.ts";

/** The midnight that ends `date` (ISO, local): what holds "until" that day holds before it. */
export function endOfDayMs(date: string, timeZone: string): number {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  const localMs = (dayNumberOf({ year, month, day }) + 1) * dayMs;
  const guessMs = localMs - offsetAt(localMs, timeZone);
  return localMs - offsetAt(guessMs, timeZone);
}
