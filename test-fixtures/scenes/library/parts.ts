/** What scenes of the library are put together from: one plain street, its zones, its things. */
import { type Scene, type SceneDescription, sceneOf } from "../description.ts";
import type { StallStyle, ThingLook } from "../objects/thing-look.ts";
import type { SceneRule, SceneZone } from "./library-scene.ts";

export type Thing = NonNullable<SceneDescription["things"]>[number];

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

export const roadM = 10;

export const plainStreet: SceneDescription["street"] = {
  seed: 21,
  roadM,
  lanes: 2,
  nearPavementM: 4,
  farPavementM: 4,
  storeys: 3,
};

/** Ten in the morning on a Wednesday, by day; seen from a pole on the near pavement. */
export function plainScene(
  name: string,
  minutes: number,
  things: readonly Thing[],
  more: Partial<SceneDescription> = {},
): Scene {
  return sceneOf({
    name,
    seed: 5,
    durationMs: minutes * minute,
    picture: { width: 640, height: 360 },
    camera: { xM: 0, yM: -3, heightM: 5.6, headingDeg: 49, pitchDeg: 15, fieldOfViewDeg: 72 },
    street: plainStreet,
    light: { hour: 10, cloud: 0.5 },
    things: [...things],
    ...more,
  });
}

export const morning = "2026-07-01T10:00:00+08:00";

/** Where vehicles stand at the near kerb. */
export function nearKerb(rule: SceneRule, tags?: readonly string[]): SceneZone {
  return {
    id: "near-kerb",
    ground: [
      [9, -0.3],
      [24, -0.3],
      [24, 4.2],
      [9, 4.2],
    ],
    rules: [rule],
    ...(tags === undefined ? {} : { tags }),
  };
}

export function farPavement(...rules: readonly SceneRule[]): SceneZone {
  return {
    id: "far-pavement",
    ground: [
      [8, roadM],
      [18, roadM],
      [18, roadM + 4],
      [8, roadM + 4],
    ],
    rules,
  };
}

export function nearPavement(rule: SceneRule): SceneZone {
  return {
    id: "near-pavement",
    ground: [
      [6.5, -2.5],
      [16, -2.5],
      [16, 0.4],
      [6.5, 0.4],
    ],
    rules: [rule],
  };
}

/** Above the shops of the far side. */
export function farWall(rule: SceneRule): SceneZone {
  const y = roadM + 4;
  return {
    id: "far-wall",
    ground: [
      [8, y],
      [24, y],
      [24, y],
      [8, y],
    ],
    heights: [3.6, 3.6, 7, 7],
    rules: [rule],
  };
}

export const parking: SceneRule = {
  kind: "illegal-parking",
  warnAfter: "60s",
  reportAfter: "5m",
  clearAfter: "30s",
};

export const vending: SceneRule = {
  kind: "street-vending",
  of: ["stall"],
  warnAfter: "3m",
  reportAfter: "8m",
  clearAfter: "2m",
};

export const bins: SceneRule = {
  kind: "overflowing-bin",
  every: "10s",
  warnAfter: "5m",
  reportAfter: "15m",
  clearAfter: "2m",
};

/** Drives in from the left, stands from `standsAtMs` at `xM`, goes on at `leavesAtMs`. */
export function visitor(
  id: string,
  look: ThingLook,
  xM: number,
  standsAtMs: number,
  leavesAtMs?: number,
): Thing {
  const yM = 1.3;
  const came = [
    { atMs: Math.max(0, standsAtMs - 6 * second), place: [-14, 3] as [number, number] },
    { atMs: Math.max(1, standsAtMs), place: [xM, yM] as [number, number], headingDeg: 90 },
  ];
  const went =
    leavesAtMs === undefined
      ? []
      : [
          { atMs: leavesAtMs, place: [xM, yM] as [number, number] },
          { atMs: leavesAtMs + 9 * second, place: [90, 3] as [number, number] },
        ];
  const gone = leavesAtMs === undefined ? {} : { untilMs: leavesAtMs + 9 * second };
  return { id, look, fromMs: came[0]?.atMs ?? 0, ...gone, steps: [...came, ...went] };
}

/** Drives through without a stop. */
export function passer(id: string, look: ThingLook, fromMs: number, speed = 9): Thing {
  const untilMs = fromMs + Math.round((104 / speed) * second);
  const steps: Thing["steps"] = [
    { atMs: fromMs, place: [-14, 3] },
    { atMs: untilMs, place: [90, 3] },
  ];
  return { id, look, fromMs, untilMs, steps };
}

export function car(seed: number): ThingLook {
  return { kind: "car", lights: false, seed };
}

/** A stall on the far pavement with its vendor and somebody who buys. */
export function stall(
  id: string,
  style: StallStyle,
  xM: number,
  fromMs: number,
  untilMs?: number,
): readonly Thing[] {
  const during = untilMs === undefined ? { fromMs } : { fromMs, untilMs };
  const y = roadM + 2.2;
  return [
    {
      id,
      look: { kind: "stall", style, hasVendor: false, lights: false, seed: 2 },
      place: [xM, y],
      headingDeg: 180,
      ...during,
    },
    {
      id: `${id}-vendor`,
      look: standing(11),
      place: [xM - 0.3, y + 1.2],
      headingDeg: 180,
      ...during,
    },
    {
      id: `${id}-customer`,
      look: standing(17),
      place: [xM + 1, y - 1.3],
      headingDeg: 5,
      ...during,
    },
  ];
}

export function standing(seed: number): ThingLook {
  return { kind: "person", pose: { name: "standing" }, seed };
}

/** On the near pavement; its states from their times on. */
export function bin(
  id: string,
  xM: number,
  states: readonly (readonly [number, "empty" | "full" | "overflowing"])[],
): Thing {
  const look = (state: "empty" | "full" | "overflowing"): ThingLook => ({
    kind: "bin",
    style: "wheeled",
    colour: "green",
    state,
    seed: 3,
  });
  const [first, ...rest] = states;
  return {
    id,
    look: look(first?.[1] ?? "empty"),
    place: [xM, -1.1],
    headingDeg: 184,
    becomes: rest.map(([atMs, state]) => ({ atMs, look: look(state) })),
  };
}
