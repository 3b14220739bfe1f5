/**
 * A presence that a look saw: met for the first time, or seen again in its place.
 *
 * The time since the sighting before counts as observed when every step was short and the looks
 * between that missed it are within the grace; otherwise it is unobserved.
 */
import { derivedId } from "../domain/derived-id.ts";
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import { presenceId } from "../domain/ids.ts";
import type { Look } from "../domain/look.ts";
import { blend } from "./blend.ts";
import type { Candidate } from "./candidates.ts";
import { countDeviation, noDeviation } from "./deviation.ts";
import { isLasting, withSighting } from "./hours-seen.ts";
import type { Match } from "./match.ts";
import { isWithinGrace, noGap, type Presence, presenceLimits } from "./presence.ts";
import { isFixed, type Thing } from "./thing.ts";

export interface Sighting {
  readonly score: number;
  /** What it looks like, where that was taken. */
  readonly appearance?: string;
  /** The time since the sighting before, when it counts as observed. */
  readonly observed?: { readonly fromMs: number; readonly toMs: number };
}

export function meet({ thing, label, score, box }: Candidate, look: Look): Presence {
  const atMs = look.capturedAtMs;
  const place = [box.xMin, box.yMin, box.xMax, box.yMax].map((value) => Math.round(value * 1e4));
  return {
    id: presenceId(derivedId([look.cameraId, look.viewId, thing, atMs, ...place])),
    thing,
    viewIds: [look.viewId],
    place: box,
    box,
    spread: presenceLimits.spreadStart,
    deviation: noDeviation,
    isRestless: false,
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

export function seeAgain(
  presence: Presence,
  match: Match,
  look: Look,
  {
    isShort,
    laneMoved,
    isObservable = true,
  }: {
    readonly isShort: boolean;
    readonly laneMoved: boolean;
    /** A look that misses it now would say something; absent: it would. */
    readonly isObservable?: boolean;
  },
): { readonly presence: Presence; readonly sighting: Sighting } {
  const { score, appearance } = match.candidate;
  const atMs = look.capturedAtMs;
  // A look of another view that is a little older has nothing to add to the times. After the clock
  // was set back its last sighting lies ahead for long: then this one counts.
  if (isShort && !presence.gap.isBroken && atMs <= presence.lastSeenAtMs) {
    return {
      presence: describe(presence, match, look, "between"),
      sighting: looksOf(match.candidate),
    };
  }
  const isObserved = isShort && !presence.gap.isBroken && !laneMoved && isBridged(presence);
  const described = describe(presence, match, look, isObserved ? "observed" : "unobserved");
  const after = isObservable ? withHours(described, presence) : described;
  if (!isObserved) return { presence: after, sighting: looksOf(match.candidate) };
  const observed = { fromMs: presence.lastSeenAtMs, toMs: atMs };
  const sighting = appearance === undefined ? { score, observed } : { score, appearance, observed };
  return { presence: after, sighting };
}

export function looksOf({ score, appearance }: Candidate): Sighting {
  return appearance === undefined ? { score } : { score, appearance };
}

/** Few enough looks missed it, and nothing of its sort was across its place meanwhile. */
function isBridged(presence: Presence): boolean {
  return presence.gap.crossedCount === 0 && isWithinGrace(presence);
}

/** What the time since the last sighting was; `between`: a look that changes no time. */
type TimeSince = "observed" | "unobserved" | "between";

/** What it looks like now. One object: it is made at every sighting. */
function describe(
  presence: Presence,
  { candidate, isPartial }: Match,
  look: Look,
  since: TimeSince,
): Presence {
  const { label, score, box } = candidate;
  const { thing, seenCount, place, viewIds } = presence;
  const isNewest = since !== "between";
  const atMs = isNewest ? look.capturedAtMs : presence.lastSeenAtMs;
  const gapMs = Math.max(0, atMs - presence.lastSeenAtMs);
  const keep = 1 - presenceLimits.forgetting;
  const weight = 1 / (seenCount + 1);
  const deviated = isPartial ? presence : deviate(presence, box);
  return {
    ...presence,
    viewIds: viewIds.includes(look.viewId) ? viewIds : [...viewIds, look.viewId],
    box: isPartial ? place : box,
    place: isPartial ? place : blend(place, box, Math.max(placeWeightMinOf(thing), weight)),
    spread: deviated.spread,
    deviation: deviated.deviation,
    isRestless: deviated.isRestless,
    labelWeights: countLabel(presence.labelWeights, label),
    score:
      presence.score + (score - presence.score) * Math.max(presenceLimits.scoreWeightMin, weight),
    seenCount: seenCount + 1,
    recentHits: presence.recentHits * keep + 1,
    recentMisses: presence.recentMisses * keep + presence.gap.missCount,
    // Earlier than the first sighting only after the clock was set back.
    firstSeenAtMs: Math.min(presence.firstSeenAtMs, atMs),
    lastSeenAtMs: atMs,
    lastLookAtMs: isNewest ? atMs : presence.lastLookAtMs,
    observedMs: presence.observedMs + (since === "observed" ? gapMs : 0),
    unobservedMs: presence.unobservedMs + (since === "unobserved" ? gapMs : 0),
    gap: isNewest ? noGap : presence.gap,
  };
}

/** Of what stays for days: in which hours it is seen, by day. */
function withHours(after: Presence, { hours, gap }: Presence): Presence {
  if (!isLasting(after.thing)) return after;
  return { ...after, hours: withSighting(hours, gap.hourMisses, after.lastSeenAtMs) };
}

function placeWeightMinOf(thing: Thing): number {
  const { placeWeightMin, placeWeightMinFixed } = presenceLimits;
  return isFixed(thing) ? placeWeightMinFixed : placeWeightMin;
}

/** How its boxes deviate, with one more. */
function deviate(
  { seenCount, spread: before, deviation, isRestless, place }: Presence,
  box: NormBox,
): Pick<Presence, "spread" | "deviation" | "isRestless"> {
  const { spreadWeightMin, placeWeightMin, settledSeenCount, spreadMax } = presenceLimits;
  const spreadWeight = Math.max(spreadWeightMin, 1 / (seenCount + 1));
  const spread = before + (1 - boxOverlap(place, box) - before) * spreadWeight;
  const longWeight = Math.max(placeWeightMin, 1 / seenCount);
  return {
    spread,
    deviation: countDeviation(deviation, place, box, longWeight),
    isRestless: isRestless || (seenCount + 1 >= settledSeenCount && spread > spreadMax),
  };
}

function countLabel(
  weights: Presence["labelWeights"],
  label: Candidate["label"],
): Presence["labelWeights"] {
  const keep = 1 - presenceLimits.forgetting;
  const counted: Partial<Record<Candidate["label"], number>> = {};
  for (const name in weights) {
    const known = name as Candidate["label"]; // Keys of the record.
    const weight = (weights[known] ?? 0) * keep;
    if (weight >= presenceLimits.labelWeightMin) counted[known] = weight;
  }
  counted[label] = (counted[label] ?? 0) + 1;
  return counted;
}
