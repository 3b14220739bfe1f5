/** A banner with a permit until the second of July still hangs on the third. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { hour } from "../parts.ts";
import { boards, signMorning } from "../sign-parts.ts";
import { marketSite, wallArea, wallM, wallZone } from "../sites.ts";

export const signPermitLapses: LibraryScene = {
  about: "In order for two days; told with the first daylight after its permit has lapsed.",
  scene: marketSite(44)(
    "sign-permit-lapses",
    52 * 60,
    [
      {
        id: "banner",
        look: { kind: "banner", seed: 9, widthM: 5, heightM: 0.8, phase: 0.3 },
        place: [10.4, wallM - 0.15],
        zM: 1.2,
        headingDeg: 180,
      },
    ],
    { light: { hour: 8, cloud: 0.6 }, street: { far: "wall" } },
  ),
  startsAt: signMorning,
  everyMs: 3_600_000,
  permits: [
    {
      number: "2026-0417",
      kinds: ["unlicensed-signage"],
      place: wallArea([7, 13.8], [0.8, 2.4]),
      from: "2026-06-20",
      to: "2026-07-02",
    },
  ],
  zones: [wallZone("yard-wall", [6, 17], [0.6, 2.4], [{ ...boards, every: "1h", of: ["banner"] }])],
  offences: [
    offence("banner", "yard-wall", "banner", {
      fromMs: 40 * hour,
      stages: { warnedAtMs: 48 * hour, reportedAtMs: 48 * hour, clearedAtMs: null },
    }),
  ],
};
