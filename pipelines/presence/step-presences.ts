/**
 * One look at the presences of a camera: who was seen, who was not there, who was not observed.
 *
 * The law of dwell: the time between two sightings counts as observed when the misses between
 * them are what this thing's detector shows anyway and no step is longer than max(3 periods,
 * 30 s). Everything else is unobserved time. A presence ends only after looks that saw its place
 * uncovered and empty, for `clearAfterMs` and more often than its detector misses it by chance.
 */
import { derivedId } from "../domain/derived-id.ts";
import { boxOverlap, boxShareInside, type NormBox } from "../domain/geometry.ts";
import { type PresenceId, presenceId } from "../domain/ids.ts";
import type { Look } from "../domain/look.ts";
import { type Candidate, candidatesOf, isSameThing } from "./candidates.ts";
import { isCovered } from "./cover.ts";
import { matchByPlace } from "./match.ts";
import { bridgeLooks, missRatio, noGap, type Presence, presenceLimits } from "./presence.ts";
import type { Thing } from "./thing.ts";

export interface PresenceSettings {
  /** The view's period. */
  readonly everyMs: number;
  /** Things worth remembering; other boxes can only hide them. */
  readonly isTracked: (thing: Thing) => boolean;
  /** Boxes below it are not seen at all. */
  readonly scoreMin: number;
  /** Observed absence after which this presence ends. */
  readonly clearAfterMs: (presence: Presence) => number;
  /** Something was told of it: only absence that was seen may end it. */
  readonly isPinned: (presence: Presence) => boolean;
}

export interface PresenceStep {
  readonly presences: readonly Presence[];
  /** Seen in this look, with the time since the sighting before when it counts as observed. */
  readonly seen: ReadonlyMap<PresenceId, Sighting>;
  /** Gone for good, as they were at their last sighting. */
  readonly ended: readonly Presence[];
}

export interface Sighting {
  readonly score: number;
  readonly observed?: { readonly fromMs: number; readonly toMs: number };
}

export function stepPresences(
  presences: readonly Presence[],
  look: Look,
  settings: PresenceSettings,
): PresenceStep {
  const candidates = candidatesOf(look.detections, settings.scoreMin);
  const tracked = candidates.filter(({ thing }) => settings.isTracked(thing));
  const matches = matchByPlace(presences, tracked);
  const taken = new Set(matches.values());
  const strangers = tracked.filter((_, index) => !taken.has(index));
  const seen = new Map<PresenceId, Sighting>();
  const next: Presence[] = [];
  const ended: Presence[] = [];
  for (const [index, presence] of presences.entries()) {
    const candidate = tracked[matches.get(index) ?? -1];
    if (candidate !== undefined) {
      const { presence: after, sighting } = sight(presence, candidate, look, settings);
      if (isTraffic(after) && !settings.isPinned(after)) ended.push(after);
      else next.push(after);
      seen.set(after.id, sighting);
      continue;
    }
    if (!isLookedAt(presence, look)) {
      next.push(presence);
      continue;
    }
    const after = isHidden(presence, candidates)
      ? hide(presence, look, settings)
      : miss(presence, look, settings, strangers);
    if (isGone(after, settings)) ended.push(after);
    else next.push(after);
  }
  const known = tracked.filter((_, index) => taken.has(index));
  for (const candidate of strangers) {
    const isDouble = known.some(
      ({ thing, box }) => thing === candidate.thing && isSameThing(box, candidate.box),
    );
    if (isDouble) continue;
    known.push(candidate);
    const presence = meet(candidate, look);
    seen.set(presence.id, { score: candidate.score });
    next.push(presence);
  }
  return { presences: withinLimit(next, settings), seen, ended };
}

function meet({ thing, label, score, box }: Candidate, look: Look): Presence {
  const atMs = look.capturedAtMs;
  const place = [box.xMin, box.yMin, box.xMax, box.yMax].map((value) => Math.round(value * 1e4));
  return {
    id: presenceId(derivedId([look.cameraId, look.viewId, thing, atMs, ...place])),
    thing,
    viewIds: [look.viewId],
    place: box,
    box,
    spread: presenceLimits.spreadStart,
    labelWeights: { [label]: 1 },
    score,
    firstSeenAtMs: atMs,
    lastSeenAtMs: atMs,
    lastLookAtMs: atMs,
    observedMs: 0,
    unobservedMs: 0,
    seenCount: 1,
    recentHits: 1,
    recentMisses: 0,
    gap: noGap,
  };
}

