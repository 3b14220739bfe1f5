/**
 * What the looks of a story can have observed, at most and surely, worked out from it alone.
 *
 * The laws compare it with what the rules made of the same looks, so nothing here asks the rules.
 */
import { detectionBox } from "../pipelines/domain/detections.ts";
import { boxOverlap, type NormBox } from "../pipelines/domain/geometry.ts";
import type { Look } from "../pipelines/domain/look.ts";
import { morningMs } from "../pipelines/testing/street.ts";
import type { ViolationChange } from "../pipelines/violation-change.ts";
import type { Tick } from "./law-stories.ts";
import { type LawStreet, lawTimes } from "./law-streets.ts";

const dayMs = 86_400_000;
/** Steps up to this, or three periods, can be observed. */
const shortMsMax = 30_000;

/** Time that short steps forward could have observed; nobody observed more. */
export function possibleMs(street: LawStreet, ticks: readonly Tick[]): number {
  return stepsOf(street, ticks).reduce((sum, { shortMs }) => sum + shortMs, 0);
}

/**
 * The same story of a first thing that stays: looks miss it and a lorry hides it, but never for so
 * long, looked at without a gap, that it was seen to be gone.
 */
export function staying(street: LawStreet, ticks: readonly Tick[]): readonly Tick[] {
  const seen = [...ticks];
  let unseenMs = Number.POSITIVE_INFINITY;
  for (const { index, shortMs } of stepsOf(street, ticks)) {
    const tick = ticks[index];
    if (tick === undefined) continue;
    unseenMs += shortMs;
    if (!isFirstSeen(tick) && unseenMs < street.patienceMs) continue;
    seen[index] = { ...tick, first: true, isHidden: false };
    unseenMs = 0;
  }
  return seen;
}

/** How many looks it takes until they have surely observed the first thing enough for the stage. */
export function looksUntil(
  street: LawStreet,
  ticks: readonly Tick[],
  stage: "warned" | "reported",
): number {
  const isReached = street.kind === "unlicensed-signage" ? sightings(street) : dwell(stage);
  let wasSeen = false;
  for (const { index, atMs, shortMs } of stepsOf(street, ticks)) {
    const tick = ticks[index];
    const isSeen = tick !== undefined && isFirstSeen(tick);
    if (isSeen && isReached(atMs, wasSeen ? shortMs : 0)) return index + 1;
    wasSeen = isSeen;
  }
  return ticks.length;
}

function dwell(stage: "warned" | "reported") {
  let observedMs = 0;
  return (_atMs: number, addedMs: number): boolean => {
    observedMs += addedMs;
    return observedMs >= (stage === "warned" ? lawTimes.warnAfterMs : lawTimes.reportAfterMs);
  };
}

/** A period apart each, the first of which only makes it known. */
function sightings({ periodMs, rule }: LawStreet) {
  const wanted = rule.signs ?? { sightings: 0, days: 0 };
  const seenDays = new Set<number>();
  let count = -1;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  return (atMs: number): boolean => {
    const isCounted = atMs - lastAtMs >= periodMs;
    // Of a clock that was set back, time counts again from there.
    if (isCounted || atMs < lastAtMs) lastAtMs = atMs;
    if (isCounted) count += 1;
    if (isCounted && count > 0) seenDays.add(dayOf(atMs));
    return count >= wanted.sightings && seenDays.size >= wanted.days;
  };
}

interface Step {
  readonly index: number;
  readonly atMs: number;
  /** The time since the look before, if the rules may count it; 0 otherwise. */
  readonly shortMs: number;
}

/** The looks that count: one that is a little older than the one before it came late. */
function stepsOf({ periodMs }: LawStreet, ticks: readonly Tick[]): readonly Step[] {
  const steps: Step[] = [];
  let atMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let isRestarted = false;
  ticks.forEach(({ step, between }, index) => {
    atMs += step * periodMs;
    isRestarted ||= between === "restarted";
    const stepMs = atMs - lastMs;
    if (stepMs <= 0 && stepMs >= -shortMsMax) return;
    const isShort = stepMs > 0 && stepMs <= Math.max(shortMsMax, 3 * periodMs) && !isRestarted;
    steps.push({ index, atMs: morningMs + atMs, shortMs: isShort ? stepMs : 0 });
    lastMs = atMs;
    isRestarted = false;
  });
  return steps;
}

function isFirstSeen({ first, isHidden }: Tick): boolean {
  return first && !isHidden;
}

/** Was enough of it seen for this stage, by what the looks up to it showed and nothing else? */
export function isEnough(
  { kind, rule }: LawStreet,
  change: ViolationChange,
  looks: readonly Look[],
): boolean {
  const { stage, observedMs, box } = change;
  if (kind !== "unlicensed-signage") {
    return observedMs >= (stage === "warned" ? lawTimes.warnAfterMs : lawTimes.reportAfterMs);
  }
  const { sightings = 0, days = 0 } = rule.signs ?? {};
  const sightedAtMs = looks
    .filter((look) => boxesOf(look).some((seen) => boxOverlap(seen, box) > 0.5))
    .map(({ capturedAtMs }) => capturedAtMs);
  const seenDays = new Set(sightedAtMs.map(dayOf));
  // The first look only makes it known; each after it is a sighting.
  return sightedAtMs.length > sightings && seenDays.size >= days;
}

/** Of what stands at the first place, not of the lorry that hides it. */
export function isOfFirst({ first }: LawStreet, { box }: ViolationChange): boolean {
  return first.some((seen) => boxOverlap(seen.box, box) > 0.5);
}

function boxesOf({ detections }: Look): readonly NormBox[] {
  return Array.from({ length: detections.count }, (_, index) => detectionBox(detections, index));
}

/** Of the street's time zone. */
function dayOf(atMs: number): number {
  return Math.floor((atMs + 8 * 3_600_000) / dayMs);
}
