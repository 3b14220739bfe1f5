/**
 * A presence: one thing in one place over time. Plain data, stored and reloaded between looks.
 *
 * Three answers a look can give about it: seen there, seen not there, not observed. Time counts
 * as observed only between two sightings that belong together (`step-presences.ts`); a presence
 * never ends because nobody looked.
 */
import type { NormBox } from "../domain/geometry.ts";
import type { PresenceId, ViewId } from "../domain/ids.ts";
import type { Label } from "../domain/label.ts";
import { type Deviation, isJitter, isMovement, isUndirected } from "./deviation.ts";
import type { HourMisses, HoursSeen } from "./hours-seen.ts";
import { isFixed, isSetUp, type Thing } from "./thing.ts";

export interface Presence {
  readonly id: PresenceId;
  readonly thing: Thing;
  /** Views that have seen it: only their looks can miss it. */
  readonly viewIds: readonly ViewId[];
  /** Mean of the boxes seen: the place that new boxes are compared with, so creeping shows. */
  readonly place: NormBox;
  /** The box of the last sighting. */
  readonly box: NormBox;
  /** Mean of 1 - overlap between a sighting and the place: how little its box keeps still. */
  readonly spread: number;
  /** What that is made of. */
  readonly deviation: Deviation;
  /** Its box did not keep still once: poor pictures, or traffic. What it is made of must tell. */
  readonly isRestless: boolean;
  /** How often it was called what, by rising age forgotten. */
  readonly labelWeights: Readonly<Partial<Record<Label, number>>>;
  /** Mean score of the recent sightings, 0..1. */
  readonly score: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  /** The last look that could have seen it, whether it did or not. */
  readonly lastLookAtMs: number;
  /** Time between sightings that belong together. */
  readonly observedMs: number;
  /** The rest of the time between the first and the last sighting. */
  readonly unobservedMs: number;
  readonly seenCount: number;
  /** Recent sightings and misses between them, by rising age forgotten. */
  readonly recentHits: number;
  readonly recentMisses: number;
  readonly gap: Gap;
  /**
   * Looks in which its lane moved up: one up for each that missed it, down for those that saw it in
   * its place (`move-up.ts`). Absent: its lane never moved.
   */
  readonly moveUps?: number;
  /** Of what stays for days: when it is seen. Of a state stored before this was noted: absent. */
  readonly hours?: HoursSeen;
  /** Of a heap alone: the zone it is in, and how many things it is. */
  readonly heap?: { readonly zoneId: string; readonly count: number };
}

/** What happened since the last sighting. */
export interface Gap {
  /** Looks that saw the place uncovered and the thing not there. */
  readonly missCount: number;
  /** Of these: looks in which something else of its sort stood across its place. */
  readonly crossedCount: number;
  /** Time between looks one after the other that both saw it not there. */
  readonly absentMs: number;
  /** The last look was one of these. */
  readonly isAbsent: boolean;
  /** Looks in which something in front hid the place. */
  readonly coveredCount: number;
  /** Time up to these. */
  readonly coveredMs: number;
  /** What hides the place, as far as one knows: the mean of its boxes. */
  readonly cover: NormBox | null;
  /** Looks since then that saw neither thing nor cover, too few yet to say that both are gone. */
  readonly doubtCount: number;
  /** Time between these. */
  readonly doubtMs: number;
  /** A step was too long, or the clock stepped back: nobody looked. */
  readonly isBroken: boolean;
  /** Of what stays for days: when it was missed. */
  readonly hourMisses?: HourMisses;
  /** Those near it left with it. Of a state stored before this was noted: absent. */
  readonly laneMoved?: boolean;
}

export const noGap: Gap = {
  missCount: 0,
  crossedCount: 0,
  absentMs: 0,
  isAbsent: false,
  coveredCount: 0,
  coveredMs: 0,
  cover: null,
  doubtCount: 0,
  doubtMs: 0,
  isBroken: false,
};

