/** Dusk falls, lamps and headlights come on, the car stands through it. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, nearKerb, parking, plainScene, visitor } from "../parts.ts";

export const parkingNight: LibraryScene = {
  about: "The street goes from dusk to lamplight while a car stands; it rains.",
  scene: plainScene("parking-night", 10, [visitor("car", car(4), 15, 1 * minute, 8 * minute)], {
    light: { hour: 17.7, cloud: 0.7 },
    weather: { rain: 0.4 },
    traffic: { vehiclesPerMinute: 3 },
  }),
  startsAt: "2026-07-01T19:00:00+08:00",
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [
    offence("motor-vehicle", "near-kerb", "car", { fromMs: 1 * minute, untilMs: 8 * minute }),
  ],
};
