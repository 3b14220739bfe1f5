/** Cars may stand at this kerb at night; the last one leaves as the window closes. */
import type { LibraryScene } from "../library-scene.ts";
import { car, minute, nearKerb, parking, second, visitor } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { oncoming } from "../street-life.ts";

const tidal = { ...parking, allowed: [{ daily: "19:00-07:00" }] };

export const parkingTidalBay: LibraryScene = {
  about: "A car stands from before 06:54 to 07:00:40, in a tidal window that ends at 07:00.",
  scene: kerbSite(48)(
    "parking-tidal-bay",
    8,
    [
      visitor("early", car(8), 20.5, 0, 3 * minute),
      visitor("late", car(12), 14, 0, 6 * minute + 40 * second),
      oncoming("first", { kind: "van", lights: false, seed: 9 }, 2 * minute),
      oncoming("second", car(14), 5 * minute),
    ],
    { light: { hour: 6.9, cloud: 0.3 } },
  ),
  startsAt: "2026-07-01T06:54:00+08:00",
  everyMs: 4_000,
  zones: [nearKerb(tidal)],
  offences: [],
};
