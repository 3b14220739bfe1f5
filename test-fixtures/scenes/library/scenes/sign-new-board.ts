/** A board is put on the pavement and left there over night. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { farPavement, hour, plainScene } from "../parts.ts";
import { board, boards, flats, signMorning } from "../sign-parts.ts";

export const signNewBoard: LibraryScene = {
  about: "A pavement board stands from ten o'clock on; told when it is seen on the second day.",
  scene: plainScene(
    "sign-new-board",
    30 * 60,
    [board(5, [12.5, 1.6], 200, { fromMs: 2 * hour })],
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
