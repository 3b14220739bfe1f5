/**
 * Candidates that came to nothing: what was seen, too seldom to tell of, and is gone again.
 *
 * A person goes through them (`kerbside permits review`): none is dropped silently. One that comes
 * back at its place is the same entry. Bounded; what falls off the end is counted, and so is what
 * is no candidate at all.
 */
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import type { Kind } from "../domain/kind.ts";

export interface ReviewEntry {
  readonly kind: Kind;
  readonly zoneId: string;
  readonly place: NormBox;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly score: number;
  /** In all its times together. */
  readonly sightings: number;
  /** The most in one of its times. */
  readonly days: number;
  readonly times: number;
}

/** Why something is not even a candidate: part of a vehicle; never seen twice by day in its place. */
export type PassedOver = "on-vehicle" | "not-settled";

export interface ReviewList {
  /** The one that ended last comes last. */
  readonly entries: readonly ReviewEntry[];
  readonly droppedCount: number;
  /** How many were none, by why. */
  readonly passedOver?: Readonly<Partial<Record<PassedOver, number>>>;
}

export const emptyReview: ReviewList = { entries: [], droppedCount: 0 };
export const reviewEntriesMax = 200;
const samePlaceOverlapMin = 0.5;

export function review(list: ReviewList, entry: ReviewEntry): ReviewList {
  const earlier = list.entries.find(
    ({ kind, zoneId, place }) =>
      kind === entry.kind &&
      zoneId === entry.zoneId &&
      boxOverlap(place, entry.place) >= samePlaceOverlapMin,
  );
  const others = list.entries.filter((other) => other !== earlier);
  const entries = [...others, earlier === undefined ? entry : join(earlier, entry)];
  const excess = Math.max(0, entries.length - reviewEntriesMax);
  return { ...list, entries: entries.slice(excess), droppedCount: list.droppedCount + excess };
}

export function passOver(list: ReviewList, why: PassedOver): ReviewList {
  const { passedOver = {} } = list;
  return { ...list, passedOver: { ...passedOver, [why]: (passedOver[why] ?? 0) + 1 } };
}

function join(earlier: ReviewEntry, entry: ReviewEntry): ReviewEntry {
  return {
    ...entry,
    firstSeenAtMs: Math.min(earlier.firstSeenAtMs, entry.firstSeenAtMs),
    lastSeenAtMs: Math.max(earlier.lastSeenAtMs, entry.lastSeenAtMs),
    sightings: earlier.sightings + entry.sightings,
    days: Math.max(earlier.days, entry.days),
    times: earlier.times + entry.times,
  };
}
