/** A board on the last hour of one day and the first of the next: too seldom to be told. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, hour } from "../parts.ts";
import { board, boards, signMorning } from "../sign-parts.ts";
import { marketSite } from "../sites.ts";

export const signFewSightings: LibraryScene = {
  about: "Seen on two days, but only twice in daylight where three sightings are asked for.",
  scene: marketSite(67)(
    "sign-few-sightings",
    27 * 60,
    [board(5, [12.5, 1.6], 200, { fromMs: 7.75 * hour, untilMs: 24.25 * hour })],
    { street: { far: "flats" }, light: { hour: 8, cloud: 0.5 } },
  ),
  startsAt: signMorning,
  everyMs: 1_800_000,
  zones: [farPavement({ ...boards, of: ["pavement-board"] })],
  offences: [],
};
