/** Bags are put beside a bin whose lid is closed. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { bin, bins, minute, morning } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";

export const binRubbishBeside: LibraryScene = {
  about: "Bags that touch a bin are that bin's case, one and no other; they are taken away.",
  scene: pavementSite(31)(
    "bin-rubbish-beside",
    27,
    [
      bin("bin", 8, [[0, "full"]]),
      {
        id: "bags",
        look: { kind: "garbage", style: "bags", seed: 4 },
        place: [7.3, -1.2],
        headingDeg: 20,
        fromMs: 2 * minute,
        untilMs: 20 * minute,
      },
    ],
    { light: { hour: 11, cloud: 0.5 } },
  ),
  startsAt: morning,
  everyMs: 20_000,
  zones: [pavementZone("pavement", [{ ...bins, every: "20s" }])],
  offences: [
    offence("bin-overflow", "pavement", "bin", { fromMs: 2 * minute, untilMs: 20 * minute }),
  ],
};
