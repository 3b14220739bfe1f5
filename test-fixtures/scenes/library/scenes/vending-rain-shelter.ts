/** A shower: people wait under umbrellas before a shop, an e-bike stands beside them. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, roadM, second, type Thing, vending } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { oncoming, underUmbrella } from "../street-life.ts";

const people = [
  { seed: 3, at: [12.4, roadM + 2.9], headingDeg: 190 },
  { seed: 9, at: [13.3, roadM + 3.1], headingDeg: 170 },
  { seed: 14, at: [14.6, roadM + 2.7], headingDeg: 200 },
].map(
  ({ seed, at: [x = 0, y = 0], headingDeg }, index): Thing => ({
    id: `person-${index}`,
    look: underUmbrella(seed),
    place: [x, y],
    headingDeg,
  }),
);

export const vendingRainShelter: LibraryScene = {
  about: "Three people stand beside a parked e-bike for seven minutes of rain.",
  scene: marketSite(60)(
    "vending-rain-shelter",
    7,
    [
      ...people,
      {
        id: "bike",
        look: { kind: "e-bike", lights: false, seed: 4 },
        place: [13.5, roadM + 1.7],
        headingDeg: 80,
      },
      oncoming("car", { kind: "car", lights: true, seed: 3 }, 60 * second),
    ],
    { light: { hour: 17, cloud: 1 }, weather: { rain: 0.7, noise: 0.2 } },
  ),
  startsAt: "2026-07-01T17:00:00+08:00",
  everyMs: 5_000,
  zones: [farPavement(vending)],
  offences: [],
};
