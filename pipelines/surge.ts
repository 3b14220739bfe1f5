/**
 * Does what happens in one grid surge: far more warnings in an hour than usual there? Pure.
 *
 * Told once: while a surge goes on, and for hours after it began, another warning is no new alarm.
 * A grid that was not watched for a day yet has no usual rate, so nothing there is unusual.
 */

export interface SurgeSettings {
  /** Fewer in an hour are never a surge. */
  readonly countMin: number;
  /** So many times the usual rate are one. */
  readonly factor: number;
}

export interface Surge {
  /** In the hour up to now. */
  readonly count: number;
  readonly usualPerHour: number;
}

export const usualSurge: SurgeSettings = { countMin: 5, factor: 3 };

export const surgeWindowMs = 3_600_000;
const usualWindowMs = 7 * 24 * surgeWindowMs;
const learnMs = 24 * surgeWindowMs;
const quietMs = 6 * surgeWindowMs;

/** `warnedAtMs`: when the grid's violations of one kind were warned of, in any order, `atMs` too. */
export function surgeAt(
  warnedAtMs: readonly number[],
  atMs: number,
  settings: SurgeSettings,
): Surge | undefined {
  const times = warnedAtMs.filter((each) => each <= atMs).toSorted((a, b) => a - b);
  const surge = surgeOf(times, atMs, settings);
  if (surge === undefined) return undefined;
  const isKnown = times.some(
    (each) => each < atMs && each > atMs - quietMs && surgeOf(times, each, settings) !== undefined,
  );
  return isKnown ? undefined : surge;
}

function surgeOf(
  times: readonly number[],
  atMs: number,
  { countMin, factor }: SurgeSettings,
): Surge | undefined {
  const [firstMs] = times;
  const fromMs = atMs - surgeWindowMs;
  if (firstMs === undefined || atMs - firstMs < learnMs) return undefined;
  const count = countIn(times, fromMs, atMs);
  const knownMs = Math.min(usualWindowMs, fromMs - firstMs);
  const before = countIn(times, fromMs - knownMs - 1, fromMs);
  const usualPerHour = Math.round((before / (knownMs / surgeWindowMs)) * 1e3) / 1e3;
  return count >= Math.max(countMin, factor * usualPerHour) ? { count, usualPerHour } : undefined;
}

/** After the one, up to the other. */
function countIn(times: readonly number[], afterMs: number, untilMs: number): number {
  return times.filter((each) => each > afterMs && each <= untilMs).length;
}
