/** A row of shops as it is registered: every board was there when the list was made. */
import type { LibraryScene } from "../library-scene.ts";
import { farWall, hour, plainScene, roadM } from "../parts.ts";
import { boards, signMorning } from "../sign-parts.ts";

const zone = farWall({ ...boards, of: ["shop-sign"] });

/** On one of its places the picture changes from hour to hour. */
const screen = (seed: number) =>
  ({ kind: "signboard", style: "shop", lights: true, seed, widthM: 2.6, heightM: 1.3 }) as const;

export const signKnownShops: LibraryScene = {
  about: "Shop signs of a baseline and a screen that changes, for a day and a half.",
  scene: plainScene(
    "sign-known-shops",
    30 * 60,
    [
      {
        id: "screen",
        look: screen(3),
        place: [15, roadM + 3.86],
        zM: 4.6,
        headingDeg: 180,
        becomes: [11, 24, 5, 17, 32].map((seed, index) => ({
          atMs: (2 + index * 5) * hour,
          look: screen(seed),
        })),
      },
    ],
    { light: { hour: 8, cloud: 0.5 } },
  ),
  startsAt: signMorning,
  everyMs: 1_800_000,
  zones: [{ ...zone, heights: [2.6, 2.6, 7, 7] }],
  permits: [
    {
      number: "baseline-2026-05",
      kinds: ["unlicensed-signage"],
      place: { zone: zone.id },
      from: "2026-05-01",
    },
  ],
  offences: [],
};
