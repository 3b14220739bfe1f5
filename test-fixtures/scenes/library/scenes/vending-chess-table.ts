/** Neighbours play chess under an umbrella, others look on: a table and a crowd, no goods. */
import type { LibraryScene } from "../library-scene.ts";
import { farPavement, roadM, standing, vending } from "../parts.ts";
import { marketSite } from "../sites.ts";
import { sitting } from "../street-life.ts";

const [xM, yM] = [13, roadM + 2.2];

export const vendingChessTable: LibraryScene = {
  about: "A table, an umbrella and five people for nine minutes: nothing that is traded from.",
  scene: marketSite(59)(
    "vending-chess-table",
    9,
    [
      { id: "table", look: { kind: "table", seed: 6 }, place: [xM, yM] },
      { id: "umbrella", look: { kind: "umbrella", seed: 3 }, place: [xM + 0.2, yM + 0.7] },
      { id: "white", look: sitting(41), place: [xM - 1.1, yM], headingDeg: 90 },
      { id: "black", look: sitting(33), place: [xM + 1.15, yM], headingDeg: 270 },
      { id: "onlooker-a", look: standing(8), place: [xM + 0.2, yM - 0.95], headingDeg: 5 },
      { id: "onlooker-b", look: standing(14), place: [xM - 0.7, yM + 1.1], headingDeg: 170 },
      { id: "onlooker-c", look: standing(27), place: [xM + 1.4, yM + 1], headingDeg: 220 },
    ],
    { light: { hour: 16, cloud: 0.3 } },
  ),
  startsAt: "2026-07-04T16:00:00+08:00",
  everyMs: 6_000,
  zones: [farPavement(vending)],
  offences: [],
};
