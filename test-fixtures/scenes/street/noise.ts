/**
 * Seeded noise that repeats without a seam: the grain of asphalt, plaster, clouds, dirt.
 */
import { type SeededRandom, seededRandom } from "../../camera-server/seeded-random.ts";

/** One channel, 0..1 about 0.5; width and height are powers of two. */
export interface Grain {
  readonly size: number;
  readonly values: Float32Array;
}

export interface NoiseOptions {
  readonly size: number;
  /** Waves across the picture in the coarsest octave. */
  readonly waves: number;
  readonly octaves: number;
  /** How much weaker each finer octave is. */
  readonly falloff: number;
}

export function noise(random: SeededRandom, options: NoiseOptions): Grain {
  const { size, octaves, falloff } = options;
  const values = new Float32Array(size * size);
  let strength = 1;
  let total = 0;
  for (let octave = 0; octave < octaves; octave += 1) {
    const waves = Math.min(size, options.waves << octave);
    addOctave(values, size, waves, strength, random);
    total += strength;
    strength *= falloff;
  }
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] ?? 0) / total;
  return { size, values };
}

function addOctave(
  values: Float32Array,
  size: number,
  waves: number,
  strength: number,
  random: SeededRandom,
): void {
  const lattice = Float32Array.from({ length: waves * waves }, () => random.fraction());
  const step = waves / size;
  for (let y = 0; y < size; y += 1) {
    const ly = y * step;
    const y0 = Math.floor(ly);
    const fy = smooth(ly - y0);
    const top = (y0 % waves) * waves;
    const bottom = ((y0 + 1) % waves) * waves;
    for (let x = 0; x < size; x += 1) {
      const lx = x * step;
      const x0 = Math.floor(lx);
      const fx = smooth(lx - x0);
      const left = x0 % waves;
      const right = (x0 + 1) % waves;
      const a = lattice[top + left] ?? 0;
      const b = lattice[top + right] ?? 0;
      const c = lattice[bottom + left] ?? 0;
      const d = lattice[bottom + right] ?? 0;
      const upper = a + (b - a) * fx;
      const value = upper + (c + (d - c) * fx - upper) * fy;
      const at = y * size + x;
      values[at] = (values[at] ?? 0) + strength * value;
    }
  }
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

const kept = new Map<string, Grain>();

/** A grain that is the same in every scene, made once. */
export function sharedGrain(name: string, options: NoiseOptions): Grain {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const made = noise(seededRandom("grain", name), options);
  kept.set(name, made);
  return made;
}
