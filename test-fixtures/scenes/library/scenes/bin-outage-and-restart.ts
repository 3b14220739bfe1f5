/** The stream is away for ten minutes, the agent is started anew: the bin overflows on. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { bin, bins, minute, morning } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";

export const binOutageAndRestart: LibraryScene = {
  about: "Ten minutes without a picture count for nothing; a restart in them changes nothing.",
  scene: pavementSite(35)(
    "bin-outage-and-restart",
    34,
    [
      bin("bin", 8, [
        [0, "full"],
        [1 * minute, "overflowing"],
        [30 * minute, "empty"],
      ]),
    ],
    { light: { hour: 14, cloud: 0.8 }, weather: { rain: 0.3 }, street: { near: "park" } },
  ),
  startsAt: morning,
  everyMs: 20_000,
  zones: [pavementZone("pavement", [{ ...bins, every: "20s" }])],
  offences: [
    offence("bin-overflow", "pavement", "bin", { fromMs: 1 * minute, untilMs: 30 * minute }),
  ],
  outages: [{ fromMs: 10 * minute, untilMs: 20 * minute }],
  restartsAtMs: [15 * minute, 22 * minute],
};
