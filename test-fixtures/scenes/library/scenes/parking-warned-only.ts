/** A car stands long enough for a warning, not for a report. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, nearKerb, parking, plainScene, visitor } from "../parts.ts";

export const parkingWarnedOnly: LibraryScene = {
  about: "A car leaves between warning and report: warned and cleared, never reported.",
  scene: plainScene("parking-warned-only", 7, [visitor("car", car(6), 15, 1 * minute, 5 * minute)]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [
    offence("motor-vehicle", "near-kerb", "car", { fromMs: 1 * minute, untilMs: 5 * minute }),
  ],
};
