/** The textures of the ground: grain of asphalt, joints of the pavement, stains and repairs. */
import { type SeededRandom, seededRandom } from "../../camera-server/seeded-random.ts";
import type { Street } from "../description.ts";
import { type GrainMips, grainMips } from "../raster/grain-mips.ts";
import { noise, sharedGrain } from "./noise.ts";

export interface GroundGrains {
  readonly asphalt: GrainMips;
  readonly tiles: GrainMips;
  readonly patches: GrainMips;
  readonly roadGrey: number;
  readonly roadTint: readonly [number, number, number];
}

let last: { readonly key: string; readonly grains: GroundGrains } | undefined;

export function groundGrains(street: Street): GroundGrains {
  const key = `${street.seed} ${street.pavement}`;
  if (last?.key !== key) last = { key, grains: made(street) };
  return last.grains;
}

function made(street: Street): GroundGrains {
  const random = seededRandom("ground", street.seed);
  const warmth = (random.fraction() - 0.5) * 0.08;
  return {
    asphalt: asphalt(),
    tiles: tiles(street.pavement),
    patches: patches(random, street.wear),
    roadGrey: 0.085 + 0.13 * random.fraction(),
    roadTint: [1 + warmth, 1, 1 - warmth],
  };
}

const kept = new Map<string, GrainMips>();

function keptMips(name: string, make: () => GrainMips): GrainMips {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const mips = make();
  kept.set(name, mips);
  return mips;
}

function asphalt(): GrainMips {
  return keptMips("asphalt", () => {
    const stones = sharedGrain("stones", { size: 512, waves: 128, octaves: 2, falloff: 1 });
    const random = seededRandom("asphalt");
    const values = stones.values.map((v) => v * 0.6 + 0.4 * random.fraction());
    return grainMips(512, values, 4);
  });
}

/** Two metres of pavement, 256 texels. */
function tiles(style: Street["pavement"]): GrainMips {
  return keptMips(style, () => {
    const random = seededRandom("tiles", style);
    const size = 256;
    const [columns, rows] = { slabs: [4, 4], brick: [10, 20], pavers: [8, 16], concrete: [1, 1] }[
      style
    ] as [number, number];
    const tints = Array.from({ length: columns * rows * 2 }, () => random.fraction());
    const grain = sharedGrain("stone", { size, waves: 32, octaves: 3, falloff: 0.7 }).values;
    const values = new Float32Array(size * size);
    for (let y = 0; y < size; y += 1) {
      const row = Math.floor((y / size) * rows);
      const shift = style === "concrete" || style === "slabs" ? 0 : (row % 2) * 0.5;
      for (let x = 0; x < size; x += 1) {
        const across = (x / size) * columns + shift;
        const down = (y / size) * rows;
        const edgeX = Math.min(across % 1, 1 - (across % 1)) / columns;
        const edgeY = Math.min(down % 1, 1 - (down % 1)) / rows;
        const isJoint = Math.min(edgeX, edgeY) * 2 < 0.006;
        const tint = tints[(row * columns + (Math.floor(across) % columns)) % tints.length] ?? 0.5;
        const stone = 0.32 + 0.16 * tint + 0.3 * (grain[y * size + x] ?? 0.5);
        values[y * size + x] = isJoint ? stone * 0.55 : stone;
      }
    }
    return grainMips(size, values, 2);
  });
}

/** Stains, tar, repairs with straight edges: 40 m before they repeat. */
function patches(random: SeededRandom, wear: number): GrainMips {
  const size = 256;
  const { values } = noise(random, { size, waves: 5, octaves: 5, falloff: 0.75 });
  const add = (x: number, y: number, by: number): void => {
    const at = (((y % size) + size) % size) * size + (((x % size) + size) % size);
    values[at] = Math.max(0.05, Math.min(0.95, (values[at] ?? 0.5) + by));
  };
  for (let k = random.below(2 + Math.round(8 * wear)); k > 0; k -= 1) {
    const [x, y] = [random.below(size), random.below(size)];
    const [w, h] = [4 + random.below(34), 3 + random.below(10)];
    const by = (random.fraction() - 0.6) * 0.4;
    for (let j = 0; j < h; j += 1) for (let i = 0; i < w; i += 1) add(x + i, y + j, by);
  }
  for (let k = random.below(3 + Math.round(12 * wear)); k > 0; k -= 1) {
    let [x, y] = [random.below(size), random.below(size)];
    for (let length = 20 + random.below(120); length > 0; length -= 1) {
      add(x, y, -0.22);
      x += random.below(3) - (random.below(3) === 0 ? 0 : 1);
      y += random.below(3) - 1;
    }
  }
  // Round stains of oil and gum.
  for (let k = 20 + random.below(60); k > 0; k -= 1) {
    const [x, y, r] = [random.below(size), random.below(size), 1 + random.below(4)];
    for (let j = -r; j <= r; j += 1) {
      for (let i = -r; i <= r; i += 1) if (i * i + j * j <= r * r) add(x + i, y + j, -0.08);
    }
  }
  return grainMips(size, values, 40);
}
