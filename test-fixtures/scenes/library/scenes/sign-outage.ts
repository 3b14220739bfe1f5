/** The stream is away from the first evening to the second afternoon, the agent is started anew. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { hour } from "../parts.ts";
import { board, boards, signMorning } from "../sign-parts.ts";
import { marketSite, marketZone } from "../sites.ts";

export const signOutage: LibraryScene = {
  about: "Told with the first picture of the second day, late as it comes; nothing is forgotten.",
  scene: marketSite(41)("sign-outage", 33 * 60, [board(12, [11, 1.5], 205, { fromMs: 2 * hour })], {
    light: { hour: 8, cloud: 0.4 },
    weather: { compression: 0.3 },
    street: { far: "flats" },
  }),
  startsAt: signMorning,
  everyMs: 1_800_000,
  zones: [marketZone("pavement", [5, 16], [{ ...boards, of: ["pavement-board"] }])],
  offences: [
    offence("pavement-board", "pavement", "board", {
      fromMs: 2 * hour,
      stages: { warnedAtMs: 30 * hour, reportedAtMs: 30 * hour, clearedAtMs: null },
    }),
  ],
  outages: [{ fromMs: 9 * hour, untilMs: 30 * hour }],
  restartsAtMs: [20 * hour],
};
