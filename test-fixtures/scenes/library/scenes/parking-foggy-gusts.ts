/** Fog, and gusts that shake the camera: traffic passes, a car stops for a moment. */
import type { LibraryScene } from "../library-scene.ts";
import { car, nearKerb, parking, passer, second, visitor } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { oncoming } from "../street-life.ts";

export const parkingFoggyGusts: LibraryScene = {
  about: "Boxes tremble with the picture; the one car that stops goes after 40 s.",
  scene: kerbSite(52)(
    "parking-foggy-gusts",
    3,
    [
      visitor("car", car(4), 14, 40 * second, 80 * second),
      passer("first", car(9), 20 * second),
      passer("lorry", { kind: "truck", lights: false, seed: 2 }, 110 * second),
      oncoming("bus", { kind: "bus", lights: false, seed: 1 }, 55 * second),
      oncoming("van", { kind: "van", lights: false, seed: 9 }, 140 * second),
    ],
    { light: { hour: 7.5, cloud: 0.9 }, weather: { fog: 0.6, shake: 0.8, noise: 0.25 } },
  ),
  startsAt: "2026-11-03T07:30:00+08:00",
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
};
