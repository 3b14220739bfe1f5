/** The stream is away for four minutes while clothes are sold from a rail. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, morning, stall, vending } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

export const vendingOutage: LibraryScene = {
  about: "Reported four minutes later than without the gap: nobody looked in between.",
  scene: marketSite(36)("vending-outage", 15, stall("stall", "clothes-rail", 10.4, 1 * minute), {
    light: { hour: 15.5, cloud: 0.3, noonDeg: 230 },
    weather: { compression: 0.4 },
  }),
  startsAt: morning,
  everyMs: 10_000,
  zones: [marketZone("pavement", [5, 16], [vending])],
  offences: [offence("stall", "pavement", "stall", { fromMs: 1 * minute })],
  outages: [{ fromMs: 5 * minute, untilMs: 9 * minute }],
};
