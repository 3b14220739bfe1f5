/**
 * Places that scenes of the library happen at: a street and a camera near it, as one hangs them for
 * one kind. Things are large enough there for a detector that sees few pixels.
 */
import { type Scene, type SceneDescription, sceneOf } from "../description.ts";
import type { SceneRule, SceneZone } from "./library-scene.ts";
import { minute, roadM, type Thing } from "./parts.ts";

export type SiteScene = (
  name: string,
  minutes: number,
  things: readonly Thing[],
  more?: Partial<SceneDescription>,
) => Scene;

const pavements = ["slabs", "brick", "pavers", "concrete"] as const;

/** `seed` is the street's: its shops, trees and ground. */
function site(camera: SceneDescription["camera"], seed: number): SiteScene {
  const street = {
    seed,
    roadM,
    lanes: 2,
    nearPavementM: 4,
    farPavementM: 4.5,
    storeys: 2 + (seed % 4),
    pavement: pavements[seed % pavements.length],
  } as const;
  return (name, minutes, things, more = {}) =>
    sceneOf({
      name,
      seed,
      durationMs: minutes * minute,
      picture: { width: 640, height: 360 },
      camera,
      light: { hour: 10, cloud: 0.4 },
      things: [...things],
      ...more,
      street: { ...street, ...more.street },
    });
}

/** Along the near kerb. */
export function kerbSite(seed: number): SiteScene {
  return site(
    { xM: 0, yM: -2.6, heightM: 4.6, headingDeg: 62, pitchDeg: 15, fieldOfViewDeg: 56 },
    seed,
  );
}

/** Across the road, at the far pavement and the shops behind it. */
export function marketSite(seed: number): SiteScene {
  return site(
    { xM: 4, yM: -1.5, heightM: 4.4, headingDeg: 27, pitchDeg: 12, fieldOfViewDeg: 46 },
    seed,
  );
}

/** Along the near pavement, close. */
export function pavementSite(seed: number): SiteScene {
  return site(
    { xM: 0, yM: -3.2, heightM: 3.8, headingDeg: 72, pitchDeg: 19, fieldOfViewDeg: 54 },
    seed,
  );
}

export function kerbZone(
  id: string,
  [fromM, toM]: readonly [number, number],
  rules: readonly SceneRule[],
  tags?: readonly string[],
): SceneZone {
  return zone(id, [fromM, toM], [-0.4, 4.2], rules, tags);
}

export function marketZone(
  id: string,
  [fromM, toM]: readonly [number, number],
  rules: readonly SceneRule[],
  tags?: readonly string[],
): SceneZone {
  return zone(id, [fromM, toM], [roadM - 0.2, roadM + 4.4], rules, tags);
}

export function pavementZone(id: string, rules: readonly SceneRule[]): SceneZone {
  return zone(id, [4.5, 14], [-2.8, 0.4], rules);
}

function zone(
  id: string,
  [left, right]: readonly [number, number],
  [near, far]: readonly [number, number],
  rules: readonly SceneRule[],
  tags?: readonly string[],
): SceneZone {
  return {
    id,
    ground: [
      [left, near],
      [right, near],
      [right, far],
      [left, far],
    ],
    rules,
    ...(tags === undefined ? {} : { tags }),
  };
}

/** On the wall behind the far pavement. */
export function wallZone(
  id: string,
  alongM: readonly [number, number],
  heightsM: readonly [number, number],
  rules: readonly SceneRule[],
): SceneZone {
  return { id, ...wallArea(alongM, heightsM), rules };
}

export function wallArea(
  [left, right]: readonly [number, number],
  [low, high]: readonly [number, number],
): Pick<SceneZone, "ground" | "heights"> {
  return {
    ground: [
      [left, wallM],
      [right, wallM],
      [right, wallM],
      [left, wallM],
    ],
    heights: [low, low, high, high],
  };
}

/** Houses of the far side begin here. */
export const wallM = roadM + 4.5;
