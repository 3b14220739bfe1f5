/** The stream breaks off while a bin spills over; it was emptied before the stream is back. */
import type { LibraryScene } from "../library-scene.ts";
import { bin, bins, minute, morning } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";

export const binUnseen: LibraryScene = {
  about: "Seen over its rim for four minutes; nobody knows what it was for the next nine.",
  scene: pavementSite(76)("bin-unseen", 20, [
    bin("bin", 8.4, [
      [0, "empty"],
      [2 * minute, "overflowing"],
      [14 * minute, "empty"],
    ]),
  ]),
  startsAt: morning,
  everyMs: 10_000,
  zones: [pavementZone("near-pavement", [bins])],
  offences: [],
  outages: [{ fromMs: 6 * minute, untilMs: 15 * minute }],
};
