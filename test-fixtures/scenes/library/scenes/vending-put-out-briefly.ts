/** A shopkeeper puts crates before the door and sorts them in again: a shop's front has longer times. */
import type { LibraryScene } from "../library-scene.ts";
import { minute, morning, roadM, standing, type Thing } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

const untilMs = 5 * minute + 20_000;

const crates = Array.from(
  { length: 4 },
  (_, index): Thing => ({
    id: `crate-${index}`,
    look: { kind: "crate", seed: index + 4 },
    place: [11.2 + index * 0.6, roadM + 3.4],
    fromMs: 1 * minute,
    untilMs,
  }),
);

export const vendingPutOutBriefly: LibraryScene = {
  about: "Goods stand outside for 4 min 20 s; a shop is told of its overflow after five.",
  scene: marketSite(75)("vending-put-out-briefly", 7, [
    ...crates,
    {
      id: "shopkeeper",
      look: standing(23),
      place: [12.6, roadM + 2.5],
      headingDeg: 10,
      fromMs: 1 * minute,
      untilMs,
    },
  ]),
  startsAt: morning,
  everyMs: 5_000,
  zones: [
    marketZone(
      "shop-front",
      [6, 20],
      [{ kind: "street-vending", warnAfter: "5m", reportAfter: "30m", clearAfter: "2m" }],
      ["shop-front"],
    ),
  ],
  offences: [],
};
