/** A queue at a light: the second red is longer than the time until a warning. */
import type { LibraryScene } from "../library-scene.ts";
import { car, morning, parking, second, type Thing } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { inLane, oncoming } from "../street-life.ts";

/** Red from, until; those who stop then, the first one at the line. */
const reds = [
  { fromMs: 24 * second, untilMs: 74 * second, seeds: [4, 9, 12] },
  { fromMs: 106 * second, untilMs: 184 * second, seeds: [6, 3, 8] },
] as const;
const places = [21.5, 15.5, 9.5] as const;

const queues = reds.flatMap(({ fromMs, untilMs, seeds }, red) =>
  seeds.map((seed, index): Thing => {
    const halt = {
      xM: places[index] ?? 0,
      fromMs: fromMs + index * 3 * second,
      untilMs: untilMs + index * 2 * second,
    };
    return inLane(`red-${red}-${index}`, car(seed), [halt]);
  }),
);

export const parkingRedLight: LibraryScene = {
  about: "Three cars wait 50 s, then three others 78 s where the hub is warned after 60 s.",
  scene: kerbSite(41)(
    "parking-red-light",
    3.5,
    [
      ...queues,
      oncoming("oncoming-a", { kind: "van", lights: false, seed: 9 }, 80 * second),
      oncoming("oncoming-b", car(14), 190 * second),
    ],
    {
      street: {
        crossings: [27],
      },
    },
  ),
  startsAt: morning,
  everyMs: 2_000,
  zones: [
    {
      id: "near-lane",
      ground: [
        [6, 0.2],
        [25, 0.2],
        [25, 4.8],
        [6, 4.8],
      ],
      rules: [parking],
    },
  ],
  offences: [],
};
