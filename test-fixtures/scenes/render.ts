/**
 * Draws scenes: `renderPicture(scene, atMs)` gives the same bytes and the same truth for the same
 * scene and time, on any machine, in any order of calls.
 *
 * What does not move (street, houses, signs, what stands) is drawn once for a stretch of light and
 * kept until one of them changes; a picture then costs what moves in it.
 */
import type { Scene } from "./description.ts";
import type { PlacedThing } from "./placed-thing.ts";
import { giveBack, takeBuffer } from "./raster/buffer-pool.ts";
import { type Camera, cameraOf } from "./raster/camera.ts";
import { addGlow, develop } from "./raster/develop.ts";
import { drawShape, type View } from "./raster/draw-shape.ts";
import type { Reach } from "./raster/fill-triangle.ts";
import { drawHeadlights } from "./raster/headlights.ts";
import {
  emptyRegion,
  isEmpty,
  join,
  owners,
  type Region,
  type SampleBuffer,
} from "./raster/sample-buffer.ts";
import { drawShadow } from "./raster/shadow.ts";
import { addStreaks } from "./raster/wet-streaks.ts";
import type { Shape } from "./shape.ts";
import { cachedShape } from "./shape-cache.ts";
import { drawGround } from "./street/ground.ts";
import { drawSky } from "./street/sky.ts";
import { streetThings } from "./street/street-things.ts";
import { thingsAt } from "./timeline.ts";
import { type TruthThing, truthOf } from "./truth.ts";
import { addNoise, addRain, shakeAt, soften } from "./weather/camera-faults.ts";
import { compress } from "./weather/compression.ts";
import { makeGrey } from "./weather/infrared.ts";
import { dayShareAt, isInfrared, lightStep, type Sky, skyAt } from "./weather/light-of-hour.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, row by row. */
  readonly rgb: Uint8Array;
  readonly truth: readonly TruthThing[];
}

export function renderPicture(scene: Scene, atMs: number): Picture {
  let renderer = renderers.get(scene);
  if (renderer === undefined) {
    renderer = new SceneRenderer(scene);
    renderers.set(scene, renderer);
  }
  return renderer.picture(atMs);
}

/**
 * What is in the picture, without the picture: coarser by half a pixel, many times faster. Houses
 * and trees hide what they hide; light does not matter.
 */
export function sceneTruth(scene: Scene, atMs: number): readonly TruthThing[] {
  let renderer = truthRenderers.get(scene);
  if (renderer === undefined) {
    renderer = new SceneRenderer(scene, 1);
    truthRenderers.set(scene, renderer);
  }
  return renderer.truth(atMs);
}

const truthRenderers = new WeakMap<Scene, SceneRenderer>();

/** For one that is shown once: its large buffers serve the next scene. */
export function renderOnce(scene: Scene, atMs: number): Picture {
  const renderer = new SceneRenderer(scene);
  try {
    return renderer.picture(atMs);
  } finally {
    renderer.release();
  }
}

/** Renderers keep large buffers: they live as long as their scene. */
const renderers = new WeakMap<Scene, SceneRenderer>();

interface Drawn {
  readonly thing: PlacedThing;
  readonly shape: Shape;
  readonly reach: Reach;
}

class SceneRenderer {
  readonly #scene: Scene;
  readonly #camera: Camera;
  readonly #background: SampleBuffer;
  readonly #samples: SampleBuffer;
  readonly #backgroundRgb: Uint8Array;
  readonly #rgb: Uint8Array;
  #backgroundKey = "";
  #sky: Sky | undefined;
  /** Signs and what else does not move: part of the background, things of the truth. */
  #standing: readonly Drawn[] = [];
  /** What the last picture changed. */
  #changed: readonly Region[] = [];

  /** `fineness`: samples along the side of a pixel; two for pictures, one for the truth alone. */
  constructor(scene: Scene, fineness: 1 | 2 = 2) {
    this.#scene = scene;
    const { width, height } = scene.picture;
    this.#camera = cameraOf(scene.camera, width * fineness, height * fineness);
    this.#background = takeBuffer(width * fineness, height * fineness);
    this.#samples = takeBuffer(width * fineness, height * fineness);
    this.#backgroundRgb = new Uint8Array(fineness === 2 ? width * height * 3 : 0);
    this.#rgb = new Uint8Array(this.#backgroundRgb.length);
  }

