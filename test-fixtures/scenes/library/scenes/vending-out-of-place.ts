/** A guidance point has room for its stalls; one stands beside it. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, stall, vending } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

export const vendingOutOfPlace: LibraryScene = {
  about:
    "In market hours the stall within the guidance point is in order, the one beside it is not.",
  scene: marketSite(30)(
    "vending-out-of-place",
    13,
    [
      ...stall("inside", "umbrella-table", 7.8, 0),
      ...stall("outside", "fruit-boxes", 13, 1 * minute, 10 * minute + 30_000),
    ],
    { light: { hour: 7.5, cloud: 0.4 } },
  ),
  startsAt: "2026-07-01T07:30:00+08:00",
  everyMs: 10_000,
  zones: [
    marketZone("pavement", [4.2, 16], [vending]),
    marketZone(
      "guidance-point",
      [4.4, 10],
      [{ ...vending, allowed: [{ daily: "06:00-09:00" }], grace: "5m" }],
    ),
  ],
  offences: [
    offence("stall", "pavement", "outside", { fromMs: 1 * minute, untilMs: 10 * minute + 30_000 }),
  ],
};
