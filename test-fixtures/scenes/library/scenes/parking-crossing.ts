/** A car stands on a crossing, where the times are shorter. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, nearKerb, plainScene, visitor } from "../parts.ts";

export const parkingCrossing: LibraryScene = {
  about: "Warned after thirty seconds and reported after two minutes, as on every crossing.",
  scene: plainScene("parking-crossing", 6, [visitor("car", car(13), 15, 1 * minute, 4 * minute)], {
    street: {
      seed: 21,
      roadM: 10,
      lanes: 2,
      nearPavementM: 4,
      farPavementM: 4,
      storeys: 3,
      crossings: [15],
    },
  }),
  startsAt: morning,
  everyMs: 2_000,
  zones: [
    nearKerb({ kind: "illegal-parking", warnAfter: "30s", reportAfter: "2m", clearAfter: "30s" }, [
      "crossing",
    ]),
  ],
  offences: [
    offence("motor-vehicle", "near-kerb", "car", { fromMs: 1 * minute, untilMs: 4 * minute }),
  ],
};
