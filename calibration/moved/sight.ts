/**
 * What a camera's small pictures say of the camera: is it where it was when its zones were drawn,
 * and does it see?
 *
 * - `learning`: the reference is not complete yet; nothing is judged.
 * - `in-place`: the street is where it was.
 * - `moved`: the same street, displaced, turned, or larger or smaller.
 * - `scene-replaced`: clear pictures, and nothing of the reference in them.
 * - `blocked`: hardly an edge is left; `defocused`: edges where they were, all of them soft;
 *   `dark`: nothing is lit; `frozen`: the same picture again and again.
 */
import type { Move } from "./measure-move.ts";

export const sightStates = [
  "learning",
  "in-place",
  "moved",
  "scene-replaced",
  "blocked",
  "defocused",
  "dark",
  "frozen",
] as const;
export type SightState = (typeof sightStates)[number];

export interface Sight {
  readonly state: SightState;
  readonly sinceMs: number;
  /** For `moved`. */
  readonly move: Move | undefined;
}

/** Zones mean something: looks may be judged. */
export function isSeeing({ state }: Sight): boolean {
  return state === "learning" || state === "in-place";
}

/** Zones lie elsewhere on the street than they were drawn. */
export function isMisplaced({ state }: Sight): boolean {
  return state === "moved" || state === "scene-replaced";
}
