/** Somebody puts bags down beside a bin, comes back and throws them in. */
import type { LibraryScene } from "../library-scene.ts";
import { bin, bins, minute, morning, nearPavement, second } from "../parts.ts";
import { pavementSite } from "../sites.ts";
import { walker } from "../street-life.ts";

const putDownMs = 2 * minute;
const takenMs = putDownMs + 3 * minute + 40 * second;

export const binBagPutDown: LibraryScene = {
  about: "Bags lie beside a bin for under four minutes; the hub is warned after five.",
  scene: pavementSite(64)("bin-bag-put-down", 9, [
    bin("bin", 10.2, [[0, "empty"]]),
    {
      id: "bags",
      look: { kind: "garbage", style: "bags", seed: 6 },
      place: [9.1, -0.9],
      fromMs: putDownMs,
      untilMs: takenMs,
    },
    walker("brings", 27, putDownMs - 10 * second, -2, [22, 9]),
    walker("takes", 27, takenMs - 10 * second, -2, [22, 9]),
  ]),
  startsAt: morning,
  everyMs: 10_000,
  zones: [nearPavement(bins)],
  offences: [],
};
