/** A bin fills, spills over, is emptied. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { bin, bins, minute, morning, nearPavement, plainScene } from "../parts.ts";

export const binPlain: LibraryScene = {
  about: "Full after two minutes, over its rim after four, emptied after twenty-five.",
  scene: plainScene("bin-plain", 30, [
    bin("bin", 9.5, [
      [0, "empty"],
      [2 * minute, "full"],
      [4 * minute, "overflowing"],
      [25 * minute, "empty"],
    ]),
  ]),
  startsAt: morning,
  everyMs: 10_000,
  zones: [nearPavement(bins)],
  offences: [
    offence("bin-overflow", "near-pavement", "bin", { fromMs: 4 * minute, untilMs: 25 * minute }),
  ],
};
