/** Two cars in the same place, one after the other: each goes before anybody is warned. */
import type { LibraryScene } from "../library-scene.ts";
import { car, morning, nearKerb, parking, second, visitor } from "../parts.ts";
import { kerbSite } from "../sites.ts";

export const parkingOneAfterAnother: LibraryScene = {
  about: "Each lets somebody out for 45 s; together they stand longer than the 60 s of a warning.",
  scene: kerbSite(43)("parking-one-after-another", 3.5, [
    visitor("first", car(4), 15, 20 * second, 65 * second),
    visitor("second", { kind: "van", lights: false, seed: 2 }, 15, 105 * second, 150 * second),
  ]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
};
