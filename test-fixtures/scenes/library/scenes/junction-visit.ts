/**
 * The demo's junction, the other side: a car comes, stands at the kerb for a while and leaves;
 * others drive by, people pass.
 *
 * Made to be played from its beginning; its last pictures show what the first ones show.
 */
import type { LibraryScene } from "../library-scene.ts";
import { offence } from "../offence.ts";
import { car, plainScene, second, type Thing, visitor } from "../parts.ts";

const standsAtMs = 5 * second;
const leavesAtMs = 23 * second;

export const junctionVisit: LibraryScene = {
  about: "A car comes, stands where it must not and leaves, all within 40 s: for the demo.",
  scene: plainScene(
    "junction-visit",
    40 / 60,
    [
      visitor("visitor", car(7), 13, standsAtMs, leavesAtMs),
      oncoming("car-a", { kind: "car", lights: false, seed: 3 }, 2 * second),
      oncoming("van", { kind: "van", lights: false, seed: 9 }, 12 * second),
      oncoming("car-b", { kind: "car", lights: false, seed: 14 }, 26 * second),
      walker("walker-a", 31, 4 * second, 13.4, 1),
      walker("walker-b", 36, 1 * second, 14.2, -1),
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

/** In the far lane, towards the camera, without a stop. */
function oncoming(id: string, look: Thing["look"], fromMs: number): Thing {
  const untilMs = fromMs + 11 * second;
  return {
    id,
    look,
    fromMs,
    untilMs,
    steps: [
      { atMs: fromMs, place: [95, 7.4] },
      { atMs: untilMs, place: [-14, 7.4] },
    ],
  };
}

/** Along the far pavement, out of one shop and into another. */
function walker(id: string, seed: number, fromMs: number, yM: number, direction: 1 | -1): Thing {
  const untilMs = fromMs + 22 * second;
  const [from, to] = direction === 1 ? [4, 31] : [31, 4];
  return {
    id,
    look: { kind: "person", pose: { name: "walking", phase: 0 }, seed },
    fromMs,
    untilMs,
    steps: [
      { atMs: fromMs, place: [from, yM] },
      { atMs: untilMs, place: [to, yM] },
    ],
  };
}
