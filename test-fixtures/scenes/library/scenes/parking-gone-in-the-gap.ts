/** The stream is away while a reported car leaves. */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, minute, morning, parking, second, visitor } from "../parts.ts";
import { kerbSite, kerbZone } from "../sites.ts";

export const parkingGoneInTheGap: LibraryScene = {
  about: "Nobody saw it leave: cleared half a minute after the stream is back, not before.",
  scene: kerbSite(30)(
    "parking-gone-in-the-gap",
    12,
    [visitor("car", car(27), 12, 30 * second, 8 * minute)],
    { light: { hour: 11, cloud: 0.5, noonDeg: 60 }, weather: { compression: 0.35 } },
  ),
  startsAt: morning,
  everyMs: 5_000,
  zones: [kerbZone("kerb", [7, 21], [parking])],
  offences: [offence("motor-vehicle", "kerb", "car", { fromMs: 30 * second, untilMs: 8 * minute })],
  outages: [{ fromMs: 7 * minute, untilMs: 10 * minute }],
};
