/**
 * Cameras, point pairs and things by chance, as an installer could meet them; one seed, one answer.
 */
import type { PointPair } from "../../calibration/calibrate.ts";
import { locationFrom, type SyntheticCamera, seenAt } from "./synthetic-camera.ts";

export type Chance = () => number;

/** Mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function between(chance: Chance, low: number, high: number): number {
  return low + (high - low) * chance();
}

/** Standard normal, by Box and Muller. */
export function normal(chance: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}

export function drawCamera(chance: Chance, pitchDegrees: number): SyntheticCamera {
  const isBent = chance() < 0.6;
  return {
    picture: chance() < 0.5 ? [1920, 1080] : [2560, 1440],
    foot: [between(chance, 105, 120), between(chance, 20, 42)],
    heightMetres: between(chance, 3, 12),
    pitchDegrees,
    headingDegrees: between(chance, 0, 360),
    rollDegrees: between(chance, -4, 4),
    fieldOfViewDegrees: between(chance, 45, 100),
    k1: isBent ? between(chance, -0.12, 0.04) : 0,
    k2: isBent ? between(chance, -0.02, 0.03) : 0,
  };
}

/** A place on the ground that the camera sees, at any distance up to this one alike. */
export function drawGround(
  chance: Chance,
  camera: SyntheticCamera,
  reachMetres: number,
):
  | { readonly metres: readonly [number, number]; readonly seen: readonly [number, number] }
  | undefined {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const way = between(chance, 0.5, reachMetres);
    const half = camera.fieldOfViewDegrees / 2 + 10;
    const side =
      camera.headingDegrees + between(chance, -half, half) * (camera.pitchDegrees > 45 ? 2 : 1);
    const angle = (side * Math.PI) / 180;
    const metres = [way * Math.sin(angle), way * Math.cos(angle)] as const;
    const seen = seenAt(camera, metres);
    if (seen !== undefined) return { metres, seen };
  }
  return undefined;
}

export interface PairNoise {
  readonly pictureErrorPx: number;
  readonly groundErrorMetres: number;
  /** All points alike, metres east and north. */
  readonly mapShift: readonly [number, number];
  /** How much greater the errors are than what is stated of them. */
  readonly understated: number;
}

/** Spread as the guide asks: each of a grid of cells of what is seen gives its turn. */
export function drawPairs(
  chance: Chance,
  camera: SyntheticCamera,
  count: number,
  noise: PairNoise,
): PointPair[] {
  const candidates = Array.from({ length: count * 8 }, () => drawGround(chance, camera, 40)).filter(
    (candidate) => candidate !== undefined,
  );
  const chosen: typeof candidates = [];
  while (chosen.length < Math.min(count, candidates.length)) {
    // The one farthest, in the picture, from those that are taken.
    const way = ({ seen }: (typeof candidates)[number]) =>
      Math.min(
        1e9,
        ...chosen.map(({ seen: other }) => Math.hypot(seen[0] - other[0], seen[1] - other[1])),
      );
    const free = candidates.filter((candidate) => !chosen.includes(candidate));
    const some = free.filter(() => chance() < 0.3);
    const next = (some.length > 0 ? some : free).toSorted((a, b) => way(b) - way(a))[0];
    if (next === undefined) break;
    chosen.push(next);
  }
  const { pictureErrorPx, groundErrorMetres, mapShift, understated } = noise;
  const off = (error: number) => error * understated * normal(chance);
  return chosen.map(({ metres, seen }) => ({
    picture: [seen[0] + off(pictureErrorPx), seen[1] + off(pictureErrorPx)],
    location: locationFrom(camera.foot, [
      metres[0] + mapShift[0] + off(groundErrorMetres),
      metres[1] + mapShift[1] + off(groundErrorMetres),
    ]),
    pictureErrorPx,
    groundErrorMetres,
  }));
}
