/** A loaded tricycle waits at a light, its rider in the saddle, in a street without stalls. */
import type { LibraryScene } from "../library-scene.ts";
import { minute, morning, roadM, second, vending } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";
import { oncoming, ridden, walker } from "../street-life.ts";

const haltsAtMs = 20 * second;
const goesAtMs = haltsAtMs + 5 * minute;

export const vendingTricycleWaits: LibraryScene = {
  about: "Goods on its bed and somebody on it for five minutes: it waits, nobody trades.",
  scene: marketSite(74)("vending-tricycle-waits", 6, [
    ...ridden("tricycle", "cargo-tricycle", 4, {
      fromMs: haltsAtMs - 10 * second,
      untilMs: goesAtMs + 14 * second,
      steps: [
        { atMs: haltsAtMs - 10 * second, place: [45, 8.4] },
        { atMs: haltsAtMs, place: [12.6, 8.4] },
        { atMs: goesAtMs, place: [12.6, 8.4] },
        { atMs: goesAtMs + 14 * second, place: [-20, 8.4] },
      ],
    }),
    walker("walker", 24, 60 * second, roadM + 2.4),
    oncoming("car", { kind: "car", lights: false, seed: 3 }, 340 * second),
  ]),
  startsAt: morning,
  everyMs: 5_000,
  zones: [
    {
      ...marketZone("street", [5, 24], [vending]),
      ground: [
        [6, 5.5],
        [22, 5.5],
        [22, roadM + 4.4],
        [6, roadM + 4.4],
      ],
    },
  ],
  offences: [],
};
