/** Fog; the camera goes back from its infrared side to colours while a van stands. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, parking, passer, visitor } from "../parts.ts";
import { kerbSite, kerbZone } from "../sites.ts";

export const parkingFogAtDawn: LibraryScene = {
  about: "Grey pictures become coloured ones between warning and report: still the same van.",
  scene: kerbSite(37)(
    "parking-fog-at-dawn",
    10,
    [
      visitor("van", { kind: "van", lights: false, seed: 11 }, 12, 2 * minute, 8 * minute),
      passer("early", { kind: "truck", lights: true, seed: 3 }, 1 * minute),
      passer("later", { kind: "car", lights: true, seed: 8 }, 6 * minute),
    ],
    { light: { hour: 6.12, cloud: 0.8 }, weather: { fog: 0.55, infrared: true, noise: 0.4 } },
  ),
  startsAt: "2026-11-20T06:40:00+08:00",
  everyMs: 5_000,
  zones: [kerbZone("kerb", [7, 21], [parking])],
  offences: [offence("motor-vehicle", "kerb", "van", { fromMs: 2 * minute, untilMs: 8 * minute })],
};
