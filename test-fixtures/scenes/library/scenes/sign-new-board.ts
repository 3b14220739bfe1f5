/** A board is put on the pavement and left there over night. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { boards, farPavement, flats, hour, plainScene, roadM, signMorning } from "../parts.ts";

export const signNewBoard: LibraryScene = {
  about: "A pavement board stands from ten o'clock on; told when it is seen on the second day.",
  scene: plainScene(
    "sign-new-board",
    30 * 60,
    [
      {
        id: "board",
        look: { kind: "pavement-board", lights: false, seed: 5 },
        place: [12.5, roadM + 1.6],
        headingDeg: 200,
        fromMs: 2 * hour,
      },
    ],
    flats,
  ),
  startsAt: signMorning,
  everyMs: 600_000,
  zones: [farPavement({ ...boards, of: ["pavement-board"] })],
  offences: [
    offence("pavement-board", "far-pavement", "board", {
      fromMs: 2 * hour,
      stages: { warnedAtMs: 24 * hour, reportedAtMs: 24 * hour, clearedAtMs: null },
    }),
  ],
};
