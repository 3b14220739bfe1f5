/** Gusts move the pole, the radio link has few bits: boxes jump, the car does not. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, parking, visitor } from "../parts.ts";
import { kerbSite, kerbZone } from "../sites.ts";

export const parkingShakingPole: LibraryScene = {
  about: "A camera that sways all the time sees one car that stands, with traffic beside it.",
  scene: kerbSite(32)(
    "parking-shaking-pole",
    8,
    [visitor("car", car(15), 12, 1 * minute, 7 * minute)],
    {
      light: { hour: 12, cloud: 0.7 },
      weather: { shake: 0.9, compression: 0.6, blur: 0.3 },
      traffic: { vehiclesPerMinute: 4, twoWheelersPerMinute: 2 },
    },
  ),
  startsAt: morning,
  everyMs: 3_000,
  zones: [kerbZone("kerb", [7, 21], [parking])],
  offences: [offence("motor-vehicle", "kerb", "car", { fromMs: 1 * minute, untilMs: 7 * minute })],
};
