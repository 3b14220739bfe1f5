/** A car stops to let somebody out and goes before anybody is warned. */
import type { LibraryScene } from "../library-scene.ts";
import { car, minute, morning, nearKerb, parking, plainScene, second, visitor } from "../parts.ts";

export const parkingUnderThreshold: LibraryScene = {
  about: "A car stands for 50 s where the hub is warned after 60 s.",
  scene: plainScene("parking-under-threshold", 4, [
    visitor("car", car(4), 15, 1 * minute, 1 * minute + 50 * second),
  ]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
};
