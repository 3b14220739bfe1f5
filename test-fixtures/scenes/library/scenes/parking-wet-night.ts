/** Rain at night: headlights glare, the road mirrors them; nothing stands. */
import type { LibraryScene } from "../library-scene.ts";
import { nearKerb, parking, passer, second } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { oncoming } from "../street-life.ts";

const lights = true;

export const parkingWetNight: LibraryScene = {
  about: "Lights and their reflections cross an empty kerb; each vehicle drives on.",
  scene: kerbSite(53)(
    "parking-wet-night",
    2.5,
    [
      passer("car-a", { kind: "car", lights, seed: 9 }, 10 * second),
      passer("car-b", { kind: "car", lights, seed: 4 }, 44 * second, 7),
      passer("van", { kind: "van", lights, seed: 2 }, 48 * second, 7),
      passer("lorry", { kind: "truck", lights, seed: 2 }, 105 * second),
      oncoming("car-c", { kind: "car", lights, seed: 14 }, 5 * second),
      oncoming("bus", { kind: "bus", lights, seed: 1 }, 30 * second),
      oncoming("car-d", { kind: "car", lights, seed: 3 }, 78 * second),
      oncoming("car-e", { kind: "car", lights, seed: 12 }, 120 * second),
    ],
    { light: { hour: 21, cloud: 0.9 }, weather: { rain: 0.6, noise: 0.3 } },
  ),
  startsAt: "2026-07-01T21:00:00+08:00",
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
};
