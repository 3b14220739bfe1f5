/** A van with a firm's name on its side stands below a wall for two days. */
import type { LibraryScene } from "../library-scene.ts";
import { plainScene, roadM } from "../parts.ts";
import { boards, flats, signMorning } from "../sign-parts.ts";

const [xM, yM] = [13, 8.9];

export const signOnAVan: LibraryScene = {
  about: "A sign inside the box of a vehicle, above its wheels, is the vehicle's.",
  scene: plainScene(
    "sign-on-a-van",
    30 * 60,
    [
      {
        id: "van",
        look: { kind: "van", lights: false, seed: 7 },
        place: [xM, yM],
        headingDeg: 270,
      },
      {
        id: "livery",
        look: {
          kind: "signboard",
          style: "shop",
          lights: false,
          seed: 6,
          widthM: 1.6,
          heightM: 0.5,
        },
        place: [xM + 0.6, yM - 0.85],
        zM: 0.75,
        headingDeg: 180,
      },
    ],
    flats,
  ),
  startsAt: signMorning,
  everyMs: 1_800_000,
  zones: [
    {
      id: "far-side",
      ground: [
        [7, 7.6],
        [24, 7.6],
        [24, roadM + 4],
        [7, roadM + 4],
      ],
      heights: [0, 0, 6, 6],
      rules: [{ ...boards, of: ["outdoor-ad"] }],
    },
  ],
  offences: [],
};
