/** The morning market: allowed until ten, then a quarter of an hour to pack up. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, minute, plainScene, stall, vending } from "../parts.ts";

const marketRule = { ...vending, allowed: [{ daily: "06:00-10:00" }], grace: "5m" };

export const vendingAllowed: LibraryScene = {
  about: "A stall that packs up within the grace after the end of the market hours.",
  scene: plainScene("vending-allowed", 16, stall("stall", "handcart", 13.5, 0, 13 * minute)),
  startsAt: "2026-07-01T09:50:00+08:00",
  everyMs: 5_000,
  zones: [farPavement(marketRule)],
  offences: [],
};
