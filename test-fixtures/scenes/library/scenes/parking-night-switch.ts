/** Dusk: the camera switches to infrared and grey while a car lets somebody out. */
import type { LibraryScene } from "../library-scene.ts";
import { car, minute, nearKerb, parking, passer, second, visitor } from "../parts.ts";
import { kerbSite } from "../sites.ts";

export const parkingNightSwitch: LibraryScene = {
  about: "The picture turns grey within the 50 s of a halt; nothing has come and nothing has gone.",
  scene: kerbSite(72)(
    "parking-night-switch",
    7,
    [
      visitor("car", car(6), 14, 4 * minute + 30 * second, 5 * minute + 20 * second),
      passer("first", { kind: "van", lights: true, seed: 2 }, 70 * second),
      passer("second", { kind: "car", lights: true, seed: 9 }, 6 * minute),
    ],
    { light: { hour: 17.75, cloud: 0.6 }, weather: { infrared: true, noise: 0.3 } },
  ),
  startsAt: "2026-11-03T17:45:00+08:00",
  everyMs: 4_000,
  zones: [nearKerb(parking)],
  offences: [],
};
