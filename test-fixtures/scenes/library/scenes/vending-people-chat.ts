/** People stand together on the pavement under an umbrella: no trade. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, morning, plainScene, roadM, standing, vending } from "../parts.ts";

export const vendingPeopleChat: LibraryScene = {
  about: "Three people talk for ten minutes where stalls are not allowed; nothing is sold.",
  scene: plainScene("vending-people-chat", 10, [
    { id: "one", look: standing(3), place: [13, roadM + 2], headingDeg: 60 },
    { id: "two", look: standing(8), place: [13.9, roadM + 2.1], headingDeg: 280 },
    { id: "three", look: standing(14), place: [13.5, roadM + 2.8], headingDeg: 180 },
  ]),
  startsAt: morning,
  everyMs: 5_000,
  zones: [farPavement(vending)],
  offences: [],
};