  truth(atMs: number): readonly TruthThing[] {
    if (this.#sky === undefined) {
      const { walls, sky, things } = this.#surroundings(atMs);
      const view: View = { target: this.#background, camera: this.#camera, light: sky.light };
      this.#background.clear();
      for (const { shape, placement } of walls) drawShape(view, shape, placement, owners.street);
      this.#standing = drawSolids(view, things, owners.firstThing);
      const all = { xMin: 0, yMin: 0, xMax: this.#samples.width, yMax: this.#samples.height };
      this.#samples.restore(this.#background, all);
      this.#sky = sky;
    }
    for (const region of this.#changed) this.#samples.restore(this.#background, region);
    const view: View = { target: this.#samples, camera: this.#camera, light: this.#sky.light };
    const firstOwner = owners.firstThing + this.#standing.length;
    const drawn = drawSolids(view, thingsAt(this.#scene, atMs), firstOwner);
    this.#changed = drawn.map(({ reach }) => reach).filter((reach) => !isEmpty(reach));
    return this.#truth(drawn);
  }

  #truth(drawn: readonly Drawn[]): readonly TruthThing[] {
    return [...this.#standing, ...drawn].flatMap(
      ({ thing, shape, reach }) => truthOf(thing, shape, reach, this.#samples, this.#camera) ?? [],
    );
  }

  picture(atMs: number): Picture {
    const things = thingsAt(this.#scene, atMs);
    const sky = this.#settle(
      atMs,
      things.filter(({ isStill }) => isStill === true),
    );
    for (const region of this.#changed) {
      this.#samples.restore(this.#background, region);
      this.#restoreBytes(region);
    }
    const view: View = { target: this.#samples, camera: this.#camera, light: sky.light };
    const firstOwner = owners.firstThing + this.#standing.length;
    const moving = things.filter(({ isStill }) => isStill !== true);
    const { drawn, changed } = drawThings(view, moving, firstOwner);
    this.#changed = changed;
    for (const region of changed) develop(this.#samples, this.#rgb, region);
    return this.#delivered(atMs, sky, this.#truth(drawn));
  }

  /** It cannot be used any more. */
  release(): void {
    giveBack(this.#background);
    giveBack(this.#samples);
  }

  /** The background of this light with what stands in it; drawn anew when one of them changes. */
  #settle(atMs: number, still: readonly PlacedThing[]): Sky {
    const scene = this.#scene;
    const key = JSON.stringify([lightStep(scene, atMs), still]);
    if (this.#sky !== undefined && key === this.#backgroundKey) return this.#sky;
    const { walls, sky, things } = this.#surroundings(atMs);
    const view: View = { target: this.#background, camera: this.#camera, light: sky.light };
    this.#background.clear();
    for (const { shape, placement } of walls) drawShape(view, shape, placement, owners.street);
    drawGround(this.#background, this.#camera, sky.light, scene.street);
    this.#standing = drawThings(view, [...things, ...still], owners.firstThing).drawn;
    drawSky(this.#background, this.#camera, sky, scene.seed);
    const all = { xMin: 0, yMin: 0, xMax: this.#samples.width, yMax: this.#samples.height };
    this.#samples.restore(this.#background, all);
    develop(this.#background, this.#backgroundRgb, all);
    this.#rgb.set(this.#backgroundRgb);
    this.#changed = [];
    this.#sky = sky;
    this.#backgroundKey = key;
    return sky;
  }

  #surroundings(atMs: number) {
    const scene = this.#scene;
    const litShare = 1 - dayShareAt(scene, atMs);
    const { walls, things, lampPlaces, shading } = streetThings(
      scene.street,
      litShare,
      scene.camera,
    );
    return { walls, things, sky: skyAt(scene, atMs, lampPlaces, shading) };
  }

  #restoreBytes({ xMin, yMin, xMax, yMax }: Region): void {
    const { width } = this.#scene.picture;
    const [left, right] = [(xMin >> 1) * 3, ((xMax + 1) >> 1) * 3];
    for (let y = yMin >> 1; y < (yMax + 1) >> 1; y += 1) {
      const row = y * width * 3;
      this.#rgb.set(this.#backgroundRgb.subarray(row + left, row + right), row + left);
    }
  }

  /** Weather before the lens and the faults of the camera, on a copy. */
  #delivered(atMs: number, sky: Sky, truth: readonly TruthThing[]): Picture {
    const { width, height } = this.#scene.picture;
    const { weather, seed } = this.#scene;
    const moment = (Math.imul(seed, 0x9e3779b1) ^ atMs) >>> 0;
    let rgb: Uint8Array = Uint8Array.from(this.#rgb);
    const night = 1 - sky.dayShare;
    if (night > 0.3)
      addGlow(rgb, width, height, 0.55 * night + 0.5 * weather.fog + 0.3 * weather.rain);
    const { wetness } = sky.light;
    if (wetness > 0.1 && night > 0.3) addStreaks(rgb, this.#samples, 0.4 * wetness * night);
    if (weather.rain > 0) addRain(rgb, width, height, weather.rain, moment);
    rgb = soften(rgb, width, height, weather.blur);
    addNoise(rgb, weather.noise * (4 + 7 * night), moment);
    if (isInfrared(this.#scene, atMs)) makeGrey(rgb);
    const [dx, dy] = shakeAt(this.#scene, atMs);
    if (dx !== 0 || dy !== 0) rgb = moved(rgb, width, height, dx, dy);
    compress(rgb, width, height, weather.compression);
    if (dx === 0 && dy === 0) return { width, height, rgb, truth };
    return {
      width,
      height,
      rgb,
      truth: truth.map((thing) => shifted(thing, dx / width, dy / height)),
    };
  }
}

/** Shadows first: they fall on the ground alone. */
function drawThings(
  view: View,
  things: readonly PlacedThing[],
  firstOwner: number,
): { readonly drawn: readonly Drawn[]; readonly changed: readonly Region[] } {
  const shapes = things.map(({ look }) => cachedShape(look));
  const changed = things.map((thing, index) =>
    drawShadow(view, shapes[index] as Shape, thing.placement),
  );
  if (view.light.lamps.length > 0) {
    for (const [index, thing] of things.entries()) {
      const half = lampsAheadM(thing);
      if (half === undefined) continue;
      join(changed[index] as Region, drawHeadlights(view, thing.placement, half));
    }
  }
  const drawn = drawSolids(view, things, firstOwner);
  for (const [index, { reach }] of drawn.entries()) join(changed[index] as Region, reach);
  return { drawn, changed: changed.filter((region) => !isEmpty(region)) };
}

function drawSolids(
  view: View,
  things: readonly PlacedThing[],
  firstOwner: number,
): readonly Drawn[] {
  return things.map((thing, index) => {
    const shape = cachedShape(thing.look);
    const reach: Reach = { ...emptyRegion(), owner: firstOwner + index, sampleCount: 0 };
    drawShape(view, shape, thing.placement, reach.owner, reach);
    return { thing, shape, reach };
  });
}

/** How far ahead of its middle a thing has its headlamps; undefined when it has none or dark ones. */
function lampsAheadM({ look }: PlacedThing): number | undefined {
  switch (look.kind) {
    case "car":
    case "van":
      return look.lights ? 2.2 : undefined;
    case "truck":
      return look.lights ? 3 : undefined;
    case "bus":
      return look.lights ? 5.5 : undefined;
    case "bicycle":
    case "e-bike":
    case "cargo-tricycle":
      return look.lights ? 0.8 : undefined;
    default:
      return undefined;
  }
}

/** The border that comes into the picture repeats the old one. */
function moved(rgb: Uint8Array, width: number, height: number, dx: number, dy: number): Uint8Array {
  const into = new Uint8Array(rgb.length);
  for (let y = 0; y < height; y += 1) {
    const row = Math.max(0, Math.min(height - 1, y - dy)) * width;
    for (let x = 0; x < width; x += 1) {
      const from = (row + Math.max(0, Math.min(width - 1, x - dx))) * 3;
      const to = (y * width + x) * 3;
      into[to] = rgb[from] as number;
      into[to + 1] = rgb[from + 1] as number;
      into[to + 2] = rgb[from + 2] as number;
    }
  }
  return into;
}

function shifted(thing: TruthThing, dx: number, dy: number): TruthThing {
  const box = (from: TruthThing["box"]): TruthThing["box"] => ({
    xMin: clamped(from.xMin + dx),
    yMin: clamped(from.yMin + dy),
    xMax: clamped(from.xMax + dx),
    yMax: clamped(from.yMax + dy),
  });
  const { visibleBox } = thing;
  return {
    ...thing,
    box: box(thing.box),
    visibleBox: visibleBox === undefined ? undefined : box(visibleBox),
  };
}

function clamped(value: number): number {
  return Math.max(0, Math.min(1, value));
}
