/** A guidance point in its hours: two stalls where stalls are wanted, in a street where none may be. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, roadM, second, stall, vending } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { walker } from "../street-life.ts";

export const vendingGuidancePoint: LibraryScene = {
  about: "Two stalls trade for nine minutes in the evening hours of a guidance point.",
  scene: marketSite(55)(
    "vending-guidance-point",
    9,
    [
      ...stall("fruit", "fruit-boxes", 12, 0),
      ...stall("food", "food-cart", 18, 0),
      walker("walker", 24, 60 * second, roadM + 0.6, [4, 32]),
    ],
    { light: { hour: 18.2, cloud: 0.3 } },
  ),
  startsAt: "2026-07-01T18:12:00+08:00",
  everyMs: 5_000,
  zones: [
    farPavement(vending),
    {
      id: "guidance-point",
      ground: [
        [9, roadM + 0.2],
        [21, roadM + 0.2],
        [21, roadM + 3.9],
        [9, roadM + 3.9],
      ],
      rules: [{ ...vending, allowed: [{ daily: "06:00-09:00" }, { daily: "18:00-22:00" }] }],
    },
  ],
  offences: [],
};
