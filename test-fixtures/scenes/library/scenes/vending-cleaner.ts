/** A cleaner sweeps leaves together and leaves cart, broom and heap for a while. */
import type { LibraryScene } from "../library-scene.ts";
import { bins, farPavement, minute, roadM, second, vending } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { walker } from "../street-life.ts";

export const vendingCleaner: LibraryScene = {
  about: "A cleaner's cart and two heaps of leaves stand for eight minutes: no stall, no rubbish.",
  scene: marketSite(63)(
    "vending-cleaner",
    9,
    [
      {
        id: "cart",
        look: { kind: "cleaning-cart", seed: 1 },
        place: [12.6, roadM + 2],
        headingDeg: 265,
      },
      {
        id: "cleaner",
        look: { kind: "person", pose: { name: "standing" }, seed: 23 },
        place: [14.4, roadM + 1.8],
        headingDeg: 250,
      },
      {
        id: "heap-a",
        look: { kind: "leaf-heap", seed: 1 },
        place: [10.3, roadM + 1.2],
        untilMs: 6 * minute,
      },
      {
        id: "heap-b",
        look: { kind: "leaf-heap", seed: 2 },
        place: [15.9, roadM + 1.4],
        untilMs: 8 * minute,
      },
      walker("walker", 36, 60 * second, roadM + 3.1, [32, 4]),
    ],
    { light: { hour: 9, cloud: 0.5 } },
  ),
  startsAt: "2026-11-03T09:00:00+08:00",
  everyMs: 6_000,
  zones: [farPavement(vending, { ...bins, every: "6s" })],
  offences: [],
};
