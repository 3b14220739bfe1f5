/** One car leaves, another takes its place: two violations. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, nearKerb, parking, plainScene, second, visitor } from "../parts.ts";

const leavesAtMs = 4 * minute;
const comesAtMs = leavesAtMs + 45 * second;

export const parkingTakesThePlace: LibraryScene = {
  about: "A white van stands where a dark car stood three quarters of a minute before.",
  scene: plainScene("parking-takes-the-place", 9, [
    visitor("first", car(4), 15, 1 * minute, leavesAtMs),
    visitor("second", { kind: "van", lights: false, seed: 2 }, 15, comesAtMs),
  ]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [
    offence("motor-vehicle", "near-kerb", "first", { fromMs: 1 * minute, untilMs: leavesAtMs }),
    offence("motor-vehicle", "near-kerb", "second", { fromMs: comesAtMs }),
  ],
};
