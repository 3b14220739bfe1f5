/** Full is not over the rim. */
import type { LibraryScene } from "../library-scene.ts";
import { bin, bins, minute, morning, nearPavement, plainScene } from "../parts.ts";

export const binFullClosed: LibraryScene = {
  about: "Two bins fill up to their closed lids and stay so.",
  scene: plainScene("bin-full-closed", 20, [
    bin("left", 9.5, [
      [0, "empty"],
      [3 * minute, "full"],
    ]),
    bin("right", 10.4, [[0, "full"]]),
  ]),
  startsAt: morning,
  everyMs: 10_000,
  zones: [nearPavement(bins)],
  offences: [],
};
