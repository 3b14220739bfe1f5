/** A lorry hides the bin for ten minutes: nobody knows, so nothing counts. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { bin, bins, minute, morning, nearPavement, plainScene } from "../parts.ts";

const hidden = { fromMs: 8 * minute, untilMs: 18 * minute };

export const binHiddenByLorry: LibraryScene = {
  about: "Neither emptied nor overflowing while a lorry on the pavement stands before the bin.",
  scene: plainScene("bin-hidden-by-lorry", 36, [
    bin("bin", 13, [
      [0, "empty"],
      [2 * minute, "overflowing"],
      [31 * minute, "empty"],
    ]),
    {
      id: "lorry",
      look: { kind: "truck", lights: false, seed: 2 },
      place: [8.6, -1.2],
      headingDeg: 90,
      ...hidden,
    },
  ]),
  startsAt: morning,
  everyMs: 10_000,
  zones: [nearPavement(bins)],
  offences: [
    offence("bin-overflow", "near-pavement", "bin", {
      fromMs: 2 * minute,
      untilMs: 31 * minute,
      unseen: [hidden],
    }),
  ],
};
