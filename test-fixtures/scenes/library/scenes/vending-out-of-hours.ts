/** The market has closed, its grace is over, one stall stays. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { farPavement, minute, plainScene, stall, vending } from "../parts.ts";

const marketRule = { ...vending, allowed: [{ daily: "06:00-10:00" }], grace: "5m" };

export const vendingOutOfHours: LibraryScene = {
  about: "Time counts from the end of the grace, five minutes after the market closed.",
  scene: plainScene("vending-out-of-hours", 19, stall("stall", "food-cart", 13.5, 0)),
  startsAt: "2026-07-01T09:58:00+08:00",
  everyMs: 5_000,
  zones: [farPavement(marketRule)],
  offences: [offence("stall", "far-pavement", "stall", { fromMs: 7 * minute })],
};
