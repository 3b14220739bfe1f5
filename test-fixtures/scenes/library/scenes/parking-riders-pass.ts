/** Riders pass along the kerb, one waits for a friend for a moment: no bicycle is parked. */
import type { LibraryScene } from "../library-scene.ts";
import { morning, nearKerb, second } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { bicycleParking, ridden } from "../street-life.ts";

const passes = [
  [8, "bicycle", 5],
  [31, "e-bike", 3],
  [36, "e-bike", 7],
  [90, "cargo-tricycle", 2],
  [128, "bicycle", 8],
] as const;

const riders = passes.flatMap(([fromS, mount, seed], index) => {
  const fromMs = fromS * second;
  const untilMs = fromMs + 20 * second;
  const y = 1 + (index % 2) * 0.5;
  return ridden(`rider-${index}`, mount, seed, {
    fromMs,
    untilMs,
    steps: [
      { atMs: fromMs, place: [-10, y] },
      { atMs: untilMs, place: [80, y] },
    ],
  });
});

export const parkingRidersPass: LibraryScene = {
  about: "Five two-wheelers in two and a half minutes, every one on its way.",
  scene: kerbSite(73)("parking-riders-pass", 2.5, riders),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb({ ...bicycleParking, warnAfter: "20s", reportAfter: "2m" })],
  offences: [],
};
