/**
 * The demo's junction on a cloudy day: a car stands at the kerb, a stall and a new board on the far
 * pavement, a bin that spills over on the near one; cars, riders and people pass.
 *
 * Made to be played in a loop: what stands is there in every picture, what passes comes and goes
 * between the first and the last.
 */

import { type SceneDescription, sceneOf } from "../../description.ts";
import type { ThingLook } from "../../objects/thing-look.ts";
import type { LibraryScene } from "../library-scene.ts";

type Thing = NonNullable<SceneDescription["things"]>[number];

const roadM = 10;
const awayM = 90;

const standing: readonly Thing[] = [
  {
    id: "parked-car",
    look: { kind: "car", lights: false, seed: 7 },
    place: [14.5, 1.2],
    headingDeg: 91,
  },
  {
    id: "stall",
    look: { kind: "stall", style: "fruit-boxes", hasVendor: false, lights: false, seed: 2 },
    place: [11.6, 12.3],
    headingDeg: 180,
  },
  {
    id: "vendor",
    look: { kind: "person", pose: { name: "standing" }, seed: 11 },
    place: [11.3, 13.5],
    headingDeg: 180,
  },
  {
    id: "customer",
    look: { kind: "person", pose: { name: "standing" }, seed: 17 },
    place: [12.6, 10.9],
    headingDeg: 10,
  },
  bin("bin-green", "green", "overflowing", 9),
  bin("bin-grey", "grey", "empty", 9.75),
  {
    id: "rubbish",
    look: { kind: "garbage", style: "bags", seed: 4 },
    place: [8.6, -0.5],
    headingDeg: 30,
  },
  {
    id: "new-board",
    look: { kind: "pavement-board", lights: false, seed: 5 },
    place: [14.3, 11.6],
    headingDeg: 200,
  },
  {
    id: "new-banner",
    look: { kind: "banner", seed: 3, widthM: 4, heightM: 0.8, phase: 0.2 },
    place: [15.9, 13.85],
    zM: 4.4,
    headingDeg: 180,
  },
];

const passing: readonly Thing[] = [
  ...passer("car-a", { kind: "car", lights: false, seed: 3 }, 3.6, 1, 1_000, 9),
  ...passer("car-b", { kind: "van", lights: false, seed: 9 }, roadM - 2.6, -1, 2_500, 10),
  ...passer("bus", { kind: "bus", lights: false, seed: 1 }, roadM - 2.6, -1, 6_000, 9),
  ...passer("car-c", { kind: "car", lights: false, seed: 14 }, 3.6, 1, 8_500, 11),
  ...passer("bike", { kind: "e-bike", lights: false, seed: 6 }, roadM - 0.9, -1, 1_000, 8),
  ...passer("rider", rider(6), roadM - 0.9, -1, 1_000, 8),
  ...passer("car-d", { kind: "car", lights: false, seed: 21 }, roadM - 2.6, -1, 11_000, 11),
];

/** The last pictures show what the first ones show. */
const scene = sceneOf({
  name: "junction-day",
  seed: 20,
  durationMs: 24_000,
  picture: { width: 1_280, height: 720 },
  camera: { xM: 0, yM: -3, heightM: 5.6, headingDeg: 49, pitchDeg: 15, fieldOfViewDeg: 72 },
  street: {
    seed: 4,
    roadM,
    lanes: 2,
    nearPavementM: 4,
    farPavementM: 4,
    crossings: [24],
    storeys: 4,
  },
  light: { hour: 10.5, moves: false, cloud: 0.25, noonDeg: 215 },
  weather: { noise: 0.12 },
  things: [...standing, ...passing, ...walkers()],
});

/** Nothing is due: the demo sets its own times. */
export const junctionDay: LibraryScene = {
  about: "One of each kind stands in every picture: for the demo, played in a loop.",
  scene,
  startsAt: "2026-07-01T10:30:00+08:00",
  everyMs: 1_000,
  zones: [],
  offences: [],
};

function bin(
  id: string,
  colour: "green" | "grey",
  state: "overflowing" | "empty",
  xM: number,
): Thing {
  const look: ThingLook = { kind: "bin", style: "wheeled", colour, state, seed: 3 };
  return { id, look, place: [xM, -1.1], headingDeg: 184 };
}

function rider(seed: number): ThingLook {
  return { kind: "person", pose: { name: "riding", mount: "e-bike" }, seed };
}

/** Drives through the picture once. */
function passer(
  id: string,
  look: ThingLook,
  yM: number,
  direction: 1 | -1,
  fromMs: number,
  metresPerSecond: number,
): readonly Thing[] {
  const start = direction === 1 ? -12 : awayM;
  const end = direction === 1 ? awayM : -12;
  const untilMs = fromMs + Math.round(((awayM + 12) / metresPerSecond) * 1_000);
  return [
    {
      id,
      look,
      fromMs,
      untilMs,
      steps: [
        { atMs: fromMs, place: [start, yM] },
        { atMs: untilMs, place: [end, yM] },
      ],
    },
  ];
}

/** They come out of shops and go into others. */
function walkers(): readonly Thing[] {
  const ways = [
    [500, 6, 24, 11.5],
    [3_000, 26, 12, 10.9],
    [1_200, 30, 18, 12.6],
    [6_000, 15, 28, 11.2],
  ] as const;
  return ways.map(([fromMs, from, to, y], index) => {
    const untilMs = fromMs + Math.round((Math.abs(to - from) / 1.25) * 1_000);
    return {
      id: `walker-${index}`,
      look: { kind: "person", pose: { name: "walking", phase: 0 }, seed: 20 + index },
      fromMs,
      untilMs,
      steps: [
        { atMs: fromMs, place: [from, y] },
        { atMs: untilMs, place: [to, y] },
      ],
    };
  });
}
