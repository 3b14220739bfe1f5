/** Somebody sits on an e-bike at the kerb and waits, longer than one may leave it there. */
import type { LibraryScene } from "../library-scene.ts";
import { morning, nearKerb, second } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { bicycleParking, oncoming, ridden } from "../street-life.ts";

export const parkingRiderWaits: LibraryScene = {
  about: "A rider stays on the saddle for five and a half minutes; bicycles are warned of after 4.",
  scene: kerbSite(46)("parking-rider-waits", 6, [
    ...ridden("bike", "e-bike", 9, {
      place: [12.5, 0.6],
      headingDeg: 88,
      fromMs: 10 * second,
      untilMs: 340 * second,
    }),
    oncoming("car", { kind: "car", lights: false, seed: 3 }, 60 * second),
    oncoming("van", { kind: "van", lights: false, seed: 9 }, 200 * second),
  ]),
  startsAt: morning,
  everyMs: 4_000,
  zones: [nearKerb(bicycleParking)],
  offences: [],
};
