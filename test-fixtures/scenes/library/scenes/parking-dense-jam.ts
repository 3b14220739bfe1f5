/** A jam of like cars, close together: each moves up to where the one before it stood, in 4 s. */
import type { LibraryScene } from "../library-scene.ts";
import { car, morning, nearKerb, parking, second } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { creeping } from "../street-life.ts";

const cars = Array.from({ length: 10 }, (_, index) => car(4 + index));
const row = creeping("car", cars, [9.4, 15.6, 21.8], {
  standsMs: 14 * second,
  movesMs: 4 * second,
});

export const parkingDenseJam: LibraryScene = {
  about: "Ten cars close together creep through the zone, each in three halts of 14 s; none parks.",
  scene: kerbSite(42)("parking-dense-jam", 4, row),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
};
