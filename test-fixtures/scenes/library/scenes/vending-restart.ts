/** The agent is started anew twice while a breakfast cart trades. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, morning, stall, vending } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

export const vendingRestart: LibraryScene = {
  about: "One restart before the warning, one before the report: its time goes on.",
  scene: marketSite(32)(
    "vending-restart",
    13,
    stall("stall", "food-cart", 10.6, 1 * minute, 10 * minute + 30_000),
    { light: { hour: 8, cloud: 0.3, noonDeg: 200 } },
  ),
  startsAt: morning,
  everyMs: 10_000,
  zones: [marketZone("pavement", [5, 16], [vending])],
  offences: [
    offence("stall", "pavement", "stall", { fromMs: 1 * minute, untilMs: 10 * minute + 30_000 }),
  ],
  restartsAtMs: [2 * minute + 5_000, 6 * minute + 5_000],
};
