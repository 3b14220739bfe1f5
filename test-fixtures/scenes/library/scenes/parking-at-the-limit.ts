/** Two cars about five minutes each: a quarter of a minute less, a quarter more. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, parking, second, visitor } from "../parts.ts";
import { kerbSite, kerbZone } from "../sites.ts";

const comesAtMs = 1 * minute;
const shortUntilMs = comesAtMs + 4 * minute + 45 * second;
const longUntilMs = comesAtMs + 5 * minute + 15 * second;

export const parkingAtTheLimit: LibraryScene = {
  about: "Of two cars that stand for about the limit one is reported, the other only warned of.",
  scene: kerbSite(34)(
    "parking-at-the-limit",
    8,
    [
      visitor("longer", car(24), 17.5, comesAtMs, longUntilMs),
      visitor("shorter", { kind: "van", lights: false, seed: 6 }, 10.5, comesAtMs, shortUntilMs),
    ],
    { light: { hour: 15, cloud: 0.2, noonDeg: 220 } },
  ),
  startsAt: morning,
  everyMs: 3_000,
  zones: [kerbZone("kerb", [7, 21], [parking])],
  offences: [
    offence("motor-vehicle", "kerb", "longer", { fromMs: comesAtMs, untilMs: longUntilMs }),
    offence("motor-vehicle", "kerb", "shorter", { fromMs: comesAtMs, untilMs: shortUntilMs }),
  ],
};
