/** Makes a picture's bytes of its samples: four become a pixel, bright light spills over. */
import type { Region, SampleBuffer } from "./sample-buffer.ts";
import { byteOfLight } from "./tone.ts";

/** Only the given region (in samples, even borders are not needed) is made anew. */
export function develop(samples: SampleBuffer, rgb: Uint8Array, region: Region): void {
  const { colour, width: sampleWidth } = samples;
  const width = sampleWidth >> 1;
  const stride = sampleWidth * 3;
  const [xMin, xMax] = [region.xMin >> 1, (region.xMax + 1) >> 1];
  const [yMin, yMax] = [region.yMin >> 1, (region.yMax + 1) >> 1];
  for (let y = yMin; y < yMax; y += 1) {
    for (let x = xMin; x < xMax; x += 1) {
      const from = y * 2 * stride + x * 6;
      const to = (y * width + x) * 3;
      for (let c = 0; c < 3; c += 1) {
        const i = from + c;
        // What is brighter than white counts as white, or edges of lamps would be jagged.
        const a = Math.min(1.6, colour[i] as number) + Math.min(1.6, colour[i + 3] as number);
        const b =
          Math.min(1.6, colour[i + stride] as number) +
          Math.min(1.6, colour[i + stride + 3] as number);
        rgb[to + c] = byteOfLight((a + b) / 4);
      }
    }
  }
}

/** Lamps shine beyond their outline: a glow around what is brightest, added to the bytes. */
export function addGlow(rgb: Uint8Array, width: number, height: number, strength: number): void {
  const [w, h] = [width >> 3, height >> 3];
  let glow = new Float32Array(w * h * 3);
  for (let y = 0; y < h * 8; y += 2) {
    for (let x = 0; x < w * 8; x += 2) {
      const from = (y * width + x) * 3;
      const brightest = Math.max(rgb[from] as number, rgb[from + 1] as number);
      if (brightest < 215) continue;
      const to = ((y >> 3) * w + (x >> 3)) * 3;
      for (let c = 0; c < 3; c += 1) {
        glow[to + c] = (glow[to + c] as number) + (rgb[from + c] as number) / 16;
      }
    }
  }
  for (let pass = 0; pass < 3; pass += 1) glow = spread(glow, w, h);
  for (let y = 0; y < height; y += 1) {
    const gy = Math.min(h - 1.001, Math.max(0, (y - 3.5) / 8));
    const fy = gy - Math.floor(gy);
    const top = Math.floor(gy) * w;
    const bottom = Math.min(h - 1, Math.floor(gy) + 1) * w;
    for (let x = 0; x < width; x += 1) {
      const gx = Math.min(w - 1.001, Math.max(0, (x - 3.5) / 8));
      const left = Math.floor(gx);
      const fx = gx - left;
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c += 1) {
        const a = glow[(top + left) * 3 + c] as number;
        const b = glow[(top + left + 1) * 3 + c] as number;
        const d = glow[(bottom + left) * 3 + c] as number;
        const e = glow[(bottom + left + 1) * 3 + c] as number;
        const upper = a + (b - a) * fx;
        const more = (upper + (d + (e - d) * fx - upper) * fy) * strength;
        const before = rgb[at + c] as number;
        rgb[at + c] = Math.min(255, before + more * (1 - before / 300));
      }
    }
  }
}

function spread(from: Float32Array, w: number, h: number): Float32Array<ArrayBuffer> {
  const into = new Float32Array(from.length);
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      for (let c = 0; c < 3; c += 1) {
        let sum = 0;
        for (let j = Math.max(0, y - 1); j <= Math.min(h - 1, y + 1); j += 1) {
          for (let i = Math.max(0, x - 1); i <= Math.min(w - 1, x + 1); i += 1) {
            sum += from[(j * w + i) * 3 + c] as number;
          }
        }
        into[(y * w + x) * 3 + c] = sum / 9;
      }
    }
  }
  return into;
}
