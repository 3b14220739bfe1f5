/**
 * Between the bytes of a picture (sRGB) and linear light.
 *
 * Light above white is rolled off softly, as a camera's sensor and its tone curve do.
 */

export const linearOfByte: Float32Array = Float32Array.from({ length: 256 }, (_, byte) =>
  linear(byte / 255),
);

/** One sRGB value 0..1 as linear light. */
export function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

const steps = 4_096;
/** Light from 0 to 8, spaced by its square root so that the darks have steps enough. */
const lightMax = 8;
const bytes = Uint8Array.from({ length: steps + 1 }, (_, step) => {
  const light = lightMax * (step / steps) ** 2;
  // Straight up to 0.7, then a shoulder that reaches white at the maximum.
  const shown = light < 0.7 ? light : 0.7 + 0.3 * (1 - Math.exp(-(light - 0.7) / 0.45));
  return Math.round(255 * srgb(Math.min(1, shown)));
});

export function byteOfLight(light: number): number {
  if (!(light > 0)) return 0;
  return bytes[light >= lightMax ? steps : (Math.sqrt(light / lightMax) * steps + 0.5) | 0] ?? 0;
}

function srgb(light: number): number {
  return light <= 0.003_130_8 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
