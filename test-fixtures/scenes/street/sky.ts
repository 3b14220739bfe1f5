/** The sky above the horizon, with clouds; stars are left out, cities hide them. */
import type { Camera } from "../raster/camera.ts";
import { type GrainMips, grainAt, grainMips } from "../raster/grain-mips.ts";
import { owners, type SampleBuffer } from "../raster/sample-buffer.ts";
import type { Sky } from "../weather/light-of-hour.ts";
import { sharedGrain } from "./noise.ts";

let clouds: GrainMips | undefined;

/** Fills what nothing else owns: it comes last. */
export function drawSky(target: SampleBuffer, camera: Camera, sky: Sky, seed: number): void {
  if (clouds === undefined) {
    const { size, values } = sharedGrain("clouds", {
      size: 256,
      waves: 4,
      octaves: 6,
      falloff: 0.6,
    });
    clouds = grainMips(size, values, 1);
  }
  const { zenith, horizon } = sky.light;
  const { colour, owner } = target;
  const cloudiness = 0.62 - 0.4 * sky.cloud;
  const brightness = 0.12 + 0.88 * sky.dayShare;
  for (let row = 0; row < target.height; row += 1) {
    const climb = (camera.height / 2 - row - 0.5) / camera.focal;
    const dz = camera.forward[2] + climb * camera.up[2];
    const rise = Math.max(0, dz / Math.hypot(1, climb));
    const up = Math.sqrt(Math.min(1, rise * 1.6));
    for (let column = 0; column < target.width; column += 1) {
      const i = row * target.width + column;
      if (owner[i] !== owners.sky) continue;
      const at = i * 3;
      const side = (column + 0.5 - camera.width / 2) / camera.focal;
      const dx = camera.forward[0] + climb * camera.up[0] + side * camera.right[0];
      const dy = camera.forward[1] + climb * camera.up[1] + side * camera.right[1];
      const flat = 0.12 / Math.max(0.06, rise + 0.04);
      const value = grainAt(clouds, 0, dx * flat + seed * 0.37, dy * flat + seed * 0.61);
      const cover = Math.max(0, Math.min(1, (value - cloudiness) * 5)) * Math.min(1, rise * 6);
      const white = (0.95 - 0.35 * sky.cloud * value) * brightness;
      for (let c = 0 as 0 | 1 | 2; c < 3; c += 1) {
        const blue = horizon[c] * (1 - up) + zenith[c] * up;
        colour[at + c] = blue + (white * (0.4 + 0.6 * horizon[c]) - blue) * cover * 0.8;
      }
    }
  }
}
