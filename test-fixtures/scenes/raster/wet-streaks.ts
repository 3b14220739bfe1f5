/** Lights above a wet road are drawn out in it towards the camera. */
import { owners, type SampleBuffer } from "./sample-buffer.ts";

const cellPx = 4;

export function addStreaks(rgb: Uint8Array, samples: SampleBuffer, strength: number): void {
  const [width, height] = [samples.width >> 1, samples.height >> 1];
  const [w, h] = [Math.floor(width / cellPx), Math.floor(height / cellPx)];
  const streak = new Float32Array(w * 3);
  const before = new Float32Array(w * 3);
  for (let row = 0; row < h; row += 1) {
    for (let column = 0; column < w; column += 1) {
      const at = (row * cellPx * width + column * cellPx) * 3;
      const brightest = Math.max(rgb[at] as number, rgb[at + 1] as number);
      const isLamp = brightest > 190 && !isGround(samples, column * cellPx, row * cellPx);
      for (let c = 0; c < 3; c += 1) {
        const kept = (streak[column * 3 + c] as number) * 0.955;
        streak[column * 3 + c] = isLamp ? Math.max(kept, rgb[at + c] as number) : kept;
      }
    }
    before.set(streak);
    for (let y = row * cellPx; y < (row + 1) * cellPx; y += 1) {
      for (let x = cellPx; x < (w - 1) * cellPx; x += 1) {
        if (!isGround(samples, x, y)) continue;
        const place = x / cellPx - 0.5;
        const left = Math.floor(place);
        const share = place - left;
        const at = (y * width + x) * 3;
        for (let c = 0; c < 3; c += 1) {
          const a = before[left * 3 + c] as number;
          const more = (a + ((before[left * 3 + 3 + c] as number) - a) * share) * strength;
          rgb[at + c] = Math.min(255, (rgb[at + c] as number) + more);
        }
      }
    }
  }
}

function isGround({ owner, width }: SampleBuffer, x: number, y: number): boolean {
  return owner[y * 2 * width + x * 2] === owners.ground;
}
