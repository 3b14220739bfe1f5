/** A jam: a row that moves up by a car's length every quarter of a minute. */
import type { LibraryScene } from "../library-scene.ts";
import { car, morning, nearKerb, parking, second, type Thing } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { creeping } from "../street-life.ts";

const looks: readonly Thing["look"][] = [
  car(4),
  { kind: "van", lights: false, seed: 9 },
  { kind: "truck", lights: false, seed: 2 },
  car(6),
  { kind: "van", lights: false, seed: 3 },
  car(8),
  { kind: "truck", lights: false, seed: 5 },
  car(7),
];

const row = creeping("vehicle", looks, [9.4, 17.4, 25.4], {
  standsMs: 14 * second,
  movesMs: 8 * second,
});

export const parkingStopAndGo: LibraryScene = {
  about: "Eight vehicles creep through the zone, each in three halts of 14 s; none parks.",
  scene: kerbSite(42)("parking-stop-and-go", 4, row),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
};
