/**
 * Is the limit between "the same sign" and "another one" a good one? On real photographs of signs,
 * where they are at hand; the laws of the measure always.
 *
 * The same sign is shown again in other light (0.6 to 1.4 times as bright, another gamma, a tint)
 * with a box that is off by up to 6 % of its size; another sign is any other of the set.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { sharedFolder } from "../../test-fixtures/shared.ts";
import { appearanceBytes, appearanceDistance } from "./appearance.ts";

const limit = 0.18;
const hexOf = (values: Iterable<number>): string =>
  Buffer.from(Uint8Array.from(values)).toString("hex");
const appearance = fc
  .uint8Array({ minLength: appearanceBytes, maxLength: appearanceBytes })
  .map((bytes) => hexOf(bytes));

test("it is a distance: none to itself, the same both ways, between 0 and 1", () => {
  fc.assert(
    fc.property(appearance, appearance, (a, b) => {
      expect(appearanceDistance(a, a)).toBeLessThan(1e-9);
      expect(appearanceDistance(a, b)).toBeCloseTo(appearanceDistance(b, a), 12);
      expect(appearanceDistance(a, b)).toBeGreaterThanOrEqual(0);
      expect(appearanceDistance(a, b)).toBeLessThanOrEqual(1);
    }),
  );
});

const shared = sharedFolder();

test.skipIf(shared === undefined)(
  "photographs of signs: the same ones are near, others are not",
  async () => {
    const signs = await signsOf(join(shared ?? "", "data/signs/val"));
    let seed = 7;
    const random = () => {
      seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return seed / 2 ** 32;
    };
    const about = (middle: number, spread: number) => middle + (random() * 2 - 1) * spread;
    const plain = signs.map((sign) => look(sign));
    const same = signs.flatMap((sign, index) =>
      Array.from({ length: 2 }, () => {
        const light = {
          gain: about(1, 0.4),
          gamma: about(1.05, 0.3),
          red: about(1, 0.08),
          blue: about(1, 0.08),
        };
        const sides = Array.from({ length: 4 }, () => about(0, 0.06));
        return appearanceDistance(plain[index] ?? "", look(sign, light, sides));
      }),
    );
    const others = Array.from({ length: 4_000 }, () => {
      const first = Math.floor(random() * plain.length);
      const second = (first + 1 + Math.floor(random() * (plain.length - 1))) % plain.length;
      return appearanceDistance(plain[first] ?? "", plain[second] ?? "");
    });
    const far = (all: readonly number[]) =>
      all.filter((distance) => distance > limit).length / all.length;
    expect(signs.length).toBeGreaterThan(300);
    expect(far(same)).toBeLessThan(0.01);
    expect(far(others)).toBeGreaterThan(0.88);
  },
  120_000,
);

interface Sign {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
  /** Left, top, right, bottom in pixels. */
  readonly box: readonly [number, number, number, number];
}

const plainLight = { gain: 1, gamma: 1, red: 1, blue: 1 };

async function signsOf(folder: string): Promise<readonly Sign[]> {
  const signs: Sign[] = [];
  for (const name of readdirSync(join(folder, "images"))) {
    const picture = sharp(join(folder, "images", name))
      .removeAlpha()
      .resize({ width: 640 })
      .raw();
    const { data, info } = await picture.toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const labels = readFileSync(join(folder, "labels", name.replace(/\.\w+$/, ".txt")), "utf8");
    for (const line of labels.trim().split("\n")) {
      const [, x = 0, y = 0, w = 0, h = 0] = line.split(" ").map(Number);
      if (w * width < 16 || h * height < 8) continue;
      const [left, top] = [(x - w / 2) * width, (y - h / 2) * height];
      const box = [left, top, left + w * width, top + h * height] as const;
      signs.push({ pixels: data, width, height, box });
    }
  }
  return signs;
}

/** As `models/decode/box-appearance.ts` takes it, of a picture with interleaved colours. */
function look(
  { pixels, width, height, box }: Sign,
  light = plainLight,
  off = [0, 0, 0, 0],
): string {
  const [boxLeft, boxTop, boxRight, boxBottom] = box;
  const [w, h] = [boxRight - boxLeft, boxBottom - boxTop];
  const [left, top, right, bottom] = [
    boxLeft + (off[0] ?? 0) * w,
    boxTop + (off[1] ?? 0) * h,
    boxRight + (off[2] ?? 0) * w,
    boxBottom + (off[3] ?? 0) * h,
  ];
  const shown = [light.red, 1, light.blue].map((tint) =>
    Float64Array.from({ length: 256 }, (_, value) =>
      light === plainLight
        ? value
        : Math.min(255, 255 * (value / 255) ** light.gamma * light.gain * tint),
    ),
  );
  const values: number[] = [];
  for (let cell = 0; cell < 16; cell += 1) {
    const x0 = Math.floor(left + ((right - left) * (cell % 4)) / 4);
    const x1 = Math.max(x0 + 1, Math.floor(left + ((right - left) * ((cell % 4) + 1)) / 4));
    const row = Math.floor(cell / 4);
    const y0 = Math.floor(top + ((bottom - top) * row) / 4);
    const y1 = Math.max(y0 + 1, Math.floor(top + ((bottom - top) * (row + 1)) / 4));
    for (let channel = 0; channel < 3; channel += 1) {
      const levels = shown[channel] ?? new Float64Array(256);
      let sum = 0;
      let count = 0;
      for (let y = Math.max(0, y0); y < Math.min(height, y1); y += 1) {
        for (let x = Math.max(0, x0); x < Math.min(width, x1); x += 1) {
          sum += levels[pixels[(y * width + x) * 3 + channel] ?? 0] ?? 0;
          count += 1;
        }
      }
      values.push(Math.max(1, Math.round(sum / Math.max(1, count))));
    }
  }
  return hexOf(values);
}
