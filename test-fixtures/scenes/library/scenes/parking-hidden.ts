/** A bus stands before the parked car for twenty seconds: one violation, and that time counts for nothing. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, parking, plainScene, second, type Thing } from "../parts.ts";

const bus: Thing = {
  id: "bus",
  look: { kind: "bus", lights: false, seed: 1 },
  fromMs: 3 * minute,
  untilMs: 4 * minute,
  steps: [
    { atMs: 3 * minute, place: [90, 7.4] },
    { atMs: 3 * minute + 9 * second, place: [10.5, 7.4] },
    { atMs: 3 * minute + 28 * second, place: [10.5, 7.4] },
    { atMs: 3 * minute + 36 * second, place: [-40, 7.4] },
  ],
};

export const parkingHidden: LibraryScene = {
  about: "A car on the far kerb is covered by a bus that waits in the far lane.",
  scene: plainScene("parking-hidden", 8, [
    {
      id: "car",
      look: car(4),
      place: [9.5, 9.1],
      headingDeg: 270,
      fromMs: 1 * minute,
      untilMs: 7 * minute,
    },
    bus,
  ]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [
    {
      id: "far-kerb",
      ground: [
        [5, 8],
        [14, 8],
        [14, 10.8],
        [5, 10.8],
      ],
      rules: [parking],
    },
  ],
  offences: [
    offence("motor-vehicle", "far-kerb", "car", {
      fromMs: 1 * minute,
      untilMs: 7 * minute,
      unseen: [{ fromMs: 3 * minute + 8 * second, untilMs: 3 * minute + 30 * second }],
    }),
  ],
};
