/**
 * The night side of a camera: without light enough for colours it switches to grey and to a lamp of
 * its own beside the lens. What is near shines, what is far stays dark.
 */
import type { Scene } from "../description.ts";
import type { Lamp } from "../raster/light.ts";

const power = 1.5;
const reachM = 22;

export function infraredLamp({ xM, yM, heightM }: Scene["camera"]): Lamp {
  return { x: xM, y: yM, z: heightM, colour: [power, power, power], reachM };
}

/** Of red, green and blue: most dyes are bright in the near infrared, where red is nearest to it. */
const weights = [0.5, 0.35, 0.15] as const;

export function makeGrey(rgb: Uint8Array): void {
  for (let i = 0; i < rgb.length; i += 3) {
    const grey =
      (rgb[i] as number) * weights[0] +
      (rgb[i + 1] as number) * weights[1] +
      (rgb[i + 2] as number) * weights[2];
    rgb.fill(Math.round(grey), i, i + 3);
  }
}
