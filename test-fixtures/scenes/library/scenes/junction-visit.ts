/**
 * The demo's junction, the other side: a car comes, stands at the kerb for a while and leaves;
 * others drive by, people pass.
 *
 * Made to be played from its beginning; its last pictures show what the first ones show.
 */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, plainScene, second, visitor } from "../parts.ts";
import { oncoming, walker } from "../street-life.ts";

const standsAtMs = 5 * second;
const leavesAtMs = 23 * second;
/** From one end of the far lane to the other. */
const crossesInMs = 11 * second;
/** Metres a second. */
const stroll = 27 / 22;

export const junctionVisit: LibraryScene = {
  about: "A car comes, stands where it must not and leaves, all within 40 s: for the demo.",
  scene: plainScene(
    "junction-visit",
    40 / 60,
    [
      visitor("visitor", car(7), 13, standsAtMs, leavesAtMs),
      oncoming("car-a", { kind: "car", lights: false, seed: 3 }, 2 * second, crossesInMs),
      oncoming("van", { kind: "van", lights: false, seed: 9 }, 12 * second, crossesInMs),
      oncoming("car-b", { kind: "car", lights: false, seed: 14 }, 26 * second, crossesInMs),
      walker("walker-a", 31, 4 * second, 13.4, [4, 31], stroll),
      walker("walker-b", 36, 1 * second, 14.2, [31, 4], stroll),
    ],
    {
      seed: 12,
      picture: { width: 800, height: 450 },
      camera: { xM: 2, yM: -3, heightM: 5, headingDeg: 52, pitchDeg: 16, fieldOfViewDeg: 64 },
      street: { seed: 8, roadM: 10, lanes: 2, nearPavementM: 4, farPavementM: 4, storeys: 3 },
      light: { hour: 14.5, moves: false, cloud: 0.3, noonDeg: 200 },
      weather: { noise: 0.12 },
    },
  ),
  startsAt: "2026-07-01T14:30:00+08:00",
  everyMs: 1 * second,
  zones: [
    {
      id: "bus-stop",
      ground: [
        [9, -0.2],
        [19, -0.2],
        [19, 2.9],
        [9, 2.9],
      ],
      rules: [{ kind: "illegal-parking", warnAfter: "5s", reportAfter: "12s", clearAfter: "5s" }],
    },
  ],
  offences: [
    offence("motor-vehicle", "bus-stop", "visitor", { fromMs: standsAtMs, untilMs: leavesAtMs }),
  ],
};
