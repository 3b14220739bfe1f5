/** A board on the last hour of one day and the first of the next: too seldom to be told. */
import type { LibraryScene } from "../library-scene.ts";
import { boards, farPavement, hour, roadM, signMorning } from "../parts.ts";

import { marketSite } from "../sites.ts";

export const signFewSightings: LibraryScene = {
  about: "Seen on two days, but only twice in daylight where three sightings are asked for.",
  scene: marketSite(67)(
    "sign-few-sightings",
    27 * 60,
    [
      {
        id: "board",
        look: { kind: "pavement-board", lights: false, seed: 5 },
        place: [12.5, roadM + 1.6],
        headingDeg: 200,
        fromMs: 7.75 * hour,
        untilMs: 24.25 * hour,
      },
    ],
    { street: { far: "flats" }, light: { hour: 8, cloud: 0.5 } },
  ),
  startsAt: signMorning,
  everyMs: 1_800_000,
  zones: [farPavement({ ...boards, of: ["pavement-board"] })],
  offences: [],
};
