/** A cart that its owner has left: nobody trades from it. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, minute, morning, second, vending } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { oncoming } from "../street-life.ts";

export const vendingLeftCart: LibraryScene = {
  about: "A handcart stands for ten minutes, nobody near; traffic passes.",
  scene: marketSite(61)("vending-left-cart", 10, [
    {
      id: "cart",
      look: { kind: "stall", style: "handcart", hasVendor: false, lights: false, seed: 4 },
      place: [14, 13],
      headingDeg: 180,
    },
    oncoming("van", { kind: "van", lights: false, seed: 9 }, 1 * minute),
    oncoming("car", { kind: "car", lights: false, seed: 3 }, 150 * second),
  ]),
  startsAt: morning,
  everyMs: 6_000,
  zones: [farPavement(vending)],
  offences: [],
};
