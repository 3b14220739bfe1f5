/** Emptied, and over its rim again a quarter of an hour later. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { bin, bins, minute, morning } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";

export const binFullAgain: LibraryScene = {
  about: "Two violations of one bin: the second names the first.",
  scene: pavementSite(34)(
    "bin-full-again",
    52,
    [
      bin("bin", 8, [
        [0, "overflowing"],
        [18 * minute, "empty"],
        [25 * minute, "full"],
        [33 * minute, "overflowing"],
      ]),
    ],
    { light: { hour: 9, cloud: 0.3, noonDeg: 170 }, street: { near: "wall" } },
  ),
  startsAt: morning,
  everyMs: 20_000,
  zones: [pavementZone("pavement", [{ ...bins, every: "20s" }])],
  offences: [
    offence("bin-overflow", "pavement", "bin", { fromMs: 0, untilMs: 18 * minute }),
    offence("bin-overflow", "pavement", "bin", { fromMs: 33 * minute }),
  ],
};
