/**
 * Illegal parking: a vehicle that stands in a zone longer than the rule allows.
 *
 * Motor vehicles one by one, bicycles and e-bikes one by one, and many of these as a pile-up. What
 * stands because its lane stands (a queue at a light, a jam) is excused by the lane's flow; a
 * two-wheeler with somebody on it waits. It says "suspected": whether the driver was in the car is
 * for a person to judge.
 */
import type { NormBox } from "../domain/geometry.ts";
import type { ZoneSettings } from "../domain/rule.ts";
import type { CaseFacts, Judgement, KindRule } from "../kind-rule.ts";
import { isSameThing } from "../presence/candidates.ts";
import { mayBeWaiting } from "../presence/lane-flow.ts";
import { missRatio, type Presence, presenceLimits } from "../presence/presence.ts";
import type { Scene } from "../scene.ts";
import type { Excuse } from "../stages/open-case.ts";
import { pileUpCountMin } from "./parking-defaults.ts";
import { parkingNotice, parkingReason } from "./parking-text.ts";

export const illegalParking: KindRule = {
  kind: "illegal-parking",
  thingsOf: {
    "motor-vehicle": ["motor-vehicle"],
    "non-motor-vehicle": ["two-wheeler"],
    "shared-bike-pile-up": ["heap"],
  },
  usualSubKinds: ["motor-vehicle"],
  heap: {
    subKind: "shared-bike-pile-up",
    of: "two-wheeler",
    countMin: ({ pileUpCount }) => pileUpCount ?? pileUpCountMin,
  },
  judge,
  isOneCase,
  reasonOf: parkingReason,
  noticeOf: parkingNotice,
};

function judge({ presence, zone, open, scene }: CaseFacts): Judgement {
  if (presence.heap !== undefined) {
    const { count } = presence.heap;
    return { answer: "violating", subKind: "shared-bike-pile-up", objectCount: count };
  }
  if (presence.thing === "motor-vehicle") {
    const excuse = excuseOf(presence, zone, scene, false);
    return excuse === null ? parked : { ...parked, excuse };
  }
  // Where its boxes are often missed, or off, the rider's are, too.
  const isPoor =
    missRatio(presence) >= poorMissRatioMin || presence.spread > presenceLimits.spreadStandsMax;
  const isRidden = hasRider(presence, scene, isPoor);
  const riddenShare = riddenShareWith(open.memory.riddenShare, isRidden, presence);
  const isBelieved = isRidden || (isPoor && riddenShare >= riddenShareMin);
  const excuse = excuseOf(presence, zone, scene, isBelieved);
  const memory = { ...open.memory, riddenShare };
  return { answer: "violating", subKind: "non-motor-vehicle", memory, excuse };
}

const parked: Judgement = { answer: "violating", subKind: "motor-vehicle", excuse: null };

const poorMissRatioMin = 0.15;
/** Of the latest looks, each with this weight: seven in a row may miss the rider. */
const riddenShareMin = 0.3;
const riddenWeight = 0.15;

function riddenShareWith(
  known: number | undefined,
  isRidden: boolean,
  { seenCount }: Presence,
): number {
  const now = isRidden ? 1 : 0;
  const weight = Math.max(riddenWeight, 1 / seenCount);
  const share = known === undefined ? now : known + (now - known) * weight;
  return Math.round(share * 1e4) / 1e4;
}

function excuseOf(
  presence: Presence,
  zone: ZoneSettings,
  scene: Scene,
  isRidden: boolean,
): Excuse | null {
  if (mayBeWaiting(presence, scene.flowOf(zone.id), scene.atMs, scene.presences)) return "queue";
  if (presence.thing === "motor-vehicle") return isBusAtStop(presence, zone) ? "bus-at-stop" : null;
  if (isRidden) return "rider";
  return isOfHeap(presence, zone, scene) ? "pile-up" : null;
}

/** Mostly called a bus, where buses stop. */
function isBusAtStop({ labelWeights }: Presence, { tags }: ZoneSettings): boolean {
  if (!tags.includes("bus-stop")) return false;
  const { bus = 0, ...others } = labelWeights;
  return bus > Object.values(others).reduce((sum, weight) => sum + weight, 0);
}

/** A bicycle may stand across a part of a car without being one. */
function isOneCase(told: Presence, other: Presence): boolean {
  return told.thing === other.thing && isSameThing(told.place, other.place);
}

/** Bicycles of a pile-up are no violations of their own. */
function isOfHeap(presence: Presence, { id }: ZoneSettings, scene: Scene): boolean {
  return scene
    .presencesOf("heap")
    .some(({ heap, place }) => heap?.zoneId === id && holdsMiddle(place, presence));
}

/** Somebody whose seat is on it: above it and within its width, feet about within its height. */
function hasRider({ place: box }: Presence, scene: Scene, isPoor: boolean): boolean {
  const feetBelow = (box.yMax - box.yMin) * feetBelowMax;
  return scene.boxesOf("person").some(({ box: person }) => {
    const x = (person.xMin + person.xMax) / 2;
    const isAcross = x >= box.xMin && x <= box.xMax;
    const off = isPoor ? (person.yMax - person.yMin) * feetOffPoor : 0;
    const feetMax = box.yMax + Math.max(feetBelow, off);
    return isAcross && person.yMin < box.yMin && person.yMax > box.yMin && person.yMax <= feetMax;
  });
}

/** Of the bicycle's height; who stands before it stands nearer, so lower. */
const feetBelowMax = 0.1;
/** Of the person's height, where boxes are poor. */
const feetOffPoor = 0.15;

function holdsMiddle(box: NormBox, { place }: Presence): boolean {
  const x = (place.xMin + place.xMax) / 2;
  const y = (place.yMin + place.yMax) / 2;
  return x >= box.xMin && x <= box.xMax && y >= box.yMin && y <= box.yMax;
}
