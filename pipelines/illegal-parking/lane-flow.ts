/**
 * The flow of a lane: what stood in a zone and moved off together was a queue, not parking.
 *
 * One standing car cannot be told from a waiting one; the lane can. When several things that stood
 * leave their places at about the same time, the zone is a lane with a light or a jam, and how
 * long they stood is how long one waits there. For a while after, things standing in that lane are
 * excused for up to twice that time, unless they stayed when the others moved: those are parked.
 */
import type { Presence } from "../presence/presence.ts";

export interface LaneFlow {
  /** Things that stood and left, the latest last. */
  readonly departures: readonly Departure[];
  /** Several that left together. */
  readonly releases: readonly Departure[];
}

export interface Departure {
  /** When it was last seen in its place. */
  readonly atMs: number;
  readonly stoodMs: number;
}

export const noFlow: LaneFlow = { departures: [], releases: [] };

export const laneFlowLimits = {
  /** Stood at least this long to be part of a queue; longer than the greatest is parking. */
  stoodMsMin: 5_000,
  stoodMsMax: 300_000,
  /** Left together: a queue starts within this time. */
  togetherMs: 15_000,
  togetherCountMin: 2,
  /** How long a release says something about the lane. */
  validMs: 1_800_000,
  excuseFactor: 2,
  excuseMsMax: 300_000,
  departuresMax: 8,
  releasesMax: 8,
} as const;

export function depart(flow: LaneFlow, presence: Presence): LaneFlow {
  const { stoodMsMin, stoodMsMax, togetherMs, togetherCountMin } = laneFlowLimits;
  const stoodMs = presence.observedMs;
  if (stoodMs < stoodMsMin || stoodMs > stoodMsMax) return flow;
  const departures = [...flow.departures, { atMs: presence.lastSeenAtMs, stoodMs }].slice(
    -laneFlowLimits.departuresMax,
  );
  const together = departures.filter(
    ({ atMs }) => Math.abs(atMs - presence.lastSeenAtMs) <= togetherMs,
  );
  if (together.length < togetherCountMin) return { ...flow, departures };
  const release = {
    atMs: Math.max(...together.map(({ atMs }) => atMs)),
    stoodMs: Math.max(...together.map((departure) => departure.stoodMs)),
  };
  // A queue of six is one release: the members replace it as they come.
  const others = flow.releases.filter(({ atMs }) => Math.abs(atMs - release.atMs) > togetherMs);
  return { departures, releases: [...others, release].slice(-laneFlowLimits.releasesMax) };
}

/** May its standing still be waiting? */
export function isWaiting(presence: Presence, flow: LaneFlow, atMs: number): boolean {
  const { validMs, excuseFactor, excuseMsMax } = laneFlowLimits;
  const recent = flow.releases.filter((release) => Math.abs(atMs - release.atMs) <= validMs);
  if (recent.some((release) => hasStayed(presence, release))) return false;
  return recent.some(
    ({ stoodMs }) => presence.observedMs < Math.min(excuseFactor * stoodMs, excuseMsMax),
  );
}

/** It stood there with them, they went, it is still there. */
function hasStayed(presence: Presence, { atMs }: Departure): boolean {
  const { stoodMsMin, togetherMs } = laneFlowLimits;
  return presence.firstSeenAtMs <= atMs - stoodMsMin && presence.lastSeenAtMs >= atMs + togetherMs;
}
