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
import type { Presence } from "../presence/presence.ts";
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

function judge({ presence, zone, scene }: CaseFacts): Judgement {
  if (presence.heap !== undefined) {
    const { count } = presence.heap;
    return { answer: "violating", subKind: "shared-bike-pile-up", objectCount: count };
  }
  const isMotorVehicle = presence.thing === "motor-vehicle";
  const subKind = isMotorVehicle ? "motor-vehicle" : "non-motor-vehicle";
  return { answer: "violating", subKind, excuse: excuseOf(presence, zone, scene) };
}

function excuseOf(presence: Presence, zone: ZoneSettings, scene: Scene): Excuse | null {
  if (mayBeWaiting(presence, scene.flowOf(zone.id), scene.atMs)) return "queue";
  if (presence.thing === "motor-vehicle") return isBusAtStop(presence, zone) ? "bus-at-stop" : null;
  if (hasRider(presence, scene)) return "rider";
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

/** Somebody whose seat is on it: above it and within its width, feet within its height. */
function hasRider({ box }: Presence, scene: Scene): boolean {
  return scene.boxesOf("person").some(({ box: person }) => {
    const x = (person.xMin + person.xMax) / 2;
    const isAcross = x >= box.xMin && x <= box.xMax;
    return isAcross && person.yMin < box.yMin && person.yMax > box.yMin && person.yMax <= box.yMax;
  });
}

function holdsMiddle(box: NormBox, { place }: Presence): boolean {
  const x = (place.xMin + place.xMax) / 2;
  const y = (place.yMin + place.yMax) / 2;
  return x >= box.xMin && x <= box.xMax && y >= box.yMin && y <= box.yMax;
}
