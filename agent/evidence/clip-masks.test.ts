/** Goal: which pictures of a clip are looked at, and what that says of all others. No pixels. */
import { expect, test } from "vitest";
import { cameraId } from "../../pipelines/domain/ids.ts";
import type { Decoder } from "../capture/decoder/decoder.ts";
import type { EncodedSpan } from "../capture/encoded-picture.ts";
import { ClipMasks } from "./clip-masks.ts";

/** Ten seconds, a picture each 40 ms. */
const spanOf = (keyEvery: number): EncodedSpan => ({
  cameraId: cameraId("east"),
  stream: "main",
  codec: "h264",
  parameterSets: Uint8Array.of(7),
  pictures: Array.from({ length: 250 }, (_, index) => ({
    unit: Uint8Array.of(index),
    pictureNumber: 1_000 + index,
    capturedAtMs: 50_000 + index * 40,
    capturedUncertaintyMs: 5,
    isKey: index % keyEvery === 0,
    isShown: index >= 5,
  })),
});

function bed({ failAt = -1, whenFree = async () => {} } = {}) {
  const looked: { readonly number: number; readonly units: number }[] = [];
  const decoder: Decoder = {
    decode: async ({ pictureNumber, units }, [crop]) => {
      const { width = 0, height = 0 } = crop ?? {};
      if (width > 16) looked.push({ number: pictureNumber - 1_000, units: units.length });
      const content = { contentX: 0, contentY: 0, contentWidth: width, contentHeight: height };
      const whole = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 };
      const picture = { pictureWidth: 1_920, pictureHeight: 1_080, crop: whole };
      return [{ planes: new Uint8Array(0), ...content, ...picture }];
    },
  };
  const region = {
    what: "head",
    xMin: 960,
    yMin: 540,
    xMax: 1_056,
    yMax: 648,
    blockPx: 16,
  } as const;
  const pass = {
    regions: async () => {
      if (looked.length === failAt) throw new Error("it was not looked at");
      return { regions: [region], plateEstimate: false };
    },
  };
  return { looked, masks: new ClipMasks({ decoder, pass, whenFree }) };
}

const rows = [
  { name: "keyframes each second", keyEvery: 25, looksMax: 11, unitsMax: 25 },
  { name: "keyframes each two seconds", keyEvery: 50, looksMax: 7, unitsMax: 50 },
  { name: "one keyframe", keyEvery: 250, looksMax: 8, unitsMax: 250 },
];
for (const { name, keyEvery, looksMax, unitsMax } of rows) {
  test(`every picture has its regions, and few are looked at: ${name}`, async () => {
    const { looked, masks } = bed();
    const span = spanOf(keyEvery);
    for (const { capturedAtMs, isShown } of span.pictures) {
      if (!isShown) continue;
      const [region] = await masks.regionsAt(capturedAtMs, span);
      expect(region).toMatchObject({ what: "head" });
      expect(region?.xMin).toBeLessThanOrEqual(0.5);
      expect(region?.xMax).toBeGreaterThanOrEqual(0.55);
      expect(region?.block).toBeGreaterThanOrEqual(16 / 1_920);
    }
    expect(looked.length).toBeLessThanOrEqual(looksMax);
    expect(looked.at(-1)?.number).toBe(249);
    expect(Math.max(...looked.map(({ units }) => units))).toBeLessThanOrEqual(unitsMax);
  });
}

test("when one picture cannot be looked at, nothing is known of any", async () => {
  const { masks } = bed({ failAt: 3 });
  const span = spanOf(25);
  await expect(masks.regionsAt(50_200, span)).rejects.toThrow("not looked at");
  await expect(masks.regionsAt(59_000, span)).rejects.toThrow("not looked at");
});

test("each picture waits until no event is in work, and clips have their turns", async () => {
  let free = Promise.withResolvers<void>();
  const { looked, masks } = bed({ whenFree: () => free.promise });
  const [first, second] = [spanOf(25), spanOf(25)];
  const both = [masks.regionsAt(50_200, first), masks.regionsAt(50_200, second)];
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  expect(looked).toEqual([]);
  const { resolve } = free;
  free = Promise.withResolvers<void>();
  resolve();
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  // The first one's second picture asks again; of the second clip nothing was looked at.
  expect(looked.map(({ number }) => number)).toEqual([0]);
  free.resolve();
  await Promise.all(both);
  const numbers = looked.map(({ number }) => number);
  const half = numbers.length / 2;
  expect(numbers.slice(0, half)).toEqual(numbers.slice(half));
});

test("a clip whose pictures cannot be looked at takes no other one along", async () => {
  const { masks } = bed({ failAt: 1 });
  await expect(masks.regionsAt(50_200, spanOf(25))).rejects.toThrow("not looked at");
  expect(await masks.regionsAt(50_200, spanOf(25))).toHaveLength(1);
});
