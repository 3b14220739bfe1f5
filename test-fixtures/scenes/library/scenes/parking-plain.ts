/** A car comes, stands at the kerb for seven minutes, leaves. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, nearKerb, parking, passer, plainScene, visitor } from "../parts.ts";

export const parkingPlain: LibraryScene = {
  about: "A car stands where it must not, while others pass.",
  scene: plainScene("parking-plain", 10, [
    visitor("car", car(4), 15, 1 * minute, 8 * minute),
    passer("first", car(9), 2 * minute),
    passer("second", car(12), 5 * minute),
  ]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [
    offence("motor-vehicle", "near-kerb", "car", { fromMs: 1 * minute, untilMs: 8 * minute }),
  ],
};
