/** Rubbish is left on the pavement, no bin near. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { bins, minute, morning, nearPavement, plainScene } from "../parts.ts";

export const binExposedGarbage: LibraryScene = {
  about: "Bags lie on the pavement for twenty minutes, then they are collected.",
  scene: plainScene("bin-exposed-garbage", 26, [
    {
      id: "bags",
      look: { kind: "garbage", style: "bags", seed: 4 },
      place: [10, -1],
      fromMs: 2 * minute,
      untilMs: 22 * minute,
    },
  ]),
  startsAt: morning,
  everyMs: 10_000,
  zones: [nearPavement(bins)],
  offences: [
    offence("exposed-garbage", "near-pavement", "bags", {
      fromMs: 2 * minute,
      untilMs: 22 * minute,
    }),
  ],
};
