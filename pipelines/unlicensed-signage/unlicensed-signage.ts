/**
 * Signs that are on no permit list, whose permit has lapsed, or that replaced a permitted one.
 *
 * Counts sightings by day, a period apart, on several days, instead of dwell. A sign is known
 * whatever its permit says, so one that lapses is told on that day. Too seldom seen: on the review
 * list. Part of a vehicle, seen at night alone or once: no candidate, and counted as such.
 */
import { appearanceDistance } from "../domain/appearance.ts";
import type { ReasonCode, SubKind } from "../domain/kind.ts";
import type { Permit } from "../domain/permit.ts";
import type { RuleSettings, ZoneSettings } from "../domain/rule.ts";
import type { CaseFacts, Judgement, KindRule } from "../kind-rule.ts";
import { hasLapsed } from "../permits/permits-for.ts";
import { permitsOf } from "../permits/permits-of.ts";
import type { Presence } from "../presence/presence.ts";
import { localTimeAt } from "../schedule/time-zone.ts";
import { hasCompleteEvidence } from "../stages/evidence-fact.ts";
import { type OpenCase, stagesReached } from "../stages/open-case.ts";
import type { PassedOver } from "../stages/review.ts";
import { isCarried } from "./carried.ts";
import { isDaylight } from "./daylight.ts";
import {
  hasReached,
  isOwn,
  noSign,
  noteFirst,
  noteSighting,
  type SignMemory,
} from "./sign-memory.ts";
import { signSettings } from "./sign-settings.ts";
import { signReason } from "./sign-text.ts";

export const unlicensedSignage: KindRule = {
  kind: "unlicensed-signage",
  thingsOf: {
    "outdoor-ad": ["signboard"],
    "shop-sign": ["signboard"],
    "pavement-board": ["signboard"],
    banner: ["signboard"],
  },
  usualSubKinds: ["outdoor-ad"],
  judge,
  isByTheClock: true,
  isObservable: (rule, rules, atMs) => isDaylight(signSettings(rule).daylight, rules, atMs),
  clearAfterOf,
  isPermitFor,
  reviewOf,
  passedOverOf,
  reasonOf: signReason,
};

function judge(facts: CaseFacts): Judgement {
  const { presence, rule, open, scene } = facts;
  const { daylight, sightings, days } = signSettings(rule);
  const subKind = subKindOf(facts);
  // At night a lamp may show half of a sign, or none: nothing is counted and nothing ends.
  if (!isDaylight(daylight, scene.rules, scene.atMs)) return { answer: "unsure", subKind };
  const known = open.memory.sign ?? noSign;
  // A second look is needed to begin; whether it stands is asked when it would be told.
  const note = presence.seenCount < 2 ? noteFirst : noteSighting;
  const sign = note(known, sightingOf(facts));
  const memory = { ...open.memory, sign };
  if (isCarried(presence.place, scene) || !isOwn(sign))
    return { answer: "unsure", subKind, memory };
  const isReached = hasReached(sign.sightings, { sightings, days });
  const isComplete = hasCompleteEvidence(scene.look, open);
  return {
    answer: "violating",
    subKind,
    memory,
    reasonCode: reasonCodeOf(facts, sign),
    // Both at once: whoever put it up is not there to be warned.
    reached: isReached ? stagesReached(open.stage, open.forbiddenMs, rule, isComplete) : [],
  };
}

function sightingOf({ presence, sighting, zone, rule, scene }: CaseFacts) {
  const { rules, atMs, look } = scene;
  const viewEveryMs = rules.views.find(({ id }) => id === look.viewId)?.everyMs ?? 0;
  const permits = permitsOf(rules, questionOf(zone, rule, presence), atMs);
  const expected = permits.checked.flatMap(({ appearance }) => appearance ?? []);
  return {
    atMs,
    dayNumber: localTimeAt(atMs, rules.timeZone).dayNumber,
    everyMs: rule.everyMs,
    toleranceMs: Math.min(rule.everyMs * earlyShareMax, viewEveryMs / 2),
    isCarried: isCarried(presence.place, scene),
    differs: differs(sighting.appearance, expected),
    appearance: sighting.appearance,
  };
}

/** Cameras are not on time: a look of the period may come a little early. */
const earlyShareMax = 0.1;

/** From everything that is registered at its place: two permits may share one. */
function differs(seen: string | undefined, expected: readonly string[]): boolean | undefined {
  if (seen === undefined || expected.length === 0) return undefined;
  return expected.every((appearance) => appearanceDistance(seen, appearance) > distanceMax);
}

/**
 * On photographs of shop signs 0.3 % of the same signs (light from 0.6 to 1.4, tinted, the box off
 * by 6 %) are further apart, and 91 % of different ones. Weather and age were not measured.
 */
const distanceMax = 0.18;

/** A permit with a picture of its sign does not hold for one that looked different for days. */
function isPermitFor(permit: Permit, { memory }: OpenCase, rule: RuleSettings): boolean {
  if (permit.appearance === undefined) return true;
  return !hasReached((memory.sign ?? noSign).differing, signSettings(rule));
}

function reasonCodeOf({ presence, zone, rule, scene }: CaseFacts, sign: SignMemory): ReasonCode {
  const { rules, atMs } = scene;
  const { checked, covering } = permitsOf(rules, questionOf(zone, rule, presence), atMs);
  const isReplaced = hasReached(sign.differing, signSettings(rule));
  if (covering.length > 0 && isReplaced) return "replaced";
  const lapsed = checked.some((permit) => hasLapsed(permit, atMs, rules.timeZone));
  return lapsed ? "lapsed" : "not-registered";
}

function questionOf({ id }: ZoneSettings, { kind }: RuleSettings, { place }: Presence) {
  return { zoneId: id, kind, place };
}

/** The rule says what hangs there; a long and low one is a banner where the rule names banners. */
function subKindOf({ presence, rule, open, scene }: CaseFacts): SubKind {
  if (open.revision > 0) return open.subKind;
  const [first = "outdoor-ad", ...others] = rule.subKinds ?? [];
  return others.includes("banner") && isBanner(presence, scene.look) ? "banner" : first;
}

const bannerRatioMin = 5;

function isBanner(
  { place }: Presence,
  { pictureWidth, pictureHeight }: CaseFacts["scene"]["look"],
): boolean {
  const width = (place.xMax - place.xMin) * pictureWidth;
  return width >= bannerRatioMin * (place.yMax - place.yMin) * pictureHeight;
}

/** Whoever looks through the list decides: what stood there by day at least once is on it. */
function reviewOf({ memory }: OpenCase): { sightings: number; days: number } | undefined {
  const { count, days } = (memory.sign ?? noSign).sightings;
  return count === 0 ? undefined : { sightings: count, days: days.length };
}

function passedOverOf({ memory }: OpenCase): PassedOver {
  return (memory.sign ?? noSign).carriedCount > 0 ? "on-vehicle" : "not-settled";
}

/** What was seen once is not waited for as long as what hangs there. */
function clearAfterOf({ revision, memory }: OpenCase, rule: RuleSettings): number {
  const isSettled = revision > 0 || (memory.sign ?? noSign).sightings.count >= 2;
  return isSettled ? rule.clearAfterMs : Math.min(rule.clearAfterMs, 2 * rule.everyMs);
}
