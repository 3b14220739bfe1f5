/** Blocks of a picture through the encoder's loss: what stays, what goes. */
import { expect, test } from "vitest";
import { compress } from "./compression.ts";

const [width, height] = [20, 12];

/** Grey by a function of the place, the last blocks cut off by the border. */
function picture(value: (x: number, y: number) => number): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rgb.fill(value(x, y), (y * width + x) * 3, (y * width + x + 1) * 3);
    }
  }
  return rgb;
}

const rows = [
  { name: "an encoder with bits enough changes nothing", share: 0, value: noise, differsMax: 0 },
  { name: "a plain wall stays plain, a step off at most", share: 1, value: plain, differsMax: 7 },
] as const;
for (const { name, share, value, differsMax } of rows) {
  test(name, () => {
    const rgb = picture(value);
    compress(rgb, width, height, share);
    const differs = picture(value).map((before, index) => Math.abs(before - (rgb[index] ?? 0)));
    expect(Math.max(...differs)).toBeLessThanOrEqual(differsMax);
  });
}

test("fine detail goes before the mean does", () => {
  const rgb = picture(noise);
  compress(rgb, width, height, 1);
  const spread = (of: Uint8Array): number => Math.max(...of) - Math.min(...of);
  const mean = (of: Uint8Array): number => of.reduce((sum, each) => sum + each, 0) / of.length;
  expect(spread(rgb)).toBeLessThan(spread(picture(noise)) / 2);
  expect(Math.abs(mean(rgb) - mean(picture(noise)))).toBeLessThan(4);
});

function plain(): number {
  return 101;
}

function noise(x: number, y: number): number {
  return 110 + ((x * 7 + y * 13) % 5) * 5;
}
