/**
 * A texture in linear light with its halves, quarters and so on, so that far walls do not flicker.
 *
 * Made once a texture and kept as long as the texture lives.
 */
import type { Texture } from "../shape.ts";
import { linearOfByte } from "./tone.ts";

export interface MipTexture {
  /** The finest first. */
  readonly levels: readonly MipLevel[];
}

export interface MipLevel {
  readonly width: number;
  readonly height: number;
  /** Linear red, green, blue. */
  readonly texels: Float32Array;
}

const known = new WeakMap<Texture, MipTexture>();

export function mipTexture(texture: Texture): MipTexture {
  let made = known.get(texture);
  if (made === undefined) {
    made = { levels: levelsOf(texture) };
    known.set(texture, made);
  }
  return made;
}

function levelsOf({ width, height, pixels }: Texture): MipLevel[] {
  const texels = new Float32Array(width * height * 3);
  for (let i = 0; i < texels.length; i += 1) texels[i] = linearOfByte[pixels[i] ?? 0] ?? 0;
  const levels: MipLevel[] = [{ width, height, texels }];
  for (;;) {
    const last = levels.at(-1);
    if (last === undefined || (last.width === 1 && last.height === 1)) return levels;
    levels.push(halved(last));
  }
}

function halved({ width, height, texels }: MipLevel): MipLevel {
  const [halfWidth, halfHeight] = [Math.max(1, width >> 1), Math.max(1, height >> 1)];
  const half = new Float32Array(halfWidth * halfHeight * 3);
  for (let y = 0; y < halfHeight; y += 1) {
    const [top, bottom] = [y * 2 * width, Math.min(height - 1, y * 2 + 1) * width];
    for (let x = 0; x < halfWidth; x += 1) {
      const [left, right] = [x * 2, Math.min(width - 1, x * 2 + 1)];
      for (let c = 0; c < 3; c += 1) {
        const sum =
          (texels[(top + left) * 3 + c] ?? 0) +
          (texels[(top + right) * 3 + c] ?? 0) +
          (texels[(bottom + left) * 3 + c] ?? 0) +
          (texels[(bottom + right) * 3 + c] ?? 0);
        half[(y * halfWidth + x) * 3 + c] = sum / 4;
      }
    }
  }
  return { width: halfWidth, height: halfHeight, texels: half };
}
