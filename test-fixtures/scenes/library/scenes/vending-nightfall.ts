/** It gets dark: the stall lights its lamp, the camera goes to its infrared side. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, stall, type Thing, vending } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

const [cart, ...people] = stall("stall", "food-cart", 10.6, 1 * minute);
const lit = { kind: "stall", style: "food-cart", hasVendor: false, lights: true, seed: 2 } as const;
const trade: readonly Thing[] =
  cart === undefined ? [] : [{ ...cart, becomes: [{ atMs: 5 * minute, look: lit }] }, ...people];

export const vendingNightfall: LibraryScene = {
  about: "Coloured pictures become grey ones between warning and report; the stall stays.",
  scene: marketSite(34)("vending-nightfall", 11, trade, {
    light: { hour: 17.75, cloud: 0.5 },
    weather: { infrared: true, noise: 0.4 },
  }),
  startsAt: "2026-10-20T17:45:00+08:00",
  everyMs: 10_000,
  zones: [marketZone("pavement", [5, 16], [vending])],
  offences: [offence("stall", "pavement", "stall", { fromMs: 1 * minute })],
};
