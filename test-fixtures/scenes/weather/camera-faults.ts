/**
 * What weather and the camera itself do to a finished picture: rain before the lens, noise of the
 * sensor, softness, a pole that sways.
 */
import { seededRandom } from "../../camera-server/seeded-random.ts";
import type { Scene } from "../description.ts";

const noiseLength = 65_536;
let noiseTable: Int8Array | undefined;

/** Roughly normal, standard deviation 32. */
function noiseValues(): Int8Array {
  if (noiseTable === undefined) {
    const random = seededRandom("sensor");
    noiseTable = Int8Array.from({ length: noiseLength }, () => {
      const sum = random.fraction() + random.fraction() + random.fraction() + random.fraction();
      return Math.max(-127, Math.min(127, Math.round((sum - 2) * 55)));
    });
  }
  return noiseTable;
}

/** The last one: a scene asks for the same again and again. */
let scaledNoise: { readonly strength: number; readonly values: Int8Array } | undefined;

export function addNoise(rgb: Uint8Array, strength: number, seed: number): void {
  if (strength <= 0) return;
  const random = seededRandom("noise", seed);
  if (scaledNoise?.strength !== strength) {
    const values = Int8Array.from(noiseValues(), (value) => Math.round((value * strength) / 32));
    scaledNoise = { strength, values };
  }
  const scaled = scaledNoise.values;
  const mask = noiseLength - 1;
  const row = 4_093;
  let at = 0;
  for (let start = 0; start < rgb.length; start += row) {
    at = random.below(noiseLength);
    const end = Math.min(rgb.length, start + row);
    for (let i = start; i < end; i += 1) {
      const value = (rgb[i] as number) + (scaled[at & mask] as number);
      rgb[i] = Math.max(0, Math.min(255, value));
      at += 1;
    }
  }
}

/** Streaks of rain, most of them thin and far. */
export function addRain(
  rgb: Uint8Array,
  width: number,
  height: number,
  strength: number,
  seed: number,
): void {
  const random = seededRandom("rain", seed);
  const count = Math.round((strength * width * height) / 700);
  const lean = 0.12 + 0.1 * Math.sin(seed * 0.01);
  for (let k = 0; k < count; k += 1) {
    const near = random.fraction() ** 3;
    const length = height * (0.012 + 0.06 * near);
    const white = 18 + 50 * near * random.fraction();
    let x = random.fraction() * width;
    const top = random.fraction() * height;
    for (let y = top; y < Math.min(height, top + length); y += 1) {
      x += lean;
      const at = (Math.floor(y) * width + (Math.floor(x) % width)) * 3;
      for (let c = 0; c < 3; c += 1)
        rgb[at + c] = Math.min(255, (rgb[at + c] as number) + white * 0.6);
    }
  }
}

/** A soft lens: each pixel takes a share of its neighbours. */
export function soften(rgb: Uint8Array, width: number, height: number, share: number): Uint8Array {
  if (share <= 0) return rgb;
  let from = rgb;
  for (let left = share * 3; left > 0; left -= 1) {
    const blend = Math.min(1, left);
    const into = new Uint8Array(from);
    const stride = width * 3;
    for (let y = 1; y < height - 1; y += 1) {
      for (let i = y * stride + 3; i < (y + 1) * stride - 3; i += 1) {
        const around =
          (from[i - 3] as number) +
          (from[i + 3] as number) +
          (from[i - stride] as number) +
          (from[i + stride] as number);
        const mean = (around * 2 + (from[i] as number) * 4) / 12;
        into[i] = (from[i] as number) * (1 - blend) + mean * blend;
      }
    }
    from = into;
  }
  return from;
}

/** How far the picture is moved, in whole pixels: a pole sways slowly, gusts move it more. */
export function shakeAt(scene: Scene, atMs: number): readonly [number, number] {
  const reach = scene.weather.shake * scene.picture.height * 0.012;
  if (reach <= 0) return [0, 0];
  const t = atMs / 1_000;
  const sway = Math.sin(t * 2.1 + scene.seed) + 0.6 * Math.sin(t * 5.3) + 0.4 * Math.sin(t * 13.7);
  const nod = Math.sin(t * 1.7 + 2) + 0.5 * Math.sin(t * 7.9 + scene.seed);
  return [Math.round(reach * sway * 0.6), Math.round(reach * nod * 0.4)];
}
