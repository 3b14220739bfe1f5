/** A lorry unloads in its bay: its box covers the pavement behind it, its wheels do not. */
import type { LibraryScene } from "../library-scene.ts";
import { minute, morning, parking, roadM, second } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { walker } from "../street-life.ts";

export const parkingLorryBeforeZone: LibraryScene = {
  about: "Six minutes beside a pavement on which nobody may park.",
  scene: marketSite(54)(
    "parking-lorry-before-zone",
    7,
    [
      {
        id: "lorry",
        look: { kind: "truck", lights: false, seed: 5 },
        place: [13, 8.6],
        headingDeg: 270,
        untilMs: 6 * minute,
      },
      walker("walker-a", 24, 40 * second, roadM + 2.6),
      walker("walker-b", 36, 200 * second, roadM + 3, [32, 3]),
    ],
    {
      street: {
        bays: [{ side: "far", fromM: 7, toM: 25 }],
      },
    },
  ),
  startsAt: morning,
  everyMs: 3_000,
  zones: [
    {
      id: "far-pavement",
      ground: [
        [5, roadM + 0.3],
        [26, roadM + 0.3],
        [26, roadM + 4],
        [5, roadM + 4],
      ],
      rules: [parking],
    },
  ],
  offences: [],
};
