/**
 * One look at the presences of a camera: who was seen, who was not there, who was not observed.
 *
 * The law of dwell: the time between two sightings counts as observed when the misses between
 * them are within the grace and no step is longer than max(3 periods, 30 s). A presence of which
 * something was told ends only by absence that was seen, or when another took its place.
 */
import { boxOverlap, boxShareInside } from "../domain/geometry.ts";
import type { PresenceId } from "../domain/ids.ts";
import type { Look } from "../domain/look.ts";
import { type Candidate, candidatesOf, isSameThing } from "./candidates.ts";
import { isOnePlace, type Matches, matchByPlace } from "./match.ts";
import { coverOf, hide, isGone, miss } from "./missing.ts";
import { afterMoveUp, inPlaceOf, type MoveUp, movedUp, withoutOnTheWay } from "./move-up.ts";
import { isTraffic, type Presence, presenceLimits, stands } from "./presence.ts";
import { hasLaneMoved, isReplaced, leavingOf, withLaneMoved } from "./replaced.ts";
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
  const tracked = trackedOf(candidates, settings);
  const byPlace = matchByPlace(presences, tracked, candidates, look.crop);
  const matches = withoutOnTheWay(byPlace, presences);
  const owners = ownersOf(tracked, matches, presences);
  const isSeen = (index: number): boolean => matches[index] !== undefined;
  const moved = movedUp(presences, isSeen, passersOf(tracked, owners));
  const missed: Presence[] = [];
  for (let index = 0; index < presences.length; index += 1) {
    const presence = presences[index];
    if (presence === undefined) continue;
    if (isSeen(index)) missed.push(presence);
    else {
      const around = { candidates, tracked, owners, moveUp: moved.get(index) };
      missed.push(afterMiss(presence, look, settings, around));
    }
  }
  const leaving = leavingOf(missed);
  const afterMissing = withLaneMoved(missed, leaving);
  const seen = new Map<PresenceId, Sighting>();
  const kept: Presence[] = [];
  const ended: Presence[] = [];
  const newcomers: Presence[] = [];

  for (let index = 0; index < afterMissing.length; index += 1) {
    const presence = afterMissing[index];
    if (presence === undefined) continue;
    const match = matches[index];
    if (match === undefined) {
      const isPinned = settings.isPinned(presence);
      if (isDouble(presence, presences, matches) && !isPinned) continue;
      const isPassing = isYoung(presence) && presence.gap.crossedCount > 0 && !isPinned;
      const clearAfterMs = settings.clearAfterMs(presence);
      if (isPassing || isGone(presence, clearAfterMs, isPinned)) ended.push(presence);
      else kept.push(presence);
      continue;
    }
    const laneMoved = presence.gap.laneMoved === true || hasLaneMoved(presence, leaving);
    if (isReplaced(presence, match.candidate.box, laneMoved)) {
      ended.push(presence);
      const next = inPlaceOf(presence, meet(match.candidate, look));
      seen.set(next.id, looksOf(match.candidate));
      newcomers.push(next);
      continue;
    }
    const isShort = isShortStep(presence, look, settings);
    const stayed = afterMoveUp(presence, presences, moved);
    const isObservable = settings.isObservable?.(presence.thing) !== false;
    const again = seeAgain(stayed, match, look, { isShort, laneMoved, isObservable });
    if (isTraffic(again.presence) && !settings.isPinned(presence)) {
      ended.push(again.presence);
      continue;
    }
    seen.set(presence.id, again.sighting);
    kept.push(again.presence);
  }
  for (const candidate of withoutDoubles(tracked, owners)) {
    const presence = meet(candidate, look);
    seen.set(presence.id, looksOf(candidate));
    newcomers.push(presence);
  }
  kept.push(...newcomers);
  return { presences: withinLimit(kept, settings), seen, ended };
}

/** Often all of them. */
function trackedOf(
  candidates: readonly Candidate[],
  settings: PresenceSettings,
): readonly Candidate[] {
  for (const { thing } of candidates) {
    if (settings.isTracked(thing)) continue;
    return candidates.filter((candidate) => settings.isTracked(candidate.thing));
  }
  return candidates;
}

