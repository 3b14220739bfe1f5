/** Who comes and goes in scenes without being against a rule: in a lane, on a pavement. */
import type { ThingLook } from "../objects/thing-look.ts";
import type { SceneRule } from "./library-scene.ts";
import { second, type Thing } from "./parts.ts";

/** Where a vehicle stands, and from when to when. */
export interface Halt {
  readonly xM: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

const fromM = -16;
const awayM = 90;
/** Middle of the near lane, and of the far one. */
const nearLaneM = 2.5;
const farLaneM = 7.4;

/** Comes from the left, halts in turn, drives on. */
export function inLane(
  id: string,
  look: ThingLook,
  halts: readonly Halt[],
  yM: number = nearLaneM,
): Thing {
  const first = halts[0]?.fromMs ?? 0;
  const last = halts.at(-1)?.untilMs ?? 0;
  const comesAtMs = Math.max(0, first - 6 * second);
  const untilMs = last + 10 * second;
  const at = (xM: number): [number, number] => [xM, yM];
  return {
    id,
    look,
    fromMs: comesAtMs,
    untilMs,
    steps: [
      { atMs: comesAtMs, place: at(fromM) },
      ...halts.flatMap((halt) => [
        { atMs: Math.max(halt.fromMs, comesAtMs + 1), place: at(halt.xM), headingDeg: 90 },
        { atMs: halt.untilMs, place: at(halt.xM) },
      ]),
      { atMs: untilMs, place: at(awayM) },
    ],
  };
}

/** A jam: each halts at one place after the other, and moves up as the one before it moves on. */
export function creeping(
  name: string,
  looks: readonly ThingLook[],
  places: readonly number[],
  { standsMs, movesMs }: { readonly standsMs: number; readonly movesMs: number },
): readonly Thing[] {
  return looks.map((look, index) => {
    const halts = places.map((xM, at): Halt => {
      const fromMs = 10 * second + (index + at) * (standsMs + movesMs);
      return { xM, fromMs, untilMs: fromMs + standsMs };
    });
    return inLane(`${name}-${index}`, look, halts, 2);
  });
}

/** In the far lane, towards the camera, without a stop. */
export function oncoming(
  id: string,
  look: ThingLook,
  fromMs: number,
  takesMs = 12 * second,
): Thing {
  const untilMs = fromMs + takesMs;
  return {
    id,
    look,
    fromMs,
    untilMs,
    steps: [
      { atMs: fromMs, place: [95, farLaneM] },
      { atMs: untilMs, place: [-14, farLaneM] },
    ],
  };
}

/** Along a pavement at `yM`, without a stop. */
export function walker(
  id: string,
  seed: number,
  fromMs: number,
  yM: number,
  [from, to]: readonly [from: number, to: number] = [2, 34],
  metresPerSecond = 1.3,
): Thing {
  const untilMs = fromMs + Math.round((Math.abs(to - from) / metresPerSecond) * second);
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

/** Somebody on a two-wheeler: both have a box. */
export function ridden(
  id: string,
  mount: "bicycle" | "e-bike" | "cargo-tricycle",
  seed: number,
  way: Omit<Thing, "id" | "look">,
): readonly Thing[] {
  return [
    { id, look: { kind: mount, lights: false, seed }, ...way },
    {
      id: `${id}-rider`,
      look: { kind: "person", pose: { name: "riding", mount }, seed },
      ...way,
    },
  ];
}

export function sitting(seed: number): ThingLook {
  return { kind: "person", pose: { name: "sitting" }, seed };
}

/** Stands still under an open umbrella. */
export function underUmbrella(seed: number): ThingLook {
  return { kind: "person", pose: { name: "with-umbrella", phase: 0 }, seed };
}

export const bicycleParking: SceneRule = {
  kind: "illegal-parking",
  of: ["non-motor-vehicle"],
  warnAfter: "4m",
  reportAfter: "10m",
  clearAfter: "1m",
};
