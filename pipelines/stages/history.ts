/**
 * What happened at a place before: recurrence and the number of times in 7 and 30 days.
 *
 * "First offence" is counted per place, never per person or plate. Bounded: entries older than 30
 * days and than the recurrence window go, then the oldest beyond the limit.
 */
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import type { ViolationId } from "../domain/ids.ts";
import type { Kind } from "../domain/kind.ts";

/** A violation that reached `warned`. */
export interface PastViolation {
  readonly violationId: ViolationId;
  readonly kind: Kind;
  readonly place: NormBox;
  readonly warnedAtMs: number;
  /** Absent while it is open. */
  readonly endedAtMs?: number;
}

export interface Recurrence {
  readonly occurrences: { readonly days7: number; readonly days30: number };
  readonly recursFrom: ViolationId | null;
}

export const historyMax = 512;
const dayMs = 86_400_000;
export const samePlaceOverlapMin = 0.3;

/** Counts include the violation that asks. */
export function recurrenceOf(
  history: readonly PastViolation[],
  {
    violationId,
    kind,
    place,
    firstSeenAtMs,
    atMs,
    recurrenceWindowMs,
  }: {
    readonly violationId: ViolationId;
    readonly kind: Kind;
    readonly place: NormBox;
    readonly firstSeenAtMs: number;
    readonly atMs: number;
    readonly recurrenceWindowMs: number;
  },
): Recurrence {
  const here = history.filter(
    (past) =>
      past.violationId !== violationId &&
      past.kind === kind &&
      boxOverlap(past.place, place) >= samePlaceOverlapMin,
  );
  const countSince = (days: number): number =>
    1 + here.filter(({ warnedAtMs }) => warnedAtMs > atMs - days * dayMs).length;
  let earlier: (PastViolation & { readonly endedAtMs: number }) | undefined;
  for (const past of here) {
    const { endedAtMs } = past;
    if (endedAtMs === undefined || firstSeenAtMs - endedAtMs > recurrenceWindowMs) continue;
    if (earlier === undefined || endedAtMs >= earlier.endedAtMs) earlier = { ...past, endedAtMs };
  }
  return {
    occurrences: { days7: countSince(7), days30: countSince(30) },
    recursFrom: earlier?.violationId ?? null,
  };
}

export function remember(
  history: readonly PastViolation[],
  past: PastViolation,
): readonly PastViolation[] {
  return [...history, past].slice(-historyMax);
}

export function markEnded(
  history: readonly PastViolation[],
  violationId: ViolationId,
  endedAtMs: number,
): readonly PastViolation[] {
  return history.map((past) => (past.violationId === violationId ? { ...past, endedAtMs } : past));
}

/** Forgets what no count and no recurrence window reaches any more. Open ones stay. */
export function forget(
  history: readonly PastViolation[],
  atMs: number,
  windowMsMax: number,
): readonly PastViolation[] {
  const keepMs = Math.max(30 * dayMs, windowMsMax);
  // Asked at every look; once a month something goes.
  if (firstEndOf(history) > atMs - keepMs) return history;
  return history.filter(({ endedAtMs }) => endedAtMs === undefined || endedAtMs > atMs - keepMs);
}

/** A memory of a pure function: lists never change in place. */
const firstEnds = new WeakMap<readonly PastViolation[], number>();

function firstEndOf(history: readonly PastViolation[]): number {
  const known = firstEnds.get(history);
  if (known !== undefined) return known;
  const first = Math.min(...history.map(({ endedAtMs = Number.POSITIVE_INFINITY }) => endedAtMs));
  firstEnds.set(history, first);
  return first;
}
