/** A kerb with the usual times, and before it a fire lane with its own. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, parking, second, visitor } from "../parts.ts";
import { kerbSite, kerbZone } from "../sites.ts";

const stand = { fromMs: 30 * second, untilMs: 3 * minute };

export const parkingNoStopping: LibraryScene = {
  about: "Side by side for as long: reported in the fire lane, warned of beside it.",
  scene: kerbSite(35)(
    "parking-no-stopping",
    5,
    [
      visitor("beside", car(4), 18, stand.fromMs, stand.untilMs),
      visitor("in-the-lane", car(19), 10.5, stand.fromMs, stand.untilMs),
    ],
    { light: { hour: 13, cloud: 0.6 }, street: { yellowKerb: true } },
  ),
  startsAt: morning,
  everyMs: 3_000,
  zones: [
    kerbZone(
      "fire-lane",
      [7, 14],
      [{ kind: "illegal-parking", warnAfter: "20s", reportAfter: "90s", clearAfter: "30s" }],
      ["fire-lane"],
    ),
    kerbZone("kerb", [14.6, 22], [parking]),
  ],
  offences: [
    offence("motor-vehicle", "kerb", "beside", stand),
    offence("motor-vehicle", "fire-lane", "in-the-lane", stand),
  ],
};
