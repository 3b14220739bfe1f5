/** A licensed breakfast cart: the permit list names its place, days and hours. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, minute, roadM, second, stall, vending } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { walker } from "../street-life.ts";

export const vendingBreakfastCart: LibraryScene = {
  about: "It trades until 08:57 under a permit that ends at 09:00, where no stall may be.",
  scene: marketSite(56)(
    "vending-breakfast-cart",
    11,
    [
      ...stall("cart", "food-cart", 13, 0, 9 * minute),
      walker("walker", 36, 40 * second, roadM + 0.6, [32, 4]),
    ],
    { light: { hour: 8.8, cloud: 0.4 } },
  ),
  startsAt: "2026-07-01T08:48:00+08:00",
  everyMs: 6_000,
  zones: [farPavement(vending)],
  permits: [
    {
      number: "B-017",
      kinds: ["street-vending"],
      place: {
        ground: [
          [10.5, roadM + 0.3],
          [16, roadM + 0.3],
          [16, roadM + 4],
          [10.5, roadM + 4],
        ],
      },
      from: "2026-03-01",
      to: "2026-12-31",
      hours: ["06:00-09:00"],
    },
  ],
  offences: [],
};
