/** Cars may stand at this kerb at night: the window belongs to the day it begins on. */
import type { LibraryScene } from "../library-scene.ts";
import { car, minute, nearKerb, parking, second, visitor } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { oncoming } from "../street-life.ts";

export const parkingOverMidnight: LibraryScene = {
  about: "A car stands from 23:56 to 00:03, in a window from 22:00 to 02:00.",
  scene: kerbSite(71)(
    "parking-over-midnight",
    8.5,
    [
      visitor("car", car(12), 14, 20 * second, 7 * minute),
      oncoming("taxi", { kind: "car", lights: true, seed: 9 }, 3 * minute),
    ],
    { light: { hour: 23.9, cloud: 0.3 } },
  ),
  startsAt: "2026-07-01T23:55:40+08:00",
  everyMs: 6_000,
  zones: [nearKerb({ ...parking, allowed: [{ daily: "22:00-02:00" }] })],
  offences: [],
};
