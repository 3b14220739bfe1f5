/** Goods are unloaded into a shop: crates stand on the pavement, porters walk to and fro. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, morning, roadM, second, type Thing, vending } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { walker } from "../street-life.ts";

const crates = Array.from(
  { length: 6 },
  (_, index): Thing => ({
    id: `crate-${index}`,
    look: { kind: "crate", seed: index + 2 },
    place: [11 + (index % 3) * 0.62, roadM + 1.1 + Math.floor(index / 3) * 0.5],
    headingDeg: (index * 13) % 20,
    // Carried in one by one at the end.
    untilMs: (330 + index * 12) * second,
  }),
);
const porters = [20, 75, 130, 190, 245, 300, 350].map((fromS, index) =>
  walker(
    `porter-${index}`,
    12 + (index % 2) * 5,
    fromS * second,
    roadM + 1.9 + (index % 2) * 0.4,
    index % 2 === 0 ? [5, 24] : [24, 5],
  ),
);

export const vendingUnloading: LibraryScene = {
  about: "Crates stand beside a lorry for six minutes; whoever comes near walks on.",
  scene: marketSite(58)("vending-unloading", 7, [
    {
      id: "lorry",
      look: { kind: "truck", lights: false, seed: 2 },
      place: [17.4, 8.6],
      headingDeg: 270,
      untilMs: 400 * second,
    },
    ...crates,
    ...porters,
  ]),
  startsAt: morning,
  everyMs: 5_000,
  zones: [farPavement(vending)],
  offences: [],
};
