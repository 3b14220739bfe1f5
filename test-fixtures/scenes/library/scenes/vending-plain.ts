/** A fruit stall is set up on the pavement, trades, packs up. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { farPavement, minute, morning, plainScene, stall, vending } from "../parts.ts";

export const vendingPlain: LibraryScene = {
  about: "A stall with vendor and customer stands for twelve minutes where none may.",
  scene: plainScene(
    "vending-plain",
    17,
    stall("stall", "fruit-boxes", 13.5, 1 * minute, 13 * minute),
  ),
  startsAt: morning,
  everyMs: 5_000,
  zones: [farPavement(vending)],
  offences: [
    offence("stall", "far-pavement", "stall", { fromMs: 1 * minute, untilMs: 13 * minute }),
  ],
};
