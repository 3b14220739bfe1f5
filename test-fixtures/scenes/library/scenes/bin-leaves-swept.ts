/** Autumn: a cleaner sweeps leaves together beside the bins and carts them off. */
import type { LibraryScene } from "../library-scene.ts";
import { bin, bins, minute } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";
import { walker } from "../street-life.ts";

export const binLeavesSwept: LibraryScene = {
  about: "Heaps of leaves lie beside two bins for eight minutes: no rubbish of the bins.",
  scene: pavementSite(77)(
    "bin-leaves-swept",
    10,
    [
      bin("left", 8, [[0, "empty"]]),
      bin("right", 8.9, [[0, "full"]]),
      {
        id: "heap",
        look: { kind: "leaf-heap", seed: 2 },
        place: [10.4, -1],
        untilMs: 8 * minute,
      },
      {
        id: "cart",
        look: { kind: "cleaning-cart", seed: 2 },
        place: [11.8, -1.3],
        headingDeg: 80,
        untilMs: 8 * minute,
      },
      walker("walker", 27, 2 * minute, -2.2, [20, 4]),
    ],
    { light: { hour: 9, cloud: 0.6 } },
  ),
  startsAt: "2026-11-03T09:00:00+08:00",
  everyMs: 10_000,
  zones: [pavementZone("near-pavement", [bins])],
  offences: [],
};
