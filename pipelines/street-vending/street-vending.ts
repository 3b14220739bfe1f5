/**
 * Street vending: a stall that stays where or when it may not.
 *
 * What the detector calls a stall is one while somebody attends it. Where it is unsure, cues
 * together make one: goods, a tricycle, a table, an umbrella, people who linger. In a shop's front
 * goods and tables alone are the shop's overflow. Bus stops, queues and terraces have people,
 * tables and umbrellas, and nothing that is traded from.
 */
import type { ReasonCode } from "../domain/kind.ts";
import type { CaseFacts, Judgement, KindRule } from "../kind-rule.ts";
import { isSameThing } from "../presence/candidates.ts";
import { mayBeWaiting } from "../presence/lane-flow.ts";
import { missRatio, type Presence, stands } from "../presence/presence.ts";
import { footprintShare } from "../zones/footprint.ts";
import { countCues, isBridged, isOneSpot, tradeScore } from "./trade-cues.ts";
import { usualVending } from "./vending-defaults.ts";
import { cueNames, noVendingMemory, type VendingMemory } from "./vending-memory.ts";
import { vendingNotice, vendingReason } from "./vending-text.ts";

export const streetVending: KindRule = {
  kind: "street-vending",
  thingsOf: {
    stall: ["stall", "goods", "two-wheeler", "table", "umbrella"],
    "shop-overflow": ["stall", "goods", "table"],
  },
  usualSubKinds: ["stall", "shop-overflow"],
  judge,
  isOneCase,
  reasonOf: vendingReason,
  noticeOf: vendingNotice,
};

/**
 * Stalls stand side by side in a market; cues near a stall are that stall, and so are goods beside
 * goods: what is spread out is one from end to end.
 */
function isOneCase(told: Presence, other: Presence, presences: Iterable<Presence>): boolean {
  const areStalls = told.thing === "stall" && other.thing === "stall";
  if (areStalls) return isSameThing(told.place, other.place);
  if (isOneSpot(told.place, other.place)) return true;
  return isReached(other, told, [...presences].filter(isSpreadOut));
}

/** From one to the next of these, each beside the one before. */
function isReached(from: Presence, to: Presence, between: readonly Presence[]): boolean {
  const reached = [from];
  let left = between.filter(({ id }) => id !== from.id && id !== to.id);
  for (const last of reached) {
    if (isOneSpot(last.place, to.place)) return true;
    const next = left.filter(({ place }) => isOneSpot(last.place, place));
    reached.push(...next);
    left = left.filter((each) => !next.includes(each));
  }
  return false;
}

function isSpreadOut(presence: Presence): boolean {
  return presence.thing === "goods" && stands(presence) && isThere(presence);
}

/** Zones in which tables, umbrellas and people are no cue. */
const quietTags: readonly string[] = ["bus-stop", "terrace"];
const shopTag = "shop-front";

function judge(facts: CaseFacts): Judgement {
  const { presence, sighting, zone, rule, open, scene } = facts;
  const known = open.memory.vending ?? noVendingMemory;
  const counted = countCues(known, presence, sighting, scene);
  const { cueScoreMin, attendedMs } = rule.vending ?? usualVending;
  const isShop = zone.tags.includes(shopTag);
  const isStall = presence.thing === "stall";
  const trade = tradeScore(counted);
  const score = isStall ? Math.max(presence.score, trade) : trade;
  const mayTrade = isStall || mayBeTrade(trade, cueScoreMin, known.mayTrade, counted.lookCount);
  const vending = { ...counted, mayTrade };
  const base = {
    subKind: isShop ? "shop-overflow" : "stall",
    memory: { ...open.memory, vending },
    reasonCode: reasonCodeOf(facts),
    cues: cuesOf(presence, vending),
    score,
    crowdCount: vending.people.filter(({ missCount }) => missCount === 0).length,
    excuse: mayBeWaiting(presence, scene.flowOf(zone.id), scene.atMs) ? "queue" : null,
  } as const;
  if (!isStall) {
    if (belongsToOther(facts)) return { ...base, answer: "right" };
    const isGoods = isShop && presence.thing !== "umbrella" && presence.thing !== "two-wheeler";
    if (isGoods) return { ...base, score: presence.score, answer: "violating" };
    if (isShop || isInQuietZone(facts)) return { ...base, answer: "right" };
    if (score >= cueScoreMin) return { ...base, answer: "violating" };
    // Told or not: what hours and permits keep untold has no more time than what they do not.
    return mayTrade
      ? { ...base, answer: "violating", excuse: base.excuse ?? "doubt" }
      : { ...base, answer: "right" };
  }
  const isAttended =
    attendedMs === null || isShop || isRecent(vending.attendedAtMs, scene.atMs, attendedMs);
  const doubt = isSureStall(facts, vending) ? null : "doubt";
  return {
    ...base,
    answer: "violating",
    excuse: base.excuse ?? (isAttended ? doubt : "unattended"),
  };
}

