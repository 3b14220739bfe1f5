/**
 * What a camera knows of its signs, as rows for a permit list: the site's baseline, for a person to
 * confirm or to strike out.
 *
 * Only signs that were seen often enough by day to be told of; never a word on whether they are
 * permitted. The row covers the sign's place with a margin, and keeps what it looks like.
 */
import type { CameraState } from "../camera-state.ts";
import { appearanceDistance } from "../domain/appearance.ts";
import type { NormBox, NormPolygon } from "../domain/geometry.ts";
import type { Permit } from "../domain/permit.ts";

export interface LearntSign {
  readonly permit: Permit;
  readonly zoneId: string;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly sightings: number;
  readonly days: number;
  readonly score: number;
  /** It is an open suspicion now. */
  readonly isTold: boolean;
}

/** Of the sign's sides, on each side: boxes jitter, banners move. */
const marginRatio = 0.15;

export function learnSigns(
  { cameraId, cases, presences }: CameraState,
  { from, sightingsMin }: { readonly from: string; readonly sightingsMin: number },
): readonly LearntSign[] {
  const signs = new Map<
    string,
    Omit<LearntSign, "permit"> & { looks: readonly string[]; place: NormBox }
  >();
  for (const { kind, presenceId, zoneId, memory, revision, quiet } of cases) {
    const presence = presences.find(({ id }) => id === presenceId);
    const { sign } = memory;
    if (kind !== "unlicensed-signage" || presence === undefined || sign === undefined) continue;
    if (sign.sightings.count < sightingsMin) continue;
    const { place, firstSeenAtMs, lastSeenAtMs, score } = presence;
    // In two zones it is one sign.
    signs.set(presenceId, {
      zoneId,
      place,
      firstSeenAtMs,
      lastSeenAtMs,
      score,
      sightings: sign.sightings.count,
      days: sign.sightings.days.length,
      looks: sign.looks,
      isTold: revision > 0 && quiet === undefined,
    });
  }
  const ordered = [...signs.values()].toSorted(
    (a, b) => a.place.xMin - b.place.xMin || a.place.yMin - b.place.yMin,
  );
  return ordered.map(({ looks, place, ...seen }, index) => {
    const appearance = mostCommon(looks);
    const permit: Permit = {
      number: `baseline-${cameraId}-${index + 1}`,
      kinds: ["unlicensed-signage"],
      place: { type: "area", cameraId, polygon: around(place) },
      from,
      hours: [],
      isConfirmed: false,
      ...(appearance === undefined ? {} : { appearance }),
    };
    return { ...seen, permit };
  });
}

/** The one that is nearest to the others. */
function mostCommon(looks: readonly string[]): string | undefined {
  const distanceTo = (look: string): number =>
    looks.reduce((sum, other) => sum + appearanceDistance(look, other), 0);
  return looks.toSorted((a, b) => distanceTo(a) - distanceTo(b))[0];
}

function around({ xMin, yMin, xMax, yMax }: NormBox): NormPolygon {
  const x = (xMax - xMin) * marginRatio;
  const y = (yMax - yMin) * marginRatio;
  const [left, right] = [share(xMin - x), share(xMax + x)];
  const [top, bottom] = [share(yMin - y), share(yMax + y)];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

function share(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;
}
