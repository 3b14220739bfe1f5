/**
 * In which hours of the day a thing is seen: signs hang for weeks, and light comes back every day.
 *
 * Glare at noon, a façade in shadow in the morning, a lamp by night: a detector that misses a sign
 * at the same hours each day says nothing there about whether it still hangs. So how often it is
 * missed is learnt for each hour by itself, and an hour in which it never was seen is no evidence.
 * Hours are of UTC: the sun does not know of time zones.
 */
import type { Thing } from "./thing.ts";

/** Looks by rising age forgotten, as of the presence. */
export interface HourSeen {
  readonly hits: number;
  readonly misses: number;
}

/** By hour of the day, 0 to 23, where a look that misses it counts; absent: none of that hour did. */
export type HoursSeen = Readonly<Partial<Record<string, HourSeen>>>;
/** Misses since the last sighting, by hour of the day. */
export type HourMisses = Readonly<Partial<Record<string, number>>>;

const hourMs = 3_600_000;
/** Weight of one look in the means, and bounds of an hour's miss ratio. */
const forgetting = 0.05;
const missRatioMin = 0.05;
const missRatioMax = 0.9;
/** What was seen in fewer hours may be a lamp at dusk, or a false box. */
const hoursMin = 3;

/** It stays for days and is asked about for hours. */
export function isLasting(thing: Thing): boolean {
  return thing === "signboard";
}

export function withMiss(misses: HourMisses = {}, atMs: number): HourMisses {
  const hour = hourOf(atMs);
  return { ...misses, [hour]: (misses[hour] ?? 0) + 1 };
}

/** After a sighting: its hour has one more, and what was missed since the last one is known now. */
export function withSighting(hours: HoursSeen = {}, misses: HourMisses = {}, atMs: number) {
  const seenIn = hourOf(atMs);
  const keep = 1 - forgetting;
  const after: Partial<Record<string, HourSeen>> = { ...hours };
  for (const hour of new Set([seenIn, ...Object.keys(misses)])) {
    const known = hours[hour] ?? nothing;
    after[hour] = {
      hits: round(known.hits * keep + (hour === seenIn ? 1 : 0)),
      misses: round(known.misses * keep + (misses[hour] ?? 0)),
    };
  }
  return after;
}

const nothing: HourSeen = { hits: 0, misses: 0 };

/** Enough of its day is known to judge by hours. */
export function isSeenByHours(hours: HoursSeen): boolean {
  let known = 0;
  for (const seen of Object.values(hours)) if (seen !== undefined && seen.hits > 0) known += 1;
  return known >= hoursMin;
}

/** How likely a thing that is seen so, being there, would be missed as it was. */
export function missSurpriseByHour(hours: HoursSeen, misses: HourMisses = {}): number {
  let surprise = 1;
  for (const [hour, missCount = 0] of Object.entries(misses)) {
    const known = hours[hour];
    if (known !== undefined && known.hits > 0) surprise *= missRatioOf(known) ** missCount;
  }
  return surprise;
}

function missRatioOf({ hits, misses }: HourSeen): number {
  const ratio = (misses + 0.5) / (hits + misses + 1);
  return Math.min(missRatioMax, Math.max(missRatioMin, ratio));
}

function hourOf(atMs: number): string {
  return String(Math.floor(atMs / hourMs) % 24);
}

function round(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
