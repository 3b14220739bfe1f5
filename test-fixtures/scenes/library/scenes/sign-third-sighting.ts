/** Put up on a wet evening: one sighting before daylight ends, two on the next morning. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { hour, minute } from "../parts.ts";
import { board, boards } from "../sign-parts.ts";
import { marketSite, marketZone } from "../sites.ts";

const putUpAtMs = 20 * minute;

export const signThirdSighting: LibraryScene = {
  about: "The second day is not enough: told at the third sighting, half an hour into it.",
  scene: marketSite(42)(
    "sign-third-sighting",
    19 * 60,
    [board(21, [10.4, 1.7], 165, { fromMs: putUpAtMs })],
    { light: { hour: 16, cloud: 0.9 }, weather: { rain: 0.3 }, street: { far: "flats" } },
  ),
  startsAt: "2026-07-01T16:00:00+08:00",
  everyMs: 300_000,
  zones: [marketZone("pavement", [5, 16], [{ ...boards, of: ["pavement-board"] }])],
  offences: [
    offence("pavement-board", "pavement", "board", {
      fromMs: putUpAtMs,
      stages: { warnedAtMs: 16.5 * hour, reportedAtMs: 16.5 * hour, clearedAtMs: null },
    }),
  ],
};
