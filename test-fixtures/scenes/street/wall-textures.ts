/** Painted surfaces of houses: brick, tiles, plaster, shutters, what is seen behind shop windows. */
import { type SeededRandom, seededRandom } from "../../camera-server/seeded-random.ts";
import type { Texture } from "../shape.ts";
import { sharedGrain } from "./noise.ts";

const kept = new Map<string, Texture>();

export type WallTexture = "brick" | "tiles" | "plaster" | "concrete" | "shutter" | "hedge";

/** Covers 2 m by 2 m, but a shutter 1 m by 1 m. */
export function wallTexture(name: WallTexture): Texture {
  return keep(name, () => painted(128, (x, y) => shade(name, x, y)));
}

/** Behind glass: shelves, goods, people, curtains, out of focus. Variants 0 to 7. */
export function interiorTexture(variant: number, kind: "shop" | "room"): Texture {
  return keep(`${kind} ${variant}`, () => interior(seededRandom("interior", kind, variant), kind));
}

function keep(name: string, make: () => Texture): Texture {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const made = make();
  kept.set(name, made);
  return made;
}

function painted(size: number, shadeAt: (x: number, y: number) => number): Texture {
  const pixels = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const value = Math.max(0, Math.min(255, Math.round(255 * shadeAt(x / size, y / size))));
      pixels.fill(value, (y * size + x) * 3, (y * size + x) * 3 + 3);
    }
  }
  return { width: size, height: size, pixels };
}

function shade(name: WallTexture, x: number, y: number): number {
  const grain = sharedGrain("wall", { size: 128, waves: 8, octaves: 5, falloff: 0.8 });
  const soft = grain.values[Math.floor(y * 128) * 128 + Math.floor(x * 128)] ?? 0.5;
  switch (name) {
    case "brick":
      return bond(x * 8, y * 26, 0.1) * (0.72 + 0.4 * soft);
    case "tiles":
      return bond(x * 16, y * 16, 0, 0.06) * (0.85 + 0.2 * soft);
    case "plaster":
      return 0.72 + 0.34 * soft;
    case "concrete":
      return (x * 2) % 1 < 0.012 || (y * 2) % 1 < 0.012 ? 0.6 : 0.68 + 0.36 * soft;
    case "shutter":
      return 0.66 + 0.3 * Math.sin(y * Math.PI * 2 * 10) * 0.6 + 0.12 * soft;
    case "hedge":
      return 0.3 + 1.1 * (soft - 0.2) * (0.7 + 0.6 * Math.abs(Math.sin(x * 91 + y * 57)));
  }
}

/** Rows of stones with joints; each stone has its own shade. */
function bond(across: number, down: number, shiftTone: number, jointShare = 0.09): number {
  const row = Math.floor(down);
  const x = across + (shiftTone > 0 ? (row % 2) * 0.5 : 0);
  const column = Math.floor(x);
  if (x - column < jointShare || down - row < jointShare * 1.6) return 0.62;
  const tone = Math.sin((column % 8) * 12.9898 + row * 78.233) * 43_758.545;
  return 0.8 + 0.2 * (tone - Math.floor(tone));
}

function interior(random: SeededRandom, kind: "shop" | "room"): Texture {
  const size = 64;
  const pixels = new Uint8Array(size * size * 3);
  const wall = muted(random, 70, 80, 0.1).map((v, c) => v * (c === 2 ? 0.88 : 1));
  for (let i = 0; i < size * size; i += 1) {
    const depth = 1 - 0.6 * Math.abs((i % size) / size - 0.5) - 0.25 * (i / size / size);
    for (let c = 0; c < 3; c += 1) pixels[i * 3 + c] = (wall[c] ?? 0) * depth;
  }
  const rectangle = (
    x: number,
    y: number,
    w: number,
    h: number,
    colour: readonly number[],
  ): void => {
    for (let j = Math.max(0, y); j < Math.min(size, y + h); j += 1) {
      for (let i = Math.max(0, x); i < Math.min(size, x + w); i += 1) {
        for (let c = 0; c < 3; c += 1) pixels[(j * size + i) * 3 + c] = colour[c] ?? 0;
      }
    }
  };
  if (kind === "shop") shopRoom(random, rectangle);
  else {
    const curtain = muted(random, 70, 150, 0.2);
    const width = 6 + random.below(20);
    rectangle(0, 0, width, size, curtain);
    if (random.below(2) === 0) rectangle(size - width, 0, width, size, curtain);
    if (random.below(3) === 0) rectangle(0, 0, size, 10 + random.below(40), [190, 185, 175]);
  }
  return { width: size, height: size, pixels: blurred(pixels, size) };
}

type Rectangle = (x: number, y: number, w: number, h: number, colour: readonly number[]) => void;

/** A lit ceiling, shelves to one side, a counter, somebody, posters on the glass. */
function shopRoom(random: SeededRandom, rectangle: Rectangle): void {
  const [from, to] = random.below(2) === 0 ? [0, 30] : [34, 64];
  for (let shelf = 16; shelf < 50; shelf += 8 + random.below(4)) {
    const base = muted(random, 50, 140, 0.35);
    for (let x = from; x < to; x += 2 + random.below(4)) {
      const tone = 0.6 + 0.6 * random.fraction();
      const height = 4 + random.below(4);
      rectangle(
        x,
        shelf + 7 - height,
        2 + random.below(3),
        height,
        base.map((v) => v * tone),
      );
    }
    rectangle(from, shelf + 7, to - from, 1, [60, 55, 50]);
  }
  for (let x = 3 + random.below(6); x < 60; x += 14) rectangle(x, 2, 8, 2, [240, 240, 232]);
  rectangle(10 + random.below(20), 42, 24, 22, muted(random, 60, 110, 0.15));
  if (random.below(2) === 0) {
    const x = 20 + random.below(24);
    rectangle(x, 30, 7, 34, muted(random, 30, 120, 0.5));
    rectangle(x + 1, 24, 5, 6, [150, 115, 95]);
  }
  if (random.below(3) === 0) {
    rectangle(random.below(44), 18 + random.below(16), 14, 18, muted(random, 90, 140, 0.8));
  }
}

/** A colour of a given lightness; `strength` is how far from grey. */
function muted(random: SeededRandom, from: number, spread: number, strength: number): number[] {
  const light = from + random.below(spread);
  return [0, 1, 2].map(() => {
    const value = light * (1 + (random.fraction() - 0.5) * 2 * strength);
    return Math.max(10, Math.min(245, value));
  });
}

function blurred(pixels: Uint8Array, size: number): Uint8Array {
  const into = new Uint8Array(pixels.length);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      for (let c = 0; c < 3; c += 1) {
        let sum = 0;
        for (let j = -1; j <= 1; j += 1) {
          for (let i = -1; i <= 1; i += 1) {
            const row = Math.max(0, Math.min(size - 1, y + j));
            const column = Math.max(0, Math.min(size - 1, x + i));
            sum += pixels[(row * size + column) * 3 + c] ?? 0;
          }
        }
        into[(y * size + x) * 3 + c] = sum / 9;
      }
    }
  }
  return into;
}
