/** A bin spills over and is emptied in time, twice: minutes of two spills are not added. */
import type { LibraryScene } from "../library-scene.ts";
import { bin, bins, minute, morning, nearPavement } from "../parts.ts";
import { pavementSite } from "../sites.ts";

export const binAlmostOver: LibraryScene = {
  about: "Over the rim for four minutes, emptied for four, over it for four; warned after five.",
  scene: pavementSite(65)("bin-almost-over", 18, [
    bin("bin", 8, [
      [0, "empty"],
      [2 * minute, "overflowing"],
      [6 * minute, "empty"],
      [10 * minute, "overflowing"],
      [14 * minute, "empty"],
    ]),
    bin("neighbour", 8.9, [[0, "full"]]),
  ]),
  startsAt: morning,
  everyMs: 10_000,
  zones: [nearPavement(bins)],
  offences: [],
};
