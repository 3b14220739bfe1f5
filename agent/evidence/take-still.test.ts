/**
 * Goal: a still shows the whole picture, its close-up the thing, and neither shows what is masked.
 * Method: a made-up picture whose colours say where they are; the JPEGs are read again.
 */
import sharp from "sharp";
import { expect, test } from "vitest";
import { noDetections } from "../../pipelines/domain/detections.ts";
import { cameraId, viewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { Decoder } from "../capture/decoder/decoder.ts";
import type { EncodedPicture, StreamName } from "../capture/encoded-picture.ts";
import { makeStillTaker, type StillParts } from "./take-still.ts";

const width = 1_280;
const height = 720;
const east = cameraId("east");

/** Red rises to the right, green downwards; blue is a stripe pattern. */
const decoder: Decoder = {
  decode: async (_, crops) =>
    crops.map((request) => {
      const area = request.width * request.height;
      const planes = new Uint8Array(3 * area);
      for (let at = 0; at < area; at++) {
        const x = at % request.width;
        planes[at] = (255 * x) / request.width;
        planes[area + at] = (255 * Math.floor(at / request.width)) / request.height;
        planes[2 * area + at] = (x >> 3) % 2 === 0 ? 200 : 100;
      }
      return {
        planes,
        contentX: 0,
        contentY: 0,
        contentWidth: request.width,
        contentHeight: request.height,
        pictureWidth: width,
        pictureHeight: height,
        crop: request.crop,
      };
    }),
};

const look: Look = {
  cameraId: east,
  viewId: viewId("kerb"),
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  capturedAtMs: 1_000,
  capturedUncertaintyMs: 40,
  detections: noDetections,
  model: "tiny@0123456789ab",
  pictureWidth: width,
  pictureHeight: height,
};

const pictureOf = (stream: StreamName, capturedAtMs: number): EncodedPicture => ({
  cameraId: east,
  stream,
  codec: "h264",
  parameterSets: new Uint8Array(),
  units: [new Uint8Array(8)],
  pictureNumber: 1,
  capturedAtMs,
  capturedUncertaintyMs: 40,
  clockSource: "sender-report",
});

function takerWith(changes: Partial<StillParts> = {}) {
  return makeStillTaker({
    decoder,
    pictures: { newestMain: async () => pictureOf("main", 1_400) },
    polygonsOf: () => [],
    isOwnShown: () => false,
    regionsOf: async () => ({ regions: [], plateEstimate: false }),
    ...changes,
  });
}

const box = { xMin: 0.7, yMin: 0.5, xMax: 0.9, yMax: 0.8 };
const request = { look, picture: pictureOf("main", 1_000), box, withCloseUp: true, quality: 90 };

async function meanOf(jpeg: Uint8Array | undefined) {
  const { channels } = await sharp(jpeg).stats();
  return channels.map(({ mean }) => mean);
}

test("the close-up is the thing with what is around it, in its own colours", async () => {
  const still = await takerWith()(request);
  expect([still.width, still.height]).toEqual([width, height]);
  // 0.3 × 1.7 of the height, and as wide as a picture of that height.
  expect([still.closeUp?.width, still.closeUp?.height]).toEqual([652, 367]);
  const size = await sharp(still.closeUp?.jpeg).metadata();
  expect([size.width, size.height]).toEqual([652, 367]);
  const [red = 0, green = 0, blue = 0] = await meanOf(still.closeUp?.jpeg);
  // From 628 to 1280.
  expect(red).toBeCloseTo(255 * (954 / 1_280), -1);
  expect(green).toBeCloseTo(255 * 0.65, -1);
  expect(blue).toBeCloseTo(150, -1);
});

test("what is measured is measured on the thing alone", async () => {
  const { measured } = await takerWith()(request);
  expect(measured?.thingPx).toBe(216);
  expect(measured?.luma).toBeCloseTo((255 * 0.8 + 255 * 0.65 + 150) / 3, -1);
  expect(measured?.sharpness).toBeGreaterThan(0);
});

test("a region is unrecognisable in the still and in its close-up", async () => {
  const region = {
    what: "head" as const,
    xMin: 900,
    yMin: 350,
    xMax: 1_150,
    yMax: 590,
    blockPx: 40,
  };
  const regionsOf = async () => ({ regions: [region], plateEstimate: true });
  const still = await takerWith({ regionsOf })(request);
  const bluesOf = async (jpeg: Uint8Array | undefined, left: number, top: number) => {
    const part = sharp(jpeg).extract({ left, top, width: 36, height: 36 });
    return (await sharp(await part.png().toBuffer()).stats()).channels[2]?.stdev ?? 0;
  };
  expect(await bluesOf(still.jpeg, 942, 392)).toBeLessThan(8);
  expect(await bluesOf(still.jpeg, 100, 100)).toBeGreaterThan(30);
  expect(await bluesOf(still.closeUp?.jpeg, 330, 150)).toBeLessThan(8);
  expect(still.protection.masked).toEqual({
    heads: 1,
    plates: 0,
    polygons: 0,
    plateEstimate: true,
  });
});

for (const { isShown, want } of [
  { isShown: false, want: 1 },
  { isShown: true, want: 2 },
]) {
  test(`of two things in one picture ${want} pass masks, own plates ${isShown ? "" : "not "}shown`, async () => {
    let passCount = 0;
    const regionsOf = async () => {
      passCount += 1;
      return { regions: [], plateEstimate: false };
    };
    const take = takerWith({ regionsOf, isOwnShown: () => isShown });
    await take(request);
    await take({ ...request, box: { ...box, xMin: 0.6 } });
    expect(passCount).toBe(want);
  });
}

test("a picture that cannot be masked is no picture", async () => {
  const regionsOf = () => Promise.reject(new RangeError("a tile was not looked at"));
  await expect(takerWith({ regionsOf })(request)).rejects.toThrow("a tile was not looked at");
});

test("of a substream's look the main stream is kept, and how far away it is", async () => {
  const still = await takerWith()({ ...request, picture: pictureOf("sub", 1_000) });
  expect(still).toMatchObject({ frame: "keyframe", distanceMs: 400, capturedAtMs: 1_400, width });
});

test("of the main stream it is the very picture that was looked at", async () => {
  expect(await takerWith()(request)).toMatchObject({ frame: "exact", distanceMs: 0 });
});
