/** Nothing that a detector calls a stall: a tricycle, crates, an umbrella, people who linger. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, morning, roadM, standing, type Thing, vending } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

const during = { fromMs: 1 * minute, untilMs: 13 * minute };
const at = (id: string, look: Thing["look"], x: number, y: number, headingDeg = 180): Thing => ({
  id,
  look,
  place: [x, roadM + y],
  headingDeg,
  ...during,
});

export const vendingByCues: LibraryScene = {
  about: "Crates beside a parked tricycle under an umbrella, and people who stay: cues together.",
  scene: marketSite(32)(
    "vending-by-cues",
    18,
    [
      at("tricycle", { kind: "cargo-tricycle", lights: false, seed: 5 }, 11.6, 2.4, 100),
      at("crates", { kind: "crate", seed: 3 }, 10.2, 1.7),
      at("umbrella", { kind: "umbrella", seed: 6 }, 10.7, 2.5),
      at("vendor", standing(23), 9.6, 2.7, 170),
      at("customer", standing(29), 10.5, 0.9, 20),
    ],
    { light: { hour: 10.5, cloud: 0.6 } },
  ),
  startsAt: morning,
  everyMs: 20_000,
  zones: [marketZone("pavement", [5, 17], [vending])],
  offences: [offence("stall", "pavement", "crates", { ...during })],
};
