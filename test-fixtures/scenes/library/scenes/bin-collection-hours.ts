/** Until eight bins may stand open and full to the rim and over: the lorry comes. It did not come. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { bin, bins, minute } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";

const collection = { ...bins, every: "20s", allowed: [{ daily: "06:00-08:00" }] } as const;

export const binCollectionHours: LibraryScene = {
  about: "Time counts from the end of the collection hours on, not from when the bin was full.",
  scene: pavementSite(36)(
    "bin-collection-hours",
    28,
    [
      bin("left", 8, [[0, "overflowing"]]),
      bin("right", 10.2, [
        [0, "overflowing"],
        [8 * minute, "empty"],
      ]),
    ],
    { light: { hour: 7.83, cloud: 0.4 } },
  ),
  startsAt: "2026-07-01T07:50:00+08:00",
  everyMs: 20_000,
  zones: [pavementZone("pavement", [collection])],
  offences: [offence("bin-overflow", "pavement", "left", { fromMs: 10 * minute })],
};
