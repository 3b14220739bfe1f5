/** The camera is away for two minutes while a car stands: that time counts for nothing. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, nearKerb, parking, plainScene, visitor } from "../parts.ts";

export const parkingOutage: LibraryScene = {
  about: "Reported two minutes later than without the gap: nobody saw the car in between.",
  scene: plainScene("parking-outage", 11, [visitor("car", car(8), 15, 1 * minute, 9 * minute)]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [
    offence("motor-vehicle", "near-kerb", "car", { fromMs: 1 * minute, untilMs: 9 * minute }),
  ],
  outages: [{ fromMs: 3 * minute, untilMs: 5 * minute }],
};
