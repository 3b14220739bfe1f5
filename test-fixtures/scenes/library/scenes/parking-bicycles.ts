/** Non-motor vehicles on a pavement: one is left there, on another somebody waits. */
import type { LibraryScene, SceneRule } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, morning } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";

const bicycles: SceneRule = {
  kind: "illegal-parking",
  of: ["non-motor-vehicle"],
  warnAfter: "4m",
  reportAfter: "9m",
  clearAfter: "1m",
};

export const parkingBicycles: LibraryScene = {
  about: "An e-bike left on the pavement counts; a rider who waits for six minutes does not.",
  scene: pavementSite(32)(
    "parking-bicycles",
    14,
    [
      {
        id: "left",
        look: { kind: "e-bike", lights: false, seed: 4 },
        place: [8.4, -1.2],
        headingDeg: 40,
        fromMs: 1 * minute,
        untilMs: 12 * minute,
      },
      {
        id: "waiting",
        look: { kind: "e-bike", lights: false, seed: 9 },
        place: [11.6, -1.5],
        headingDeg: 78,
        fromMs: 3 * minute,
        untilMs: 9 * minute,
      },
      {
        id: "rider",
        look: { kind: "person", pose: { name: "riding", mount: "e-bike" }, seed: 9 },
        place: [11.6, -1.5],
        headingDeg: 78,
        fromMs: 3 * minute,
        untilMs: 9 * minute,
      },
    ],
    { light: { hour: 16, cloud: 0.25, noonDeg: 120 } },
  ),
  startsAt: morning,
  everyMs: 5_000,
  zones: [{ ...pavementZone("pavement", [bicycles]), tags: ["blind-path"] }],
  offences: [
    offence("non-motor-vehicle", "pavement", "left", { fromMs: 1 * minute, untilMs: 12 * minute }),
  ],
};