function sight(
  presence: Presence,
  { label, score, box }: Candidate,
  look: Look,
  settings: PresenceSettings,
): { readonly presence: Presence; readonly sighting: Sighting } {
  const { gap, lastSeenAtMs, seenCount } = presence;
  const atMs = look.capturedAtMs;
  const isBroken = gap.isBroken || !isShortStep(presence, look, settings);
  const gapMs = Math.max(0, atMs - lastSeenAtMs);
  const isObserved = !isBroken && isBridged(presence);
  const keep = 1 - presenceLimits.forgetting;
  const placeWeight = Math.max(presenceLimits.placeWeightMin, 1 / (seenCount + 1));
  const spreadWeight = Math.max(presenceLimits.spreadWeightMin, 1 / (seenCount + 1));
  const deviation = 1 - boxOverlap(presence.place, box);
  const after: Presence = {
    ...presence,
    viewIds: presence.viewIds.includes(look.viewId)
      ? presence.viewIds
      : [...presence.viewIds, look.viewId],
    place: blend(presence.place, box, placeWeight),
    box,
    spread: presence.spread + (deviation - presence.spread) * spreadWeight,
    labelWeights: countLabel(presence.labelWeights, label),
    score: presence.score + (score - presence.score) * Math.max(0.1, 1 / (seenCount + 1)),
    firstSeenAtMs: Math.min(presence.firstSeenAtMs, atMs),
    lastSeenAtMs: atMs,
    lastLookAtMs: atMs,
    observedMs: presence.observedMs + (isObserved ? gapMs : 0),
    unobservedMs: presence.unobservedMs + (isObserved ? 0 : gapMs),
    seenCount: seenCount + 1,
    recentHits: presence.recentHits * keep + 1,
    recentMisses: presence.recentMisses * keep + gap.missCount,
    gap: noGap,
  };
  const observed = isObserved && gapMs > 0 ? { fromMs: lastSeenAtMs, toMs: atMs } : undefined;
  return { presence: after, sighting: { score, ...(observed === undefined ? {} : { observed }) } };
}

/** Few enough looks missed it, and nothing of its sort was across its place meanwhile. */
function isBridged(presence: Presence): boolean {
  const { missCount, coveredCount, crossedCount } = presence.gap;
  return crossedCount === 0 && missCount + coveredCount <= bridgeLooks(presence);
}

function isGone(presence: Presence, settings: PresenceSettings): boolean {
  const { absentMs, missCount, crossedCount } = presence.gap;
  const isPassing = presence.seenCount < presenceLimits.youngSeenCount && crossedCount > 0;
  if (isPassing && !settings.isPinned(presence)) return true;
  return (
    absentMs >= settings.clearAfterMs(presence) &&
    missRatio(presence) ** missCount <= presenceLimits.absenceProbabilityMax
  );
}

/** Things that pass filled the place by chance: it never was one thing. */
function isTraffic({ seenCount, spread }: Presence): boolean {
  return seenCount >= presenceLimits.settledSeenCount && spread > presenceLimits.spreadMax;
}

/** The place was in the picture of a view that knows the thing, later than the last look at it. */
function isLookedAt(presence: Presence, look: Look): boolean {
  return presence.viewIds.includes(look.viewId) && boxShareInside(presence.place, look.crop) >= 0.5;
}

function isHidden(presence: Presence, candidates: readonly Candidate[]): boolean {
  return (
    presence.gap.coveredMs < presenceLimits.coveredMsMax &&
    isCovered(
      presence.place,
      candidates.map(({ box }) => box),
    )
  );
}

function hide(presence: Presence, look: Look, settings: PresenceSettings): Presence {
  const { gap } = presence;
  const isShort = isShortStep(presence, look, settings);
  const stepMs = isShort ? look.capturedAtMs - presence.lastLookAtMs : 0;
  return {
    ...presence,
    lastLookAtMs: look.capturedAtMs,
    gap: {
      ...gap,
      coveredCount: gap.coveredCount + 1,
      coveredMs: gap.coveredMs + stepMs,
      isAbsent: false,
      isBroken: gap.isBroken || !isShort,
    },
  };
}

function miss(
  presence: Presence,
  look: Look,
  settings: PresenceSettings,
  strangers: readonly Candidate[],
): Presence {
  const { gap } = presence;
  const isShort = isShortStep(presence, look, settings);
  // When it left is unknown, so absence runs from the first look that did not see it.
  const stepMs = isShort && gap.isAbsent ? look.capturedAtMs - presence.lastLookAtMs : 0;
  const isCrossed = strangers.some(
    ({ thing, box }) => thing === presence.thing && isAcross(box, presence.place),
  );
  return {
    ...presence,
    lastLookAtMs: look.capturedAtMs,
    gap: {
      ...gap,
      missCount: gap.missCount + 1,
      crossedCount: gap.crossedCount + (isCrossed ? 1 : 0),
      absentMs: gap.absentMs + stepMs,
      isAbsent: true,
      isBroken: gap.isBroken || !isShort,
    },
  };
}

/** A box across the place that the thing would have to share: traffic, not a miss. */
function isAcross(box: NormBox, place: NormBox): boolean {
  const overlap = boxOverlap(box, place);
  return overlap >= 0.15 && overlap < presenceLimits.overlapMinSteady;
}

function isShortStep(presence: Presence, look: Look, { everyMs }: PresenceSettings): boolean {
  const stepMs = look.capturedAtMs - presence.lastLookAtMs;
  const { stepMsMax, stepPeriodsMax } = presenceLimits;
  return stepMs >= 0 && stepMs <= Math.max(stepMsMax, stepPeriodsMax * everyMs);
}

function blend(from: NormBox, to: NormBox, weight: number): NormBox {
  const part = (a: number, b: number): number => a + (b - a) * weight;
  return {
    xMin: part(from.xMin, to.xMin),
    yMin: part(from.yMin, to.yMin),
    xMax: part(from.xMax, to.xMax),
    yMax: part(from.yMax, to.yMax),
  };
}

function countLabel(
  weights: Presence["labelWeights"],
  label: Candidate["label"],
): Presence["labelWeights"] {
  const keep = 1 - presenceLimits.forgetting;
  const faded = Object.fromEntries(
    Object.entries(weights)
      .map(([name, weight]) => [name, weight * keep] as const)
      .filter(([, weight]) => weight >= 0.01),
  );
  return { ...faded, [label]: (faded[label] ?? 0) + 1 };
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
