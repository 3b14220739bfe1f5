/** A board over a door: by day, lit in the evening, grey at night; told on the second morning. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { hour } from "../parts.ts";
import { boards } from "../sign-parts.ts";
import { marketSite, wallM, wallZone } from "../sites.ts";

const look = { kind: "signboard", style: "shop", seed: 14, widthM: 4, heightM: 0.8 } as const;

export const signNightfall: LibraryScene = {
  about: "Looks by night neither count nor end anything, however different the lit sign looks.",
  scene: marketSite(46)(
    "sign-nightfall",
    20 * 60,
    [
      {
        id: "board",
        look: { ...look, lights: false },
        place: [11.2, wallM - 0.13],
        zM: 2.6,
        headingDeg: 180,
        fromMs: 1 * hour,
        becomes: [
          { atMs: 4 * hour, look: { ...look, lights: true } },
          { atMs: 16 * hour, look: { ...look, lights: false } },
        ],
      },
    ],
    {
      light: { hour: 14, cloud: 0.5 },
      weather: { infrared: true, noise: 0.4 },
      street: { far: "offices" },
    },
  ),
  startsAt: "2026-07-01T14:00:00+08:00",
  everyMs: 1_800_000,
  zones: [wallZone("facade", [6, 17], [2.2, 4.6], [{ ...boards, of: ["outdoor-ad"] }])],
  offences: [
    offence("outdoor-ad", "facade", "board", {
      fromMs: 1 * hour,
      stages: { warnedAtMs: 18 * hour, reportedAtMs: 18 * hour, clearedAtMs: null },
    }),
  ],
};
