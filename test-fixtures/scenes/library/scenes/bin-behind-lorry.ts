/** A lorry stands before a bin that is in order: what nobody sees is no violation. */
import type { LibraryScene } from "../library-scene.ts";
import { bin, bins, minute, morning, nearPavement, plainScene } from "../parts.ts";

export const binBehindLorry: LibraryScene = {
  about: "A full, closed bin is hidden for nine minutes, and was over its rim for one before.",
  scene: plainScene("bin-behind-lorry", 18, [
    bin("bin", 13, [
      [0, "full"],
      [3 * minute, "overflowing"],
      [9 * minute, "full"],
    ]),
    {
      id: "lorry",
      look: { kind: "truck", lights: false, seed: 2 },
      place: [8.6, -1.2],
      headingDeg: 90,
      fromMs: 4 * minute,
      untilMs: 13 * minute,
    },
  ]),
  startsAt: morning,
  everyMs: 15_000,
  zones: [nearPavement({ ...bins, every: "15s" })],
  offences: [],
};
