/** The stream breaks off while a car stands; when it is back, the car has gone. */
import type { LibraryScene } from "../library-scene.ts";
import { car, morning, nearKerb, parking, second, visitor } from "../parts.ts";
import { kerbSite } from "../sites.ts";

export const parkingLeavesUnseen: LibraryScene = {
  about: "Seen for 44 s, away for 100 s of a broken stream: nobody knows how long it stayed.",
  scene: kerbSite(50)("parking-leaves-unseen", 4, [
    visitor("car", car(8), 15, 16 * second, 150 * second),
  ]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
  outages: [{ fromMs: 60 * second, untilMs: 160 * second }],
};
