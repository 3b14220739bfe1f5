/** Traffic that never stops: nothing to tell. */
import type { LibraryScene } from "../library-scene.ts";
import { morning, nearKerb, parking, plainScene } from "../parts.ts";

export const parkingPassing: LibraryScene = {
  about: "Cars, riders and people pass for four minutes; none stands.",
  scene: plainScene("parking-passing", 4, [], {
    traffic: { vehiclesPerMinute: 10, twoWheelersPerMinute: 6, personsPerMinute: 6 },
  }),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
};
