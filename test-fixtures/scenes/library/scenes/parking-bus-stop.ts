/** A bus halts where people wait for it; other kinds look at the platform, too. */
import type { LibraryScene } from "../library-scene.ts";
import {
  minute,
  morning,
  parking,
  roadM,
  second,
  standing,
  type Thing,
  vending,
} from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { sitting } from "../street-life.ts";

const haltsAtMs = 3 * minute + 20 * second;
const goesAtMs = haltsAtMs + 45 * second;
const busXM = 15;

const bus: Thing = {
  id: "bus",
  look: { kind: "bus", lights: false, seed: 1 },
  fromMs: haltsAtMs - 9 * second,
  untilMs: goesAtMs + 10 * second,
  steps: [
    { atMs: haltsAtMs - 9 * second, place: [95, 8.2] },
    { atMs: haltsAtMs, place: [busXM, 8.2] },
    { atMs: goesAtMs, place: [busXM, 8.2] },
    { atMs: goesAtMs + 10 * second, place: [-40, 8.2] },
  ],
};

/** They get on: nobody is left when the bus has gone. */
const waiting = [
  { seed: 3, at: [12.6, roadM + 1.4] },
  { seed: 8, at: [13.5, roadM + 1.2] },
  { seed: 14, at: [14.2, roadM + 1.6] },
  { seed: 22, at: [16.9, roadM + 1.3] },
].map(
  ({ seed, at }, index): Thing => ({
    id: `waiting-${index}`,
    look: standing(seed),
    place: [at[0] ?? 0, at[1] ?? 0],
    headingDeg: 165 + index * 12,
    untilMs: haltsAtMs + (12 + index * 5) * second,
  }),
);

export const parkingBusStop: LibraryScene = {
  about: "Four people stand at a stop, one sits, for over three minutes; the bus halts for 45 s.",
  scene: kerbSite(44)("parking-bus-stop", 5, [
    {
      id: "shelter",
      look: { kind: "bus-stop", seed: 1 },
      place: [15, roadM + 2.9],
      headingDeg: 180,
    },
    {
      id: "seated",
      look: sitting(31),
      place: [15.3, roadM + 2.5],
      headingDeg: 180,
      untilMs: haltsAtMs + 30 * second,
    },
    ...waiting,
    bus,
  ]),
  startsAt: morning,
  everyMs: 3_000,
  zones: [
    {
      id: "bus-stop",
      tags: ["bus-stop"],
      ground: [
        [8, 6],
        [24, 6],
        [24, roadM + 4],
        [8, roadM + 4],
      ],
      rules: [parking, vending],
    },
  ],
  offences: [],
};
