/** Early morning: bins stand full to overflowing, bags beside them, until the lorry has come. */
import type { LibraryScene } from "../library-scene.ts";
import { bin, bins, minute, second } from "../parts.ts";
import { pavementSite, pavementZone } from "../sites.ts";

const collectedMs = 12 * minute;

export const binAwaitsCollection: LibraryScene = {
  about: "Over the rim for twelve minutes of the collection hours, emptied before they end.",
  scene: pavementSite(68)(
    "bin-awaits-collection",
    18,
    [
      bin("left", 8, [
        [0, "overflowing"],
        [collectedMs, "empty"],
      ]),
      bin("right", 9, [
        [0, "overflowing"],
        [collectedMs + 20 * second, "empty"],
      ]),
      {
        id: "bags",
        look: { kind: "garbage", style: "bags", seed: 4 },
        place: [10.2, -1],
        untilMs: collectedMs - 10 * second,
      },
      {
        id: "lorry",
        look: { kind: "truck", lights: false, seed: 2 },
        place: [17, 1.4],
        headingDeg: 90,
        fromMs: collectedMs - 60 * second,
        untilMs: collectedMs + 60 * second,
      },
    ],
    { light: { hour: 7.7, cloud: 0.4 } },
  ),
  startsAt: "2026-07-01T07:42:00+08:00",
  everyMs: 15_000,
  zones: [
    pavementZone("near-pavement", [{ ...bins, every: "15s", allowed: [{ daily: "05:00-08:00" }] }]),
  ],
  offences: [],
};
