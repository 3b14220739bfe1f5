/**
 * What a parking rule means when the file says nothing more.
 *
 * Customary practice for motor vehicles where stopping is banned: warn within a minute, report
 * after five, gone after thirty seconds of absence. Every city sets its own.
 */
export const illegalParkingDefaults = {
  warnAfterMs: 60_000,
  reportAfterMs: 300_000,
  clearAfterMs: 30_000,
  recurrenceWindowMs: 7 * 86_400_000,
  overlapMin: 0.5,
} as const;
