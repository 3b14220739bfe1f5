/** A board under a permit that ends today: it holds until midnight, and the board is gone by then. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, hour } from "../parts.ts";
import { board, boards, signMorning } from "../sign-parts.ts";
import { marketSite } from "../sites.ts";

const zone = farPavement({ ...boards, of: ["pavement-board"] });

export const signLastDay: LibraryScene = {
  about: "It stands for two days, the second is the permit's last one; taken in that evening.",
  scene: marketSite(78)(
    "sign-last-day",
    50 * 60,
    [board(8, [12, 1.8], 195, { fromMs: 1 * hour, untilMs: 36 * hour })],
    { street: { far: "flats" }, light: { hour: 8, cloud: 0.5 } },
  ),
  startsAt: signMorning,
  everyMs: 1_800_000,
  zones: [zone],
  permits: [
    {
      number: "P-44",
      kinds: ["unlicensed-signage"],
      place: { zone: zone.id },
      from: "2026-06-01",
      to: "2026-07-02",
    },
  ],
  offences: [],
};
