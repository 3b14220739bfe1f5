/** Cars stand in marked bays inside a zone where nobody else may. */
import type { LibraryScene } from "../library-scene.ts";
import { car, minute, morning, nearKerb, parking, second, visitor } from "../parts.ts";
import { kerbSite } from "../sites.ts";

export const parkingMarkedBays: LibraryScene = {
  about: "Two cars stand in bays for six minutes; another stops beside none for 40 s and goes.",
  scene: kerbSite(47)(
    "parking-marked-bays",
    6.5,
    [
      { id: "bay-1", look: car(5), place: [12.4, 1.1], headingDeg: 90 },
      visitor("bay-2", { kind: "van", lights: false, seed: 7 }, 18.4, 20 * second),
      visitor("drops-off", car(10), 25, 3 * minute, 3 * minute + 40 * second),
    ],
    {
      street: {
        bays: [{ side: "near", fromM: 9, toM: 21 }],
      },
    },
  ),
  startsAt: morning,
  everyMs: 3_000,
  zones: [
    { ...nearKerb(parking), ground: [...kerb(8, 30)] },
    {
      id: "bays",
      ground: kerb(8.6, 21.4, 2.9),
      rules: [{ ...parking, allowed: [{ daily: "00:00-24:00" }] }],
    },
  ],
  offences: [],
};

function kerb(from: number, to: number, depth = 4.2): readonly (readonly [number, number])[] {
  return [
    [from, -0.3],
    [to, -0.3],
    [to, depth],
    [from, depth],
  ];
}
