/** A café's terrace in a street where none may trade: tables, umbrellas, guests, their bicycles. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, roadM, second, type Thing, vending } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { sitting, walker } from "../street-life.ts";

const middleY = roadM + 2.4;

const sets = [11, 14.6].flatMap((xM, index): Thing[] => [
  { id: `table-${index}`, look: { kind: "table", seed: 3 }, place: [xM, middleY] },
  { id: `umbrella-${index}`, look: { kind: "umbrella", seed: 5 }, place: [xM, middleY + 0.55] },
  {
    id: `guest-a-${index}`,
    look: sitting(3 + index * 5),
    place: [xM - 1.05, middleY - 0.1],
    headingDeg: 90,
  },
  {
    id: `guest-b-${index}`,
    look: sitting(19 + index * 3),
    place: [xM + 1.05, middleY + 0.1],
    headingDeg: 270,
  },
]);

export const vendingTerrace: LibraryScene = {
  about:
    "Guests sit for eight minutes, bicycles lean beside them; nothing is sold on the pavement.",
  scene: marketSite(57)(
    "vending-terrace",
    8,
    [
      ...sets,
      {
        id: "bicycle",
        look: { kind: "bicycle", lights: false, seed: 5 },
        place: [12.7, roadM + 1.5],
        headingDeg: 96,
      },
      { id: "plant-a", look: { kind: "planter", seed: 2 }, place: [8.9, roadM + 1.2] },
      { id: "plant-b", look: { kind: "planter", seed: 4 }, place: [16.9, roadM + 1.2] },
      walker("walker", 24, 60 * second, roadM + 0.5, [3, 32]),
    ],
    { light: { hour: 15, cloud: 0.2 } },
  ),
  startsAt: "2026-07-01T15:00:00+08:00",
  everyMs: 5_000,
  zones: [
    farPavement(vending),
    {
      id: "terrace",
      tags: ["terrace"],
      ground: [
        [8, roadM + 0.8],
        [18, roadM + 0.8],
        [18, roadM + 4],
        [8, roadM + 4],
      ],
      rules: [vending],
    },
  ],
  offences: [],
};
