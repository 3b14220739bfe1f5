import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inFrame, pastePicture } from "./pasted-picture.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-pasted-"));
  for (const [name, background, width] of [
    ["red", "#ff0000", 400],
    ["blue", "#0000ff", 300],
  ] as const) {
    const create = { width, height: 300, channels: 3, background } as const;
    await sharp({ create })
      .png()
      .toFile(join(folder, `${name}.png`));
  }
});
afterAll(() => rm(folder, { recursive: true }));

test.each([0, 1, 2, 3, 100])("picture %i lies whole where it is said to lie", async (number) => {
  const { frame, place, view } = await pastePicture({
    path: join(folder, "red.png"),
    backdropPath: join(folder, "blue.png"),
    number,
    share: 0.25,
  });
  const [left, top] = [Math.round(place.xMin * 1920), Math.round(place.yMin * 1080)];
  const [right, bottom] = [Math.round(place.xMax * 1920), Math.round(place.yMax * 1080)];
  // As high as a quarter of the frame; its shape is kept.
  expect([right - left, bottom - top]).toEqual([360, 270]);
  const reds = frame.rgb.filter((_, index) => index % 3 === 0);
  expect(reds.filter((value) => value > 127)).toHaveLength(360 * 270);
  for (const [x, y] of [
    [left, top],
    [right - 1, bottom - 1],
  ] as const) {
    expect(reds[y * 1920 + x]).toBeGreaterThan(250);
  }
  expect(view.xMin).toBeLessThanOrEqual(place.xMin);
  expect(view.yMax).toBeGreaterThanOrEqual(place.yMax);
  for (const side of Object.values(view)) expect(side).toBe(Math.min(1, Math.max(0, side)));
});

test("a box of the picture moves with it", () => {
  const place = { xMin: 0.5, yMin: 0.25, xMax: 0.75, yMax: 0.75 };
  expect(inFrame({ xMin: 0, yMin: 0.5, xMax: 1, yMax: 1 }, place)).toEqual({
    xMin: 0.5,
    yMin: 0.5,
    xMax: 0.75,
    yMax: 0.75,
  });
});
