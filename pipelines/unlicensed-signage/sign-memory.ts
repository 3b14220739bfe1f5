/**
 * What is remembered of one sign: sightings by day, far enough apart, and the days they fell on.
 *
 * A sign that is looked at every two seconds is not seen more often than one that is looked at
 * every half an hour: sightings count once a period of the rule. Bounded: the days needed at most.
 */
export interface SignMemory {
  readonly sightings: Tally;
  /** Sightings on which it looked like something else than its permit says. */
  readonly differing: Tally;
  /** Sightings on which it was part of a vehicle. */
  readonly carriedCount: number;
  readonly lastSightingAtMs: number;
  /** What it looked like on the latest sightings (`domain/appearance.ts`). */
  readonly looks: readonly string[];
}

export interface Tally {
  readonly count: number;
  /** Local day numbers, rising; with the day of the look that found it, which is not counted. */
  readonly days: readonly number[];
}

const noTally: Tally = { count: 0, days: [] };
/** As many as a rule may ask for. */
const daysMax = 60;
const countMax = 1_000_000;

export const noSign: SignMemory = {
  sightings: noTally,
  differing: noTally,
  carriedCount: 0,
  lastSightingAtMs: 0,
  looks: [],
};

export interface SignSighting {
  readonly atMs: number;
  /** Local. */
  readonly dayNumber: number;
  readonly everyMs: number;
  /** A look that comes so much too early is the look of its period. */
  readonly toleranceMs: number;
  readonly isCarried: boolean;
  /** Against the permit of its place; undefined where there is nothing to compare. */
  readonly differs: boolean | undefined;
  readonly appearance: string | undefined;
}

/** Enough for one that is like most of them. */
const looksMax = 5;

/**
 * The look that found it. It counts as no sighting, since one box is easily of nothing; but when
 * others follow, be it after a night, it was there on that day.
 */
export function noteFirst(memory: SignMemory, { dayNumber, isCarried }: SignSighting): SignMemory {
  if (isCarried) return memory;
  return { ...memory, sightings: { ...memory.sightings, days: [dayNumber] } };
}

/** The same memory when the look is too soon after the last sighting. */
export function noteSighting(memory: SignMemory, sighting: SignSighting): SignMemory {
  const { atMs, everyMs, toleranceMs, dayNumber, isCarried, differs, appearance } = sighting;
  const sinceMs = atMs - memory.lastSightingAtMs;
  // A clock that was set back: count from here on, nothing twice.
  if (memory.lastSightingAtMs > 0 && sinceMs < 0) return { ...memory, lastSightingAtMs: atMs };
  if (memory.lastSightingAtMs > 0 && sinceMs < everyMs - toleranceMs) return memory;
  if (isCarried) {
    return { ...memory, carriedCount: memory.carriedCount + 1, lastSightingAtMs: atMs };
  }
  return {
    ...memory,
    sightings: add(memory.sightings, dayNumber),
    // One look that fits ends the suspicion: light and weather make a sign look different.
    differing: differingAfter(memory.differing, dayNumber, differs),
    lastSightingAtMs: atMs,
    looks: appearance === undefined ? memory.looks : [...memory.looks, appearance].slice(-looksMax),
  };
}

/**
 * A sign of its own passes for part of a vehicle while one stands behind it, once in five sightings
 * at most. One on a vehicle does as often as both are seen well: in poor pictures half the time.
 */
export function isOwn({ sightings, carriedCount }: SignMemory): boolean {
  return carriedCount <= sightings.count / ownPerCarriedMin;
}

const ownPerCarriedMin = 4;

export function hasReached(
  { count, days }: Tally,
  wanted: { readonly sightings: number; readonly days: number },
): boolean {
  return count >= wanted.sightings && days.length >= wanted.days;
}

function differingAfter(tally: Tally, dayNumber: number, differs: boolean | undefined): Tally {
  if (differs === undefined) return tally;
  return differs ? add(tally, dayNumber) : noTally;
}

function add({ count, days }: Tally, dayNumber: number): Tally {
  const isKnown = days.includes(dayNumber);
  return {
    count: Math.min(countMax, count + 1),
    days: isKnown ? days : [...days, dayNumber].slice(-daysMax),
  };
}
