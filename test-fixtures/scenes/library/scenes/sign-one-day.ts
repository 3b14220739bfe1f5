/** A board for one day: taken in in the evening, not put out again. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, hour, plainScene } from "../parts.ts";
import { board, boards, flats, signMorning } from "../sign-parts.ts";

export const signOneDay: LibraryScene = {
  about: "Many sightings, but all on one day: a sale, not an advertisement.",
  scene: plainScene(
    "sign-one-day",
    30 * 60,
    [board(8, [12.5, 1.6], 195, { fromMs: 1 * hour, untilMs: 8 * hour })],
    flats,
  ),
  startsAt: signMorning,
  everyMs: 600_000,
  zones: [farPavement({ ...boards, of: ["pavement-board"] })],
  offences: [],
};
