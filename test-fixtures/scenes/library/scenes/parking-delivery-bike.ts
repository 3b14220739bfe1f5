/** A courier leaves the e-bike at the kerb, runs upstairs and is back in time. */
import type { LibraryScene } from "../library-scene.ts";
import { minute, morning, nearKerb, second, type Thing } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { bicycleParking, ridden, walker } from "../street-life.ts";

const standsAtMs = 26 * second;
const goesAtMs = standsAtMs + 3 * minute + 50 * second;
const [xM, yM] = [13, 0.5];

const arrives = ridden("arriving", "e-bike", 6, {
  untilMs: standsAtMs,
  fromMs: standsAtMs - 6 * second,
  steps: [
    { atMs: standsAtMs - 6 * second, place: [-14, 1.4] },
    { atMs: standsAtMs, place: [xM, yM] },
  ],
});
const leaves = ridden("leaving", "e-bike", 6, {
  fromMs: goesAtMs,
  untilMs: goesAtMs + 14 * second,
  steps: [
    { atMs: goesAtMs, place: [xM, yM] },
    { atMs: goesAtMs + 14 * second, place: [90, 1.4] },
  ],
});
const bike: Thing = {
  id: "bike",
  look: { kind: "e-bike", lights: false, seed: 6 },
  place: [xM, yM],
  headingDeg: 95,
  fromMs: standsAtMs,
  untilMs: goesAtMs,
};

export const parkingDeliveryBike: LibraryScene = {
  about: "An e-bike stands alone for 3 min 50 s where bicycles are warned of after 4 min.",
  scene: kerbSite(45)("parking-delivery-bike", 5, [
    ...arrives,
    bike,
    ...leaves,
    walker("courier-in", 6, standsAtMs + 3 * second, -1.6, [13, 30]),
    walker("courier-out", 6, goesAtMs - 16 * second, -1.6, [30, 13]),
  ]),
  startsAt: morning,
  everyMs: 3_000,
  zones: [nearKerb(bicycleParking)],
  offences: [],
};