/** The mean score of a stall that is one also between parasols and people who wait. */
const sureScoreMin = 0.65;

/**
 * With goods it is one. By the detector's word alone most looks must say it; where a person said
 * that tables, parasols or people are usual, they must be sure of it.
 */
function isSureStall(facts: CaseFacts, { cues }: VendingMemory): boolean {
  const { presence } = facts;
  if ((cues.goods ?? 0) >= 0.5) return true;
  if (missRatio(presence) > 0.5) return false;
  return presence.score >= sureScoreMin || !isInQuietZone(facts);
}

/** What so few looks did not see may be there all the same. */
const looksToTell = 4;
/** Of the score: how far it falls by looks that miss a cue. */
const doubtMargin = 0.06;

/**
 * Time counts from the first look on and through a bad look or two; a stage waits until it is sure.
 * Only what was seen decides: a permit that begins or ends leaves it as it is.
 */
function mayBeTrade(trade: number, scoreMin: number, was = false, lookCount = 0): boolean {
  return trade >= scoreMin || lookCount <= looksToTell || (was && trade >= scoreMin - doubtMargin);
}

/** In this zone or another one that holds it: a terrace lies in a street that has rules, too. */
function isInQuietZone({ presence, zone, scene }: CaseFacts): boolean {
  return scene.rules.zones.some(
    ({ id, tags, polygon }) =>
      tags.some((tag) => quietTags.includes(tag)) &&
      (id === zone.id || footprintShare(presence.place, polygon) >= 0.5),
  );
}

/** Somebody was near lately; a clock that was set makes nothing of it. */
function isRecent(atMs: number | null, nowMs: number, withinMs: number): boolean {
  return atMs !== null && Math.abs(nowMs - atMs) <= withinMs;
}

/** A table beside a stall is the stall's; of two cues the one that says more has the case. */
function belongsToOther({ presence, scene, open }: CaseFacts): boolean {
  if (open.revision > 0) return false;
  const rank = rankOf(presence);
  return scene.presences.some(
    (other) => rankOf(other) > rank && isThere(other) && isOneSpot(presence.place, other.place),
  );
}

/** Seen in the last look, or missed as a detector misses what stands. */
function isThere(other: Presence): boolean {
  return other.gap.missCount === 0 || isBridged(other);
}

const ranks: readonly string[] = ["umbrella", "table", "two-wheeler", "goods", "stall"];

function rankOf({ thing }: Presence): number {
  return ranks.indexOf(thing);
}

/** In a place that has hours, it is the hour; elsewhere the place. */
function reasonCodeOf({ presence, zone, scene }: CaseFacts): ReasonCode {
  const hasHours = scene.rules.zones.some(
    ({ polygon, rules }) =>
      rules.some(({ kind, allowed }) => kind === "street-vending" && allowed.length > 0) &&
      footprintShare(presence.place, polygon) >= 0.5,
  );
  const isHere = zone.rules.some(
    ({ kind, allowed }) => kind === "street-vending" && allowed.length > 0,
  );
  return hasHours || isHere ? "out-of-hours" : "out-of-place";
}

function cuesOf(presence: Presence, { cues }: VendingMemory): NonNullable<Judgement["cues"]> {
  return cueNames
    .map((label) => ({
      label,
      score: label === presence.thing ? presence.score : (cues[label] ?? 0),
    }))
    .filter(({ score }) => score >= 0.05)
    .toSorted((a, b) => b.score - a.score);
}
