/** The agent is started anew while a car stands: its time goes on. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, nearKerb, parking, plainScene, visitor } from "../parts.ts";

export const parkingRestart: LibraryScene = {
  about: "Two restarts between warning and report change nothing.",
  scene: plainScene("parking-restart", 8, [visitor("car", car(10), 15, 1 * minute)]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [offence("motor-vehicle", "near-kerb", "car", { fromMs: 1 * minute })],
  restartsAtMs: [3 * minute, 4 * minute],
};
