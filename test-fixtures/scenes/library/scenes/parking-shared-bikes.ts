/** Shared bikes fill a pavement; the operator takes them away, all but two. */
import type { LibraryScene, SceneRule } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, morning, roadM, type Thing } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

const pileUp: SceneRule = {
  kind: "illegal-parking",
  of: ["shared-bike-pile-up"],
  pileUp: 8,
  warnAfter: "3m",
  reportAfter: "8m",
  clearAfter: "2m",
};
const fullAtMs = 2 * minute;
const clearedAtMs = 13 * minute;

/** Five from the beginning, more with the morning's trains. */
const bikes = Array.from(
  { length: 11 },
  (_, index): Thing => ({
    id: `bike-${index}`,
    look: { kind: "bicycle", lights: false, seed: 40 + (index % 2) },
    place: [5.6 + index * 0.72, roadM + 1.1 + (index % 3) * 0.14],
    headingDeg: 178 + ((index * 7) % 20),
    fromMs: index < 5 ? 0 : fullAtMs,
    ...(index < 2 ? {} : { untilMs: clearedAtMs }),
  }),
);

export const parkingSharedBikes: LibraryScene = {
  about: "Five shared bikes are none of our business, eleven are a pile-up, two left are none.",
  scene: marketSite(33)("parking-shared-bikes", 17, bikes, {
    light: { hour: 9, cloud: 0.3, noonDeg: 250 },
  }),
  startsAt: morning,
  everyMs: 10_000,
  zones: [marketZone("station-forecourt", [4.5, 15], [pileUp])],
  offences: [
    offence("shared-bike-pile-up", "station-forecourt", "bike-0", {
      fromMs: fullAtMs,
      untilMs: clearedAtMs,
    }),
  ],
};
