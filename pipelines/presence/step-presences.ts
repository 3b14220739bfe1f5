/**
 * One look at the presences of a camera: who was seen, who was not there, who was not observed.
 *
 * The law of dwell: the time between two sightings counts as observed when the misses between
 * them are within the grace and no step is longer than max(3 periods, 30 s). A presence of which
 * something was told ends only by absence that was seen, or when another took its place.
 */
import { boxShareInside } from "../domain/geometry.ts";
import type { PresenceId } from "../domain/ids.ts";
import type { Look } from "../domain/look.ts";
import { type Candidate, candidatesOf, isSameThing } from "./candidates.ts";
import { isOnePlace, matchByPlace } from "./match.ts";
import { coverOf, hide, isGone, miss } from "./missing.ts";
import { isTraffic, type Presence, presenceLimits, stands } from "./presence.ts";
import { hasLaneMoved, isReplaced, leavingOf } from "./replaced.ts";
import { looksOf, meet, type Sighting, seeAgain } from "./sighting.ts";
import type { Thing } from "./thing.ts";

export interface PresenceSettings {
  /** The view's period. */
  readonly everyMs: number;
  /** Things worth remembering; other boxes can only hide them. */
  readonly isTracked: (thing: Thing) => boolean;
  /** False for things that no look can miss now: it is night. */
  readonly isObservable?: (thing: Thing) => boolean;
  /** Boxes below it are not seen at all. */
  readonly scoreMin: number;
  /** Observed absence after which this presence ends. */
  readonly clearAfterMs: (presence: Presence) => number;
  /** Something was told of it: it is not dropped for other reasons. */
  readonly isPinned: (presence: Presence) => boolean;
}

export interface PresenceStep {
  readonly presences: readonly Presence[];
  readonly seen: ReadonlyMap<PresenceId, Sighting>;
  /** Gone, as they were at their last sighting. */
  readonly ended: readonly Presence[];
}

export function stepPresences(
  presences: readonly Presence[],
  look: Look,
  settings: PresenceSettings,
): PresenceStep {
  const candidates = candidatesOf(look.detections, settings.scoreMin);
  const boxes = candidates.map(({ box }) => box);
  const tracked = candidates.filter(({ thing }) => settings.isTracked(thing));
  const matches = matchByPlace(presences, tracked, boxes, look.crop);
  const owners = new Map<Candidate, Presence | undefined>();
  for (const [index, { candidate }] of matches) owners.set(candidate, presences[index]);
  const strangers =
    owners.size === tracked.length ? [] : tracked.filter((candidate) => !owners.has(candidate));
  const afterMissing = presences.map((presence, index) => {
    if (matches.has(index)) return presence;
    const isShort = isShortStep(presence, look, settings);
    if (settings.isObservable?.(presence.thing) === false || !isLookedAt(presence, look, isShort)) {
      return presence;
    }
    const cover = coverOf(presence, candidates);
    if (cover !== undefined) return hide(presence, look, isShort, cover);
    const passing = tracked.filter((candidate) => !isBeside(owners.get(candidate), presence));
    return miss(presence, look, isShort, passing);
  });
  const leaving = leavingOf(afterMissing);
  const seen = new Map<PresenceId, Sighting>();
  const kept: Presence[] = [];
  const ended: Presence[] = [];
  const newcomers: Candidate[] = [];

  for (const [index, presence] of afterMissing.entries()) {
    const isPinned = settings.isPinned(presence);
    const match = matches.get(index);
    if (match === undefined) {
      if (!isPinned && isDouble(presence, presences, matches)) continue;
      const isPassing = isYoung(presence) && presence.gap.crossedCount > 0 && !isPinned;
      if (isPassing || isGone(presence, settings.clearAfterMs(presence))) ended.push(presence);
      else kept.push(presence);
      continue;
    }
    const laneMoved = hasLaneMoved(presence, leaving);
    if (isReplaced(presence, match.candidate.box, laneMoved)) {
      ended.push(presence);
      newcomers.push(match.candidate);
      continue;
    }
    const isShort = isShortStep(presence, look, settings);
    const again = seeAgain(presence, match, look, { isShort, laneMoved });
    if (isTraffic(again.presence) && !isPinned) {
      ended.push(again.presence);
      continue;
    }
    seen.set(presence.id, again.sighting);
    kept.push(again.presence);
  }
  for (const candidate of [...newcomers, ...withoutDoubles(strangers, owners)]) {
    const presence = meet(candidate, look);
    seen.set(presence.id, looksOf(candidate));
    kept.push(presence);
  }
  return { presences: withinLimit(kept, settings), seen, ended };
}

/**
 * The place was in the picture of a view that knows the thing. A look of another view that is a
 * little older than the last one cannot miss it any more.
 */
function isLookedAt(presence: Presence, look: Look, isShort: boolean): boolean {
  const isOlder = isShort && look.capturedAtMs <= presence.lastLookAtMs;
  return (
    !isOlder &&
    presence.viewIds.includes(look.viewId) &&
    boxShareInside(presence.place, look.crop) >= presenceLimits.inViewShareMin
  );
}

/** Backwards: looks of two views may cross; further back, the clock was set. */
function isShortStep(presence: Presence, look: Look, { everyMs }: PresenceSettings): boolean {
  const stepMs = look.capturedAtMs - presence.lastLookAtMs;
  const { stepMsMax, stepPeriodsMax } = presenceLimits;
  return stepMs >= -stepMsMax && stepMs <= Math.max(stepMsMax, stepPeriodsMax * everyMs);
}

/**
 * Two were founded on one thing, by a box that was far off. The one that more looks saw keeps it,
 * and when it is seen the other was never there.
 */
function isDouble(
  presence: Presence,
  presences: readonly Presence[],
  matches: ReadonlyMap<number, unknown>,
): boolean {
  return presences.some(
    (other, index) =>
      matches.has(index) &&
      other.thing === presence.thing &&
      other.seenCount > presence.seenCount &&
      isOnePlace(other, presence),
  );
}

/** A thing in its own place: it stands, or the same look saw both. Its box is not across another. */
function isBeside(other: Presence | undefined, presence: Presence): boolean {
  if (other === undefined) return false;
  return (!isYoung(other) && stands(other)) || other.lastSeenAtMs === presence.lastSeenAtMs;
}

function isYoung({ seenCount }: Presence): boolean {
  return seenCount < presenceLimits.youngSeenCount;
}

/** Boxes that found a presence: not a second one on a thing that this look saw already. */
function withoutDoubles(
  strangers: readonly Candidate[],
  matched: ReadonlyMap<Candidate, unknown>,
): readonly Candidate[] {
  if (strangers.length === 0) return strangers;
  const known = [...matched.keys()];
  const founders: Candidate[] = [];
  for (const candidate of strangers) {
    const isDouble = known.some(
      ({ thing, box }) => thing === candidate.thing && isSameThing(box, candidate.box),
    );
    if (isDouble) continue;
    known.push(candidate);
    founders.push(candidate);
  }
  return founders;
}

/** Beyond the limit, what stood least and was seen longest ago goes first. */
function withinLimit(
  presences: readonly Presence[],
  { isPinned }: PresenceSettings,
): readonly Presence[] {
  const excess = presences.length - presenceLimits.presencesMax;
  if (excess <= 0) return presences;
  const dropped = new Set(
    presences
      .filter((presence) => !isPinned(presence))
      .toSorted((a, b) => a.observedMs - b.observedMs || a.lastSeenAtMs - b.lastSeenAtMs)
      .slice(0, excess)
      .map(({ id }) => id),
  );
  return presences.filter(({ id }) => !dropped.has(id));
}
