/** A jam of like cars, close together: each moves up to where the one before it stood, in 4 s. */
import type { LibraryScene } from "../library-scene.ts";
import { car, morning, nearKerb, parking, second, type Thing } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { type Halt, inLane } from "../street-life.ts";

const standsMs = 14 * second;
const movesMs = 4 * second;
const places = [9.4, 15.6, 21.8] as const;
const carCount = 10;

const row = Array.from({ length: carCount }, (_, index): Thing => {
  const halts = places.map((xM, at): Halt => {
    const fromMs = 10 * second + (index + at) * (standsMs + movesMs);
    return { xM, fromMs, untilMs: fromMs + standsMs };
  });
  return inLane(`car-${index}`, car(4 + index), halts, 2);
});

export const parkingDenseJam: LibraryScene = {
  about: "Ten cars close together creep through the zone, each in three halts of 14 s; none parks.",
  scene: kerbSite(42)("parking-dense-jam", 4, row),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
};
