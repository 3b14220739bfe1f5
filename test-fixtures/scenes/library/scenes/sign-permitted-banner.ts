/** A banner with a permit hangs over the shops for two days and moves in the wind. */
import type { LibraryScene } from "../library-scene.ts";
import { farWall, hour, plainScene, roadM } from "../parts.ts";
import { boards, flats, signMorning } from "../sign-parts.ts";

const look = (phase: number) =>
  ({ kind: "banner", seed: 7, widthM: 4.5, heightM: 0.9, phase }) as const;

export const signPermittedBanner: LibraryScene = {
  about: "On the list, with its place and days; the wind bulges it another way at every look.",
  scene: plainScene(
    "sign-permitted-banner",
    30 * 60,
    [
      {
        id: "banner",
        look: look(0.2),
        place: [14.5, roadM + 3.85],
        zM: 4.6,
        headingDeg: 180,
        fromMs: 1 * hour,
        becomes: [0.35, 0.6, 0.9, 0.1, 0.5, 0.75, 0.25].map((phase, index) => ({
          atMs: (3 + index * 3.5) * hour,
          look: look(phase),
        })),
      },
    ],
    flats,
  ),
  startsAt: signMorning,
  everyMs: 1_800_000,
  zones: [farWall({ ...boards, of: ["banner"] })],
  permits: [
    {
      number: "H-2026-031",
      kinds: ["unlicensed-signage"],
      place: {
        ground: [
          [11.5, roadM + 4],
          [17.5, roadM + 4],
          [17.5, roadM + 4],
          [11.5, roadM + 4],
        ],
        heights: [4, 4, 6, 6],
      },
      from: "2026-06-28",
      to: "2026-07-05",
    },
  ],
  offences: [],
};
