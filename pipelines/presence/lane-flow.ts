/**
 * The flow of a lane: what stood in a zone and moved off together was a queue, not parking.
 *
 * One standing car cannot be told from a waiting one; the lane can. When several things that stood
 * leave their places at about the same time, the zone is a lane with a light or a jam, and how
 * long they stood is how long one waits there. For a while after, things standing in that lane
 * may be waiting for up to twice that time, unless they stayed when the others moved.
 */
import { boxOverlap, type NormBox } from "../domain/geometry.ts";
import { type Presence, presenceLimits } from "./presence.ts";

export interface LaneFlow {
  /** Things that stood and left, the latest last. */
  readonly departures: readonly Departure[];
  /** Several that left together, by time. */
  readonly releases: readonly Release[];
}

export interface Departure {
  /** When it was last seen in its place. */
  readonly atMs: number;
  readonly stoodMs: number;
  /** Absent in a state stored before this was noted. */
  readonly place?: NormBox;
}

/** Its time is the last one's, its standing the longest. */
export interface Release {
  readonly atMs: number;
  readonly stoodMs: number;
  readonly count: number;
  /** Of two alone, which may be chance: where they stood. */
  readonly places?: readonly NormBox[];
}

export const noFlow: LaneFlow = { departures: [], releases: [] };

export const laneFlowLimits = {
  /** Who stood for longer was parked. */
  stoodMsMax: 300_000,
  /** How long a release says something about the lane. */
  validMs: 1_800_000,
  /**
   * Two that leave together once may be chance: as many must have left together in that time, or
   * two others have come together into their places.
   */
  releasedCountMin: 3,
  samePlaceOverlapMin: 0.6,
  /** A lane that moved off in queues so often in a day is one: its first queue after a night is, too. */
  habitMs: 86_400_000,
  habitCountMin: 3,
  habitQueueMin: 3,
  waitFactor: 2,
  waitMsMax: 300_000,
  departuresMax: 8,
  releasesMax: 8,
} as const;

/** A thing that was in the zone has left its place. */
export function depart(flow: LaneFlow, { observedMs, lastSeenAtMs, place }: Presence): LaneFlow {
  const { stoodMsMin, togetherMs, togetherCountMin } = presenceLimits;
  const { stoodMsMax, departuresMax, releasesMax } = laneFlowLimits;
  if (observedMs < stoodMsMin || observedMs > stoodMsMax) return flow;
  const departure = { atMs: lastSeenAtMs, stoodMs: observedMs, place };
  const departures = [...flow.departures, departure].slice(-departuresMax);
  const together = departures.filter(({ atMs }) => Math.abs(atMs - lastSeenAtMs) <= togetherMs);
  if (together.length < togetherCountMin) return { ...flow, departures };
  const release: Release = {
    atMs: Math.max(...together.map(({ atMs }) => atMs)),
    stoodMs: Math.max(...together.map(({ stoodMs }) => stoodMs)),
    count: together.length,
    ...(together.length === togetherCountMin && {
      places: together.flatMap((each) => each.place ?? []),
    }),
  };
  // A queue of six is one release that grows, not five.
  const others = flow.releases.filter(({ atMs }) => Math.abs(atMs - release.atMs) > togetherMs);
  return { departures, releases: [...others, release].slice(-releasesMax) };
}

/** May its standing still be waiting with the lane? `others`: what stands or passes besides. */
export function mayBeWaiting(
  presence: Presence,
  flow: LaneFlow,
  atMs: number,
  others: readonly Presence[] = [],
): boolean {
  const { waitFactor, waitMsMax } = laneFlowLimits;
  // Asked at every sighting: most lanes never moved off, most things stood for longer.
  if (flow.releases.length === 0 || presence.observedMs >= waitMsMax) return false;
  const recent = tellingReleases(flow, atMs, (release) => isRefilled(release, presence, others));
  if (recent.some((release) => hasStayed(presence, release))) return false;
  return recent.some(
    ({ stoodMs }) => presence.observedMs < Math.min(waitFactor * stoodMs, waitMsMax),
  );
}

/** Those of the last while; where it is quiet, those of a day that show what sort of lane it is. */
function tellingReleases(
  { releases }: LaneFlow,
  atMs: number,
  isQueue: (release: Release) => boolean,
): readonly Release[] {
  const { validMs, releasedCountMin, habitMs, habitCountMin, habitQueueMin } = laneFlowLimits;
  const within = (ms: number): readonly Release[] =>
    releases.filter((release) => Math.abs(atMs - release.atMs) <= ms);
  const recent = within(validMs);
  const releasedCount = recent.reduce((sum, { count }) => sum + count, 0);
  if (releasedCount >= releasedCountMin || recent.some(isQueue)) return recent;
  const queues = within(habitMs).filter(({ count }) => count >= habitQueueMin);
  return queues.length >= habitCountMin ? queues : [];
}

/** Its places emptied together and filled together again, this one among those that came. */
function isRefilled(
  { atMs, places = [] }: Release,
  presence: Presence,
  others: readonly Presence[],
): boolean {
  const { togetherMs, togetherCountMin } = presenceLimits;
  if (places.length < togetherCountMin || presence.firstSeenAtMs <= atMs) return false;
  const came = others.filter(
    ({ id, thing, firstSeenAtMs }) =>
      id !== presence.id &&
      thing === presence.thing &&
      firstSeenAtMs > atMs &&
      Math.abs(firstSeenAtMs - presence.firstSeenAtMs) <= togetherMs,
  );
  return places.some((own, index) => {
    if (!isThere(presence, own)) return false;
    const left = places.toSpliced(index, 1);
    return left.every((place) => came.some((each) => isThere(each, place)));
  });
}

function isThere(presence: Presence, place: NormBox): boolean {
  return boxOverlap(presence.place, place) >= laneFlowLimits.samePlaceOverlapMin;
}

/** It stood there with them, they went, it is still there. */
function hasStayed(presence: Presence, { atMs }: Departure): boolean {
  const { stoodMsMin, togetherMs } = presenceLimits;
  return presence.firstSeenAtMs <= atMs - stoodMsMin && presence.lastSeenAtMs >= atMs + togetherMs;
}