/** Everything that is tuned or bounded, in one place. */
export const presenceLimits = {
  presencesMax: 128,

  /** Steps up to max(this, 3 periods) can count as observed. */
  stepMsMax: 30_000,
  stepPeriodsMax: 3,
  /** Less of the place in the picture, and the look says nothing about it. */
  inViewShareMin: 0.5,

  /** Overlap with the place that is the same thing: between these, by how much its box jitters. */
  overlapMinSteady: 0.6,
  overlapMinJittery: 0.5,
  overlapMinRestless: 0.4,
  /** From here on a box is no other extent of the thing, whatever its sides do. */
  overlapMinSame: 0.75,
  /** Below it, not even a hidden part explains the difference. */
  overlapMinPartial: 0.2,
  /** Boxes of one thing with two labels. */
  doubleOverlapMin: 0.6,
  /** The visible part of a thing beside the whole: so large, and so far inside. */
  partAreaRatioMin: 0.3,
  partShareInsideMin: 0.85,

  /** Share of the place that boxes in front must hide for "not observed". */
  coveredShareMin: 0.5,
  /** A place hidden for longer is looked at as empty: what hides it may have replaced it. */
  coveredMsMax: 180_000,

  /** The grace: a run of misses is bridged while the thing, being there, shows one this often. */
  bridgeProbabilityMin: 0.02,
  /** … and how often it is missed is known only from many sightings; then a longer run is one, too. */
  bridgeProbabilityMinKnown: 0.000_5,
  bridgeSeenCountKnown: 16,
  bridgeSeenCountKnownSetUp: 6,
  bridgeLooksMin: 3,
  bridgeLooksMax: 10,
  bridgeLooksYoung: 1,
  /** A run of misses is a surprise, or absence, when chance explains it this rarely. */
  surpriseMax: 0.1,
  leavingSurpriseMax: 0.05,
  absenceProbabilityMax: 0.000_13,
  /** Looks that miss a cover by chance say nothing of what it hid, while they come this often. */
  doubtProbabilityMin: 0.005,
  /** Bounds of a thing's own miss ratio. */
  missRatioMin: 0.05,
  missRatioMax: 0.8,
  /** What is believed of it beforehand weighs as many looks, where a person was told of the thing. */
  missRatioLooks: 5,
  /** Overlap from which, and up to which, another thing of its sort is across the place. */
  crossedOverlapMin: 0.15,
  crossedOverlapMax: 0.5,
  crossedOverlapMaxPoor: 0.4,

  /** Those that stood near and left at about the same time: a queue that moved off. */
  stoodMsMin: 5_000,
  togetherMs: 15_000,
  togetherCountMin: 2,
  nearSizes: 4,

  /** Sightings until which a presence may be traffic that passes. */
  youngSeenCount: 3,
  settledSeenCount: 4,
  /**
   * Boxes of a thing that stands deviate from their mean by 0.02 to 0.17 at the median on real
   * cameras; those of traffic that happens to fill one place look after look, by 0.3 and more.
   */
  spreadStart: 0.2,
  spreadStandsMax: 0.2,
  spreadMax: 0.28,
  /** Sightings that tell that deviations are jitter, and that they are not. */
  jitterSeenCount: 9,
  jitterSeenCountSetUp: 6,
  movementSeenCount: 16,
  /** What was restless and now is this still, is another thing. */
  spreadStillMax: 0.12,
  /** A place in which most looks see nothing is passed through, not stood in. */
  standsMissRatioMax: 0.7,

  /** Weights of one look in the means. */
  forgetting: 0.05,
  placeWeightMin: 0.05,
  /** What cannot drive does not creep, and changes its outline when it fills. */
  placeWeightMinFixed: 0.1,
  spreadWeightMin: 0.2,
  scoreWeightMin: 0.1,
  labelWeightMin: 0.01,
} as const;

/** Share of looks that miss the thing although it is there, learnt between its sightings. */
export function missRatio({ recentHits, recentMisses }: Presence): number {
  const ratio = (recentMisses + 0.5) / (recentHits + recentMisses + 1);
  return Math.min(presenceLimits.missRatioMax, Math.max(presenceLimits.missRatioMin, ratio));
}

/** The grace: how many looks in a row may miss the thing or find it hidden. */
function bridgeLooks(presence: Presence): number {
  const limits = presenceLimits;
  if (presence.seenCount < limits.youngSeenCount) {
    return isSetUp(presence.thing) ? limits.bridgeLooksMin : limits.bridgeLooksYoung;
  }
  const { bridgeSeenCountKnown, bridgeSeenCountKnownSetUp } = limits;
  const isKnown =
    presence.seenCount >=
    (isSetUp(presence.thing) ? bridgeSeenCountKnownSetUp : bridgeSeenCountKnown);
  const probabilityMin = isKnown ? limits.bridgeProbabilityMinKnown : limits.bridgeProbabilityMin;
  const looks = Math.floor(Math.log(probabilityMin) / Math.log(missRatio(presence)));
  return Math.min(limits.bridgeLooksMax, Math.max(limits.bridgeLooksMin, looks));
}

/** The looks since its last sighting are within the grace. */
export function isWithinGrace(presence: Presence): boolean {
  const { missCount, coveredCount, doubtCount } = presence.gap;
  const looks = missCount + coveredCount + doubtCount;
  return looks === 0 || looks <= bridgeLooks(presence);
}

/** One thing that stands: its box keeps still, and most looks see it. */
export function stands(presence: Presence): boolean {
  return (
    presence.seenCount >= 2 &&
    keepsStill(presence) &&
    missRatio(presence) <= presenceLimits.standsMissRatioMax
  );
}

/** Its boxes are of one place: they hardly deviate, or only as jitter does. */
function keepsStill(presence: Presence): boolean {
  if (isJittery(presence)) return true;
  return !presence.isRestless && presence.spread <= presenceLimits.spreadStandsMax;
}

/** Its many boxes say that it stands, however poor they are. */
export function isJittery({ thing, seenCount, deviation }: Presence): boolean {
  const { jitterSeenCount, jitterSeenCountSetUp, settledSeenCount } = presenceLimits;
  if (isFixed(thing)) return seenCount >= settledSeenCount;
  if (isSetUp(thing)) return seenCount >= jitterSeenCountSetUp && isUndirected(deviation);
  return seenCount >= jitterSeenCount && isJitter(deviation);
}

/** Things that pass filled the place by chance, or one came to stand where they passed. */
export function isTraffic({ thing, isRestless, spread, seenCount, deviation }: Presence): boolean {
  const { jitterSeenCount, movementSeenCount, spreadStillMax } = presenceLimits;
  if (!isRestless || isSetUp(thing)) return false;
  if (spread <= spreadStillMax) return true;
  return seenCount >= jitterSeenCount && isMovement(deviation, seenCount < movementSeenCount);
}
