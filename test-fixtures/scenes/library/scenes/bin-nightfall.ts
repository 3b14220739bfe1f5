/** A bin spills over in the evening; the camera goes to its infrared side. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { bin, bins, minute } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";

export const binNightfall: LibraryScene = {
  about: "A green bin that turns grey with the picture overflows on: one case through nightfall.",
  scene: pavementSite(33)(
    "bin-nightfall",
    26,
    [
      bin("bin", 8, [
        [0, "full"],
        [3 * minute, "overflowing"],
        [22 * minute, "empty"],
      ]),
    ],
    { light: { hour: 17.68, cloud: 0.6 }, weather: { infrared: true, noise: 0.5 } },
  ),
  startsAt: "2026-10-20T17:40:00+08:00",
  everyMs: 20_000,
  zones: [pavementZone("pavement", [{ ...bins, every: "20s" }])],
  offences: [
    offence("bin-overflow", "pavement", "bin", { fromMs: 3 * minute, untilMs: 22 * minute }),
  ],
};
