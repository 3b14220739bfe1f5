/** Asked to go, the vendor packs up half a minute before anybody would be sent. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { minute, morning, second, stall, vending } from "../parts.ts";
import { marketSite, marketZone } from "../sites.ts";

const untilMs = 8 * minute + 30 * second;

export const vendingWarnedOnly: LibraryScene = {
  about: "Seven and a half minutes where eight are reported: warned and cleared.",
  scene: marketSite(33)(
    "vending-warned-only",
    11.5,
    stall("stall", "ground-mat", 9.6, 1 * minute, untilMs),
    { light: { hour: 9.5, cloud: 0.7 }, weather: { wet: 0.6 } },
  ),
  startsAt: morning,
  everyMs: 10_000,
  zones: [marketZone("pavement", [5, 15], [vending])],
  offences: [offence("stall", "pavement", "stall", { fromMs: 1 * minute, untilMs })],
};
