/** Tidal bays: cars may stand here over night, until eight. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, parking, passer, second, visitor } from "../parts.ts";
import { kerbSite, kerbZone } from "../sites.ts";

const endsAtMs = 3 * minute;

export const parkingTidalEnds: LibraryScene = {
  about:
    "One car leaves before the tidal hours end; of the other only the time from then on counts.",
  scene: kerbSite(36)(
    "parking-tidal-ends",
    12,
    [
      visitor("in-time", car(9), 17, 0, 2 * minute),
      visitor("late", car(16), 10.5, 0, 10 * minute),
      passer("first", car(5), 4 * minute),
      passer("second", car(21), 7 * minute + 20 * second),
    ],
    {
      light: { hour: 7.95, cloud: 0.15, noonDeg: 190 },
      street: { bays: [{ side: "near", fromM: 2, toM: 32 }] },
    },
  ),
  startsAt: "2026-07-01T07:57:00+08:00",
  everyMs: 5_000,
  zones: [kerbZone("tidal-bays", [7, 21], [{ ...parking, allowed: [{ daily: "19:00-08:00" }] }])],
  offences: [
    offence("motor-vehicle", "tidal-bays", "late", { fromMs: endsAtMs, untilMs: 10 * minute }),
  ],
};
