/** The agent is started anew twice while a taxi lets somebody out: its time counts once. */
import type { LibraryScene } from "../library-scene.ts";
import { car, morning, nearKerb, parking, second, visitor } from "../parts.ts";
import { kerbSite } from "../sites.ts";
import { walker } from "../street-life.ts";

export const parkingBriefRestart: LibraryScene = {
  about: "A taxi stands for 54 s through two restarts; the hub is warned after 60 s.",
  scene: kerbSite(51)("parking-brief-restart", 2, [
    visitor("taxi", car(11), 14, 16 * second, 70 * second),
    walker("passenger", 27, 30 * second, -1.4, [13, 32]),
  ]),
  startsAt: morning,
  everyMs: 2_000,
  zones: [nearKerb(parking)],
  offences: [],
  restartsAtMs: [36 * second, 55 * second],
};
