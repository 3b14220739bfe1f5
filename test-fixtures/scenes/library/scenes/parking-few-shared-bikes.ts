/** Shared bikes in their painted box: fewer than make a pile-up. */
import type { LibraryScene } from "../library-scene.ts";
import { minute, morning, roadM, second, type Thing } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { walker } from "../street-life.ts";

/** Bikes of one operator are alike. */
const bikes = Array.from(
  { length: 7 },
  (_, index): Thing => ({
    id: `bike-${index}`,
    look: { kind: "bicycle", lights: false, seed: index % 3 === 0 ? 8 : 5 },
    place: [8.6 + index * 0.85, roadM + 1.1 + (index % 2) * 0.12],
    headingDeg: 176 + ((index * 7) % 11),
    ...(index === 6 ? { fromMs: 2 * minute } : {}),
  }),
);

export const parkingFewSharedBikes: LibraryScene = {
  about: "Seven stand in a row for eight minutes where ten are a pile-up.",
  scene: marketSite(49)("parking-few-shared-bikes", 8, [
    ...bikes,
    walker("walker-a", 24, 40 * second, roadM + 2.8),
    walker("walker-b", 36, 250 * second, roadM + 3, [32, 3]),
  ]),
  startsAt: morning,
  everyMs: 5_000,
  zones: [
    {
      id: "bike-parking",
      ground: [
        [7, roadM + 0.1],
        [16, roadM + 0.1],
        [16, roadM + 2.2],
        [7, roadM + 2.2],
      ],
      rules: [
        {
          kind: "illegal-parking",
          of: ["shared-bike-pile-up"],
          pileUp: 10,
          warnAfter: "3m",
          reportAfter: "6m",
          clearAfter: "2m",
        },
      ],
    },
  ],
  offences: [],
};
