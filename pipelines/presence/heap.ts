/**
 * Many things of one sort in one zone, as one presence with a count: a pile-up of shared bikes.
 *
 * It begins with `countMin` of them standing there, and ends when clearly fewer are left. Bikes
 * come and go without another heap; those that something hides are still there. A heap's times
 * follow the law of any other presence: `seeAgain`, `hide` and `miss` keep them.
 */
import { derivedId } from "../domain/derived-id.ts";
import { boxShareInside, type NormBox, type NormPolygon } from "../domain/geometry.ts";
import { type PresenceId, presenceId } from "../domain/ids.ts";
import type { Look } from "../domain/look.ts";
import { footprintShare } from "../zones/footprint.ts";
import { hide, isGone, miss } from "./missing.ts";
import { isWithinGrace, type Presence, presenceLimits, stands } from "./presence.ts";
import { meet, type Sighting, seeAgain } from "./sighting.ts";
import type { Thing } from "./thing.ts";

export interface HeapSettings {
  readonly zoneId: string;
  readonly polygon: NormPolygon;
  /** What it is made of. */
  readonly of: Thing;
  readonly countMin: number;
  readonly overlapMin: number;
  readonly clearAfterMs: number;
}

export interface HeapStep {
  readonly presences: readonly Presence[];
  readonly seen: ReadonlyMap<PresenceId, Sighting>;
  readonly ended: readonly Presence[];
}

/** Everything but heaps after the look, and what it said of them. */
export interface Singles {
  readonly presences: readonly Presence[];
  readonly seen: ReadonlyMap<PresenceId, Sighting>;
}

/** A heap that stands goes on until fewer than this share of `countMin` are left. */
const keepShare = 0.8;

/** `heaps`: those known before this look. */
export function stepHeaps(
  heaps: readonly Presence[],
  zones: readonly HeapSettings[],
  singles: Singles,
  look: Look,
  everyMs: number,
): HeapStep {
  const presences: Presence[] = [];
  const seen = new Map<PresenceId, Sighting>();
  const ended: Presence[] = [];
  for (const zone of zones) {
    const known = heaps.find(({ heap }) => heap?.zoneId === zone.zoneId);
    const next = stepHeap(known, zone, singles, { look, everyMs });
    if (next === undefined) continue;
    if (next.isEnded) ended.push(next.presence);
    else presences.push(next.presence);
    if (next.sighting !== undefined) seen.set(next.presence.id, next.sighting);
  }
  return { presences, seen, ended };
}

interface NextHeap {
  readonly presence: Presence;
  readonly sighting?: Sighting;
  readonly isEnded?: boolean;
}

function stepHeap(
  known: Presence | undefined,
  zone: HeapSettings,
  singles: Singles,
  { look, everyMs }: { readonly look: Look; readonly everyMs: number },
): NextHeap | undefined {
  if (boxShareInside(boxAround(zone.polygon), look.crop) < presenceLimits.inViewShareMin) {
    return known === undefined ? undefined : { presence: known };
  }
  const members = membersOf(zone, singles.presences, singles.seen);
  const shown = members.filter(({ isHidden }) => !isHidden).map(({ presence }) => presence);
  if (known === undefined) {
    if (shown.length < zone.countMin) return undefined;
    return { presence: withCount(found(shown, zone, look), shown, zone), sighting: { score: 1 } };
  }
  const isShort = isShortStep(known, look, everyMs);
  const keepMin = Math.ceil(zone.countMin * keepShare);
  if (shown.length >= keepMin) {
    const candidate = candidateOf(shown);
    const match = { candidate, order: 0, isPartial: false, overlap: 1 };
    const again = seeAgain(known, match, look, { isShort, laneMoved: false });
    return { presence: withCount(again.presence, shown, zone), sighting: again.sighting };
  }
  if (members.length >= keepMin) return { presence: hide(known, look, isShort) };
  const missed = miss(known, look, isShort, { passing: [], moveUp: undefined });
  return { presence: missed, isEnded: isGone(missed, zone.clearAfterMs) };
}

interface Member {
  readonly presence: Presence;
  readonly isHidden: boolean;
}

/**
 * What stands in the zone, or was seen often enough in one place not to ride by: seen, missed by chance, or hidden.
 */
function membersOf(
  { of, polygon, overlapMin }: HeapSettings,
  presences: readonly Presence[],
  seen: Singles["seen"],
): readonly Member[] {
  return presences.flatMap((presence): readonly Member[] => {
    const isMember =
      presence.thing === of &&
      (stands(presence) || presence.seenCount >= presenceLimits.settledSeenCount) &&
      footprintShare(presence.place, polygon) >= overlapMin;
    if (!isMember) return [];
    if (seen.has(presence.id)) return [{ presence, isHidden: false }];
    if (presence.gap.missCount === 0) return [{ presence, isHidden: true }];
    return isWithinGrace(presence) ? [{ presence, isHidden: false }] : [];
  });
}

function candidateOf(members: readonly Presence[]) {
  const score = members.reduce((sum, member) => sum + member.score, 0) / members.length;
  const box: NormBox = {
    xMin: Math.min(...members.map(({ place }) => place.xMin)),
    yMin: Math.min(...members.map(({ place }) => place.yMin)),
    xMax: Math.max(...members.map(({ place }) => place.xMax)),
    yMax: Math.max(...members.map(({ place }) => place.yMax)),
  };
  return { thing: "heap", label: "two-wheeler", score, box } as const;
}

function found(members: readonly Presence[], { zoneId }: HeapSettings, look: Look): Presence {
  const id = derivedId([look.cameraId, look.viewId, "heap", zoneId, look.capturedAtMs]);
  return { ...meet(candidateOf(members), look), id: presenceId(id) };
}

/** Its outline follows what it is made of, and says nothing about whether it stands. */
function withCount(
  presence: Presence,
  members: readonly Presence[],
  { zoneId }: HeapSettings,
): Presence {
  const { box } = candidateOf(members);
  return { ...presence, place: box, box, spread: 0, heap: { zoneId, count: members.length } };
}

function isShortStep(known: Presence, look: Look, everyMs: number): boolean {
  const stepMs = look.capturedAtMs - known.lastLookAtMs;
  const { stepMsMax, stepPeriodsMax } = presenceLimits;
  return stepMs >= -stepMsMax && stepMs <= Math.max(stepMsMax, stepPeriodsMax * everyMs);
}

function boxAround(polygon: NormPolygon): NormBox {
  return {
    xMin: Math.min(...polygon.map(({ x }) => x)),
    yMin: Math.min(...polygon.map(({ y }) => y)),
    xMax: Math.max(...polygon.map(({ x }) => x)),
    yMax: Math.max(...polygon.map(({ y }) => y)),
  };
}
