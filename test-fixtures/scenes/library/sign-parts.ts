/** What scenes of signs are put together from: their rule, a board, a street without other signs. */
import type { SceneDescription } from "../description.ts";
import type { SceneRule } from "./library-scene.ts";
import { plainStreet, roadM, type Thing } from "./parts.ts";

/** Signs are looked at on two days; daylight is written out, so that days can be counted by hand. */
export const boards: SceneRule = {
  kind: "unlicensed-signage",
  every: "30m",
  sightings: 3,
  days: 2,
  daylight: "08:00-17:00",
  warnAfter: "0s",
  reportAfter: "0s",
  clearAfter: "2h",
};

export const signMorning = "2026-07-01T08:00:00+08:00";

/** A board on the far pavement, `inM` metres from its kerb, for as long as it says. */
export function board(
  seed: number,
  [xM, inM]: readonly [number, number],
  headingDeg: number,
  during: Pick<Thing, "fromMs" | "untilMs">,
): Thing {
  return {
    id: "board",
    look: { kind: "pavement-board", lights: false, seed },
    place: [xM, roadM + inM],
    headingDeg,
    ...during,
  };
}

/** A street without shops: no signs but those of the scene. */
export const flats: Partial<SceneDescription> = {
  street: { ...plainStreet, far: "flats", near: "flats" },
  light: { hour: 8, cloud: 0.5 },
};
