/** A banner hangs for a day and a half, in the wind; then it is taken down. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { farWall, hour, plainScene, roadM } from "../parts.ts";
import { boards, flats, signMorning } from "../sign-parts.ts";

export const signBannerTakenDown: LibraryScene = {
  about: "Told on the second morning, over two hours of daylight after it was taken down.",
  scene: plainScene(
    "sign-banner-taken-down",
    34 * 60,
    [
      {
        id: "banner",
        look: { kind: "banner", seed: 3, widthM: 4, heightM: 0.9, phase: 0.2 },
        place: [14.5, roadM + 3.85],
        zM: 4.6,
        headingDeg: 180,
        fromMs: 3 * hour,
        untilMs: 29 * hour,
        becomes: [0.35, 0.6, 0.9, 0.1, 0.5].map((phase, index) => ({
          atMs: (5 + index * 4) * hour,
          look: { kind: "banner", seed: 3, widthM: 4, heightM: 0.9, phase },
        })),
      },
    ],
    flats,
  ),
  startsAt: signMorning,
  everyMs: 600_000,
  zones: [farWall({ ...boards, of: ["banner"] })],
  offences: [
    offence("banner", "far-wall", "banner", {
      fromMs: 3 * hour,
      untilMs: 29 * hour,
      stages: { warnedAtMs: 24 * hour, reportedAtMs: 24 * hour, clearedAtMs: 31 * hour },
    }),
  ],
};
