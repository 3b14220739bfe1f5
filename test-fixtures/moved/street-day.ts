/**
 * A day of one camera that nobody moves, and everything that is taken for a move: dusk and dawn with
 * infrared, rain by day and by night, traffic and its headlights, lorries that stop before the
 * camera, a shop window and a board that are changed, a tree that grows into the picture and
 * rustles, a pole that sways, a clock in a corner.
 */
import { pictureHeight, pictureWidth } from "../../calibration/moved/edge-picture.ts";
import { drawsOf } from "../../pipelines/domain/draws.ts";
import { type Scene, type SceneDescription, sceneOf } from "../scenes/description.ts";
import { renderPicture } from "../scenes/render.ts";
import { greyOfRgb } from "./grey-picture.ts";

export const hourMs = 3_600_000;
const minuteMs = 60_000;

/** A junction as a camera on a pole sees it, small; `more` as in any scene. */
export function streetScene(name: string, more: Partial<SceneDescription> = {}): Scene {
  return sceneOf({
    name,
    seed: 5,
    durationMs: 24 * hourMs,
    picture: { width: 2 * pictureWidth, height: 2 * pictureHeight },
    camera: streetCamera,
    street: { seed: 21, roadM: 10, storeys: 3, crossings: [20] },
    ...more,
  });
}

export const streetCamera = {
  xM: 0,
  yM: -3,
  heightM: 5.6,
  headingDeg: 49,
  pitchDeg: 15,
  fieldOfViewDeg: 72,
};

/** From ten in the morning to ten in the morning; `scene`: of another street, or seen otherwise. */
export class StreetDay {
  readonly #dry: Scene;
  readonly #wet: Scene;

  constructor(seed: number, scene: Partial<SceneDescription> = {}) {
    const draw = drawsOf(seed);
    const lorries = Array.from({ length: 24 }, (_, hour) => {
      const fromMs = Math.round((hour + draw()) * hourMs);
      const halt = [6 + 6 * draw(), 1 + 2 * draw()] as [number, number];
      return {
        id: `lorry-${hour}`,
        look: { kind: hour % 2 === 0 ? "truck" : "bus", lights: true, seed: hour } as const,
        headingDeg: 90,
        fromMs,
        untilMs: fromMs + 5 * minuteMs,
        steps: [
          { atMs: fromMs, place: [-30, halt[1]] as [number, number] },
          { atMs: fromMs + 6_000, place: halt },
          { atMs: fromMs + 60_000 + Math.round(draw() * 180_000), place: halt },
          { atMs: fromMs + 5 * minuteMs, place: [90, halt[1]] as [number, number] },
        ],
      };
    });
    const board = {
      kind: "signboard",
      style: "shop",
      lights: false,
      widthM: 4,
      heightM: 0.9,
    } as const;
    const hangs = { place: [11.2, 13.87] as [number, number], zM: 2.6, headingDeg: 180 };
    const shared: Partial<SceneDescription> = {
      ...scene,
      light: { hour: 10, cloud: 0.4 },
      traffic: { seed, vehiclesPerMinute: 9, twoWheelersPerMinute: 4, personsPerMinute: 8 },
      things: [
        ...lorries,
        { id: "board", look: { ...board, seed: 3 }, ...hangs, untilMs: 5 * hourMs },
        { id: "other-board", look: { ...board, seed: 8 }, ...hangs, fromMs: 5 * hourMs },
      ],
    };
    const weather = { infrared: true, noise: 0.35, shake: 0.3 };
    this.#dry = streetScene("day", { ...shared, weather });
    this.#wet = streetScene("day", { ...shared, weather: { ...weather, rain: 0.7, wet: 0.9 } });
  }

  picture(atMs: number): Uint8Array {
    const hour = (10 + atMs / hourMs) % 24;
    const isRaining = (hour > 13 && hour < 15) || (hour > 22 && hour < 24);
    const grey = greyOfRgb(renderPicture(isRaining ? this.#wet : this.#dry, atMs));
    addTree(grey, atMs);
    addGlare(grey, atMs, hour);
    addClock(grey, atMs);
    return grey;
  }
}

/** Leaves from the right edge, from a tenth to a quarter of the width within the day. */
function addTree(grey: Uint8Array, atMs: number): void {
  const draw = drawsOf(Math.floor(atMs / 1_000) + 9);
  const reach = pictureWidth * (0.1 + 0.15 * (atMs / (24 * hourMs)));
  const light = Math.max(12, grey.reduce((sum, value) => sum + value, 0) / grey.length);
  for (let leaf = 0; leaf < reach * 9; leaf += 1) {
    const x = Math.floor(pictureWidth - reach * draw() ** 1.5);
    const y = Math.floor(pictureHeight * 0.55 * draw());
    const shade = Math.min(255, light * (0.4 + 0.7 * draw()));
    for (const [dx, dy] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      if (x + dx < pictureWidth) grey[(y + dy) * pictureWidth + x + dx] = shade;
    }
  }
}

/** By night, now and then, a car looks into the camera. */
function addGlare(grey: Uint8Array, atMs: number, hour: number): void {
  const draw = drawsOf(Math.floor(atMs / 1_000) * 7 + 1);
  if ((hour > 6 && hour < 19) || draw() > 0.15) return;
  const [x, y, radius] = [
    draw() * pictureWidth,
    pictureHeight * (0.4 + 0.5 * draw()),
    8 + draw() * 30,
  ];
  for (let cell = 0; cell < grey.length; cell += 1) {
    const away = Math.hypot((cell % pictureWidth) - x, Math.floor(cell / pictureWidth) - y);
    const more = 255 * Math.exp(-((away / radius) ** 2));
    grey[cell] = Math.min(255, (grey[cell] ?? 0) + more);
  }
}

/** Seven strokes a digit, white on black, in the upper left corner. */
function addClock(grey: Uint8Array, atMs: number): void {
  const digits = new Date(atMs).toISOString().slice(11, 19);
  for (let y = 3; y < 12; y += 1) grey.fill(16, y * pictureWidth + 3, y * pictureWidth + 52);
  for (const [index, digit] of digits.split("").entries()) {
    const strokes = digitStrokes[digit] ?? "";
    for (const stroke of strokes) {
      const [x = 0, y = 0, w = 0, h = 0] = strokeBoxes[stroke] ?? [];
      for (let dy = 0; dy < h; dy += 1) {
        const from = (4 + y + dy) * pictureWidth + 4 + index * 6 + x;
        grey.fill(235, from, from + w);
      }
    }
  }
}

const strokeBoxes: Readonly<Record<string, readonly number[]>> = {
  a: [0, 0, 4, 1],
  b: [3, 0, 1, 4],
  c: [3, 3, 1, 4],
  d: [0, 6, 4, 1],
  e: [0, 3, 1, 4],
  f: [0, 0, 1, 4],
  g: [0, 3, 4, 1],
};
const digitStrokes: Readonly<Record<string, string>> = {
  0: "abcdef",
  1: "bc",
  2: "abged",
  3: "abgcd",
  4: "fgbc",
  5: "afgcd",
  6: "afgedc",
  7: "abc",
  8: "abcdefg",
  9: "abcdfg",
};