/** Whose box each candidate is: in their order, undefined where it is nobody's. */
type Owners = readonly (Presence | undefined)[];

function nobody(): Presence | undefined {
  return undefined;
}

const noCandidates: readonly Candidate[] = [];

function ownersOf(
  tracked: readonly Candidate[],
  matches: Matches,
  presences: readonly Presence[],
): Owners {
  const owners = tracked.map(nobody);
  for (let index = 0; index < matches.length; index += 1) {
    const match = matches[index];
    if (match !== undefined) owners[match.order] = presences[index];
  }
  return owners;
}

/** Boxes on nothing that stood: on the way, as far as one can tell. */
function passersOf(tracked: readonly Candidate[], owners: Owners): readonly Candidate[] {
  if (!owners.some(isPasser)) return noCandidates;
  return tracked.filter((_, order) => isPasser(owners[order]));
}

function isPasser(owner: Presence | undefined): boolean {
  return owner === undefined || owner.observedMs < presenceLimits.stoodMsMin;
}

interface Surroundings {
  readonly candidates: readonly Candidate[];
  readonly tracked: readonly Candidate[];
  readonly owners: Owners;
  readonly moveUp: MoveUp | undefined;
}

/** A presence of which this look has no box. */
function afterMiss(
  presence: Presence,
  look: Look,
  settings: PresenceSettings,
  { candidates, tracked, owners, moveUp }: Surroundings,
): Presence {
  const isShort = isShortStep(presence, look, settings);
  if (settings.isObservable?.(presence.thing) === false || !isLookedAt(presence, look, isShort)) {
    return presence;
  }
  // What is across its place is its queue on the way: it does not hide it.
  const cover = moveUp?.isHalfWay === true ? undefined : coverOf(presence, candidates);
  if (cover !== undefined) return hide(presence, look, isShort, cover);
  return miss(presence, look, isShort, { passing: passingOf(presence, tracked, owners), moveUp });
}

/** Boxes of its sort at its place that are on nothing that stands beside it; in most looks none. */
function passingOf(
  presence: Presence,
  tracked: readonly Candidate[],
  owners: Owners,
): readonly Candidate[] {
  let passing: Candidate[] | undefined;
  for (let order = 0; order < tracked.length; order += 1) {
    const candidate = tracked[order];
    const isHere =
      candidate !== undefined &&
      candidate.thing === presence.thing &&
      boxOverlap(candidate.box, presence.place) > 0;
    if (!isHere || isBeside(owners[order], presence)) continue;
    passing ??= [];
    passing.push(candidate);
  }
  return passing ?? noCandidates;
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
function isDouble(presence: Presence, presences: readonly Presence[], matches: Matches): boolean {
  for (let index = 0; index < matches.length; index += 1) {
    const other = presences[index];
    const isDoubled =
      matches[index] !== undefined &&
      other !== undefined &&
      other.seenCount > presence.seenCount &&
      other.thing === presence.thing &&
      isOnePlace(other, presence);
    if (isDoubled) return true;
  }
  return false;
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
function withoutDoubles(tracked: readonly Candidate[], owners: Owners): readonly Candidate[] {
  if (!owners.includes(undefined)) return noCandidates;
  const strangers = tracked.filter((_, order) => owners[order] === undefined);
  const known = tracked.filter((_, order) => owners[order] !== undefined);
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
  settings: PresenceSettings,
): readonly Presence[] {
  const excess = presences.length - presenceLimits.presencesMax;
  if (excess <= 0) return presences;
  const dropped = new Set(
    presences
      .filter((presence) => !settings.isPinned(presence))
      .toSorted((a, b) => a.observedMs - b.observedMs || a.lastSeenAtMs - b.lastSeenAtMs)
      .slice(0, excess)
      .map(({ id }) => id),
  );
  return presences.filter(({ id }) => !dropped.has(id));
}
