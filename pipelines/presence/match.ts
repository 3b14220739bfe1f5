/**
 * Which box of a look is which presence: one-to-one, by overlap with the presence's place.
 *
 * Detections carry no picture features, so place and size are the appearance. How much overlap is
 * asked depends on how much this thing's box jitters: a steady car that is suddenly elsewhere by a
 * third of its length is another car. Ties fall to the older presence, then to the better score.
 */
import { boxOverlap } from "../domain/geometry.ts";
import type { Candidate } from "./candidates.ts";
import { type Presence, presenceLimits } from "./presence.ts";

/** Index of the candidate by index of the presence. */
export function matchByPlace(
  presences: readonly Presence[],
  candidates: readonly Candidate[],
): ReadonlyMap<number, number> {
  const pairs: {
    readonly presence: number;
    readonly candidate: number;
    readonly overlap: number;
  }[] = [];
  for (const [presence, known] of presences.entries()) {
    const overlapMin = overlapMinOf(known);
    for (const [candidate, { thing, box }] of candidates.entries()) {
      if (thing !== known.thing) continue;
      const overlap = boxOverlap(known.place, box);
      if (overlap >= overlapMin) pairs.push({ presence, candidate, overlap });
    }
  }
  pairs.sort(
    (a, b) => b.overlap - a.overlap || a.presence - b.presence || a.candidate - b.candidate,
  );
  const matched = new Map<number, number>();
  const taken = new Set<number>();
  for (const { presence, candidate } of pairs) {
    if (matched.has(presence) || taken.has(candidate)) continue;
    matched.set(presence, candidate);
    taken.add(candidate);
  }
  return matched;
}

/** Three times its usual deviation, within bounds. */
export function overlapMinOf({ spread }: Presence): number {
  const { overlapMinSteady, overlapMinJittery } = presenceLimits;
  return Math.min(overlapMinSteady, Math.max(overlapMinJittery, 0.95 - 3 * spread));
}
