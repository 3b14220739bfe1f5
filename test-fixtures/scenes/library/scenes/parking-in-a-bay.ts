/** Cars stand in marked bays, one stands beside them. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, nearKerb, parking, plainScene, visitor } from "../parts.ts";

export const parkingInABay: LibraryScene = {
  about: "The bay on the far side is no zone: only the car at the near kerb counts.",
  scene: plainScene(
    "parking-in-a-bay",
    8,
    [
      { id: "bay-1", look: car(3), place: [10, 8.8], headingDeg: 270 },
      { id: "bay-2", look: car(7), place: [16, 8.8], headingDeg: 270 },
      visitor("car", car(5), 15, 1 * minute),
    ],
    {
      street: {
        seed: 21,
        roadM: 10,
        lanes: 2,
        nearPavementM: 4,
        farPavementM: 4,
        storeys: 3,
        bays: [{ side: "far", fromM: 1, toM: 31 }],
      },
    },
  ),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [offence("motor-vehicle", "near-kerb", "car", { fromMs: 1 * minute })],
};
