/**
 * Tiny pictures of a street for tests: a still scene with a little noise, and what changes in it.
 */
import { tinyBytes, tinySize } from "./quiet-picture.ts";

export interface Patch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Levels more or less than the street. */
  readonly levels: number;
}

export interface Moment {
  readonly patches?: readonly Patch[];
  /** The whole picture is brighter by so much. */
  readonly shift?: number;
  /** Standard deviation of what is left of the noise in a cell. */
  readonly noise?: number;
  readonly seed?: number;
}

/** Green alone: nothing else is compared. */
export function tinyStreet({ patches = [], shift = 0, noise = 0.5, seed = 1 }: Moment = {}) {
  const { width, height } = tinySize;
  const tiny = new Uint8Array(tinyBytes);
  const random = randomFrom(seed);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let value = base[y * width + x] ?? 0;
      for (const patch of patches) {
        const isIn =
          x >= patch.x && x < patch.x + patch.width && y >= patch.y && y < patch.y + patch.height;
        if (isIn) value += patch.levels;
      }
      // Three together are close enough to a normal distribution.
      const spread = (random() + random() + random() - 1.5) * 2 * noise;
      tiny[(height + y) * width + x] = Math.round(value + shift + spread);
    }
  }
  return tiny;
}

const base = Array.from({ length: tinySize.width * tinySize.height }, (_, cell) => {
  const [x, y] = [cell % tinySize.width, Math.floor(cell / tinySize.width)];
  return 60 + 40 * Math.sin(x / 7) + y;
});

function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
