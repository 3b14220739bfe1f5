/** A board for one day: taken in in the evening, not put out again. */
import type { LibraryScene } from "../library-scene.ts";
import { boards, farPavement, flats, hour, plainScene, roadM, signMorning } from "../parts.ts";

export const signOneDay: LibraryScene = {
  about: "Many sightings, but all on one day: a sale, not an advertisement.",
  scene: plainScene(
    "sign-one-day",
    30 * 60,
    [
      {
        id: "board",
        look: { kind: "pavement-board", lights: false, seed: 8 },
        place: [12.5, roadM + 1.6],
        headingDeg: 195,
        fromMs: 1 * hour,
        untilMs: 8 * hour,
      },
    ],
    flats,
  ),
  startsAt: signMorning,
  everyMs: 600_000,
  zones: [farPavement({ ...boards, of: ["pavement-board"] })],
  offences: [],
};
