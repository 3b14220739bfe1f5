/** The cleaners come a minute before anybody would be sent. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { bin, bins, minute, morning } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";

export const binEmptiedInTime: LibraryScene = {
  about: "Fourteen minutes over the rim where fifteen are reported: warned and cleared.",
  scene: pavementSite(32)(
    "bin-emptied-in-time",
    20,
    [
      bin("bin", 8, [
        [0, "full"],
        [2 * minute, "overflowing"],
        [16 * minute, "empty"],
      ]),
    ],
    { light: { hour: 16, cloud: 0.2, noonDeg: 200 } },
  ),
  startsAt: morning,
  everyMs: 20_000,
  zones: [pavementZone("pavement", [{ ...bins, every: "20s" }])],
  offences: [
    offence("bin-overflow", "pavement", "bin", { fromMs: 2 * minute, untilMs: 16 * minute }),
  ],
};
