/**
 * Goal: a picture is kept when there is one to keep, always masked, and never holds anything up.
 * Method: pictures and decoder are made up; the JPEG that comes out is read again.
 */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { detectionsOf } from "../../pipelines/domain/detections.ts";
import { cameraId, viewId } from "../../pipelines/domain/ids.ts";
import type { Look } from "../../pipelines/domain/look.ts";
import type { CropRequest, DecodedCrop, Decoder } from "../capture/decoder/decoder.ts";
import type { EncodedPicture } from "../capture/encoded-picture.ts";
import { SimulatedClock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { LookedPictures } from "./looked-pictures.ts";
import { readSamples } from "./sample-folder.ts";
import { SampleKeeper, type SampleKeeperOptions } from "./sample-keeper.ts";

const east = cameraId("east");
const kerb = viewId("kerb");
const crop = { xMin: 0, yMin: 0.5, xMax: 1, yMax: 1 };
const car = { xMin: 0.1, yMin: 0.6, xMax: 0.4, yMax: 0.8 };
const man = { xMin: 0.6, yMin: 0.5, xMax: 0.7, yMax: 0.9 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-keeper-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Red, green and blue rise in different directions: a plane in the wrong place is seen. */
const gradient: Decoder = {
  decode: async (_, crops) => crops.map(gradientCrop),
};

function gradientCrop(request: CropRequest): DecodedCrop {
  const { width, height } = request;
  const planes = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      planes[at] = (255 * x) / width;
      planes[width * height + at] = (255 * y) / height;
      planes[2 * width * height + at] = (x >> 3) % 2 === 0 ? 255 : 0;
    }
  }
  return {
    planes,
    contentX: 0,
    contentY: 0,
    contentWidth: width,
    contentHeight: height,
    pictureWidth: 640,
    pictureHeight: 480,
    crop: request.crop,
  };
}

function picture(pictureNumber: number): EncodedPicture {
  return {
    cameraId: east,
    stream: "main",
    codec: "h264",
    parameterSets: new Uint8Array(),
    units: [new Uint8Array(8)],
    pictureNumber,
    capturedAtMs: pictureNumber * 1_000,
    capturedUncertaintyMs: 0,
    clockSource: "sender-report",
  };
}

function look(capturedAtMs: number, changes: Partial<Look> = {}): Look {
  return {
    cameraId: east,
    viewId: kerb,
    crop,
    capturedAtMs,
    capturedUncertaintyMs: 0,
    detections: detectionsOf([
      { label: "car", score: 0.9, box: car },
      { label: "person", score: 0.8, box: man },
    ]),
    model: "tiny@0123456789ab",
    pictureWidth: 640,
    pictureHeight: 480,
    ...changes,
  };
}

const change = (atMs: number, changes: object = {}) => ({
  violationId: "v1",
  stage: "warned",
  kind: "illegal-parking",
  subKind: "motor-vehicle",
  cameraId: east,
  viewId: kerb,
  zoneId: "bus-stop",
  atMs,
  box: { ...car, xMax: 0.42 },
  ...changes,
});

function keeperWith(changes: Partial<SampleKeeperOptions> = {}) {
  const warnings: string[] = [];
  const ends: string[] = [];
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_, text) => void warnings.push(text ?? ""),
    error: () => undefined,
  };
  let newest = 1;
  const pictures = new LookedPictures({ newestPicture: async () => picture(newest) });
  const keeper = new SampleKeeper({
    folder,
    limits: { countMax: 10, bytesMax: 10_000_000, ageMsMax: 1e12 },
    pictures,
    decoder: gradient,
    clock: new SimulatedClock(),
    log,
    onEnd: (end) => void ends.push(end),
    masksOf: () => [],
    ...changes,
  });
  const lookAt = async (number: number, one: Look = look(number * 1_000)) => {
    newest = number;
    await pictures.newestPicture(east, "main");
    keeper.looked(one);
  };
  return { keeper, warnings, ends, lookAt };
}

async function kept() {
  const all = [];
  for await (const one of readSamples(folder)) all.push(one);
  return all;
}

test("the picture that was decided on is kept with everything that was seen in it", async () => {
  const { keeper, lookAt } = keeperWith();
  await lookAt(1);
  keeper.decided(change(1_000));
  await keeper.idle();
  const [one] = await kept();
  expect(one?.sample).toMatchObject({ violation: "v1", own: 0, crop, masked: { heads: 1 } });
  const found = one?.sample.found.map(({ label, box }) => [label, box.yMin, box.yMax]);
  expect(found?.[0]?.[0]).toBe("car");
  expect(found?.[0]?.[1]).toBeCloseTo(0.2);
  expect(found?.[0]?.[2]).toBeCloseTo(0.6);
  const { width, height } = await sharp(one?.picturePath).metadata();
  expect([width, height]).toEqual([640, 240]);
});

test("colours are where they belong, and a head has none of its own left", async () => {
  const { keeper, lookAt } = keeperWith();
  await lookAt(1);
  keeper.decided(change(1_000));
  await keeper.idle();
  const [one] = await kept();
  const pixels = await sharp(one?.picturePath).raw().toBuffer();
  const at = (x: number, y: number) => [
    ...pixels.subarray((y * 640 + x) * 3, (y * 640 + x) * 3 + 3),
  ];
  const [red = 0, green = 0] = at(320, 200);
  expect(Math.abs(red - 127)).toBeLessThan(12);
  expect(Math.abs(green - 212)).toBeLessThan(12);
  // The blue stripes of eight pixels are gone where the head is: x 384 to 448, y from 0.
  const blues = Array.from({ length: 30 }, (_, index) => at(400 + index, 20)[2] ?? 0);
  expect(Math.max(...blues) - Math.min(...blues)).toBeLessThan(30);
});

test("the camera's masks are black", async () => {
  const masksOf = () => [
    [
      { x: 0, y: 0.5 },
      { x: 0.2, y: 0.5 },
      { x: 0.2, y: 1 },
      { x: 0, y: 1 },
    ],
  ];
  const { keeper, lookAt } = keeperWith({ masksOf });
  await lookAt(1);
  keeper.decided(change(1_000));
  await keeper.idle();
  const [one] = await kept();
  const corner = await sharp(one?.picturePath)
    .extract({ left: 8, top: 8, width: 100, height: 200 })
    .raw()
    .toBuffer();
  expect(Math.max(...corner)).toBeLessThan(8);
});

test("what is reported takes the place of what was warned of", async () => {
  const { keeper, lookAt } = keeperWith();
  await lookAt(1);
  keeper.decided(change(1_000));
  await lookAt(2);
  keeper.decided(change(2_000, { stage: "reported" }));
  await keeper.idle();
  expect((await kept()).map(({ sample }) => sample.stage)).toEqual(["reported"]);
});

const leftOut = [
  { name: "the thing is not in this look", change: { box: { ...car, xMin: 0.5, xMax: 0.9 } } },
  { name: "only a person stands there", change: { box: man } },
  { name: "the look is another one", change: { atMs: 900 } },
  { name: "the view is another one", change: { viewId: viewId("other") } },
];
test.each(leftOut)("nothing is kept when $name", async ({ change: changes }) => {
  const { keeper, ends, lookAt } = keeperWith();
  await lookAt(1);
  keeper.decided(change(1_000, changes));
  await keeper.idle();
  expect(await readdir(folder)).toEqual([]);
  expect(ends).toEqual(["left-out"]);
});

test("cleared and withdrawn are nothing to keep", async () => {
  const { keeper, ends, lookAt } = keeperWith();
  await lookAt(1);
  keeper.decided(change(1_000, { stage: "cleared" }));
  await keeper.idle();
  expect(ends).toEqual([]);
});

test("a decoder that answers too few bytes leaves no picture, and is told once", async () => {
  const decoder: Decoder = {
    decode: async (_, crops) =>
      crops.map((one) => ({ ...gradientCrop(one), planes: new Uint8Array(12) })),
  };
  const { keeper, warnings, lookAt } = keeperWith({ decoder });
  for (const number of [1, 2]) {
    await lookAt(number);
    keeper.decided(change(number * 1_000));
    await keeper.idle();
  }
  expect(await readdir(folder)).toEqual([]);
  expect(warnings).toEqual(["pictures of violations cannot be kept"]);
});

test("a folder that cannot be written is told, and nothing else happens", async () => {
  await writeFile(join(folder, "file"), "");
  const { keeper, warnings, lookAt } = keeperWith({ folder: join(folder, "file") });
  await lookAt(1);
  keeper.decided(change(1_000));
  await keeper.idle();
  expect(warnings).toHaveLength(1);
});

test("what is too old goes within the hour, also when nothing new comes", async () => {
  const clock = new SimulatedClock({ wallMs: Date.now() });
  const limits = { countMax: 10, bytesMax: 10_000_000, ageMsMax: 5_000_000 };
  const { keeper, lookAt } = keeperWith({ clock, limits });
  keeper.start();
  await lookAt(1);
  keeper.decided(change(1_000));
  await keeper.idle();
  await clock.advance(3_700_000);
  await keeper.idle();
  expect(await kept()).toHaveLength(1);
  await clock.advance(3_700_000);
  await keeper.stop();
  expect(await kept()).toEqual([]);
});

test("while four wait, more are left out and counted", async () => {
  const { keeper, ends, lookAt } = keeperWith();
  await lookAt(1);
  for (let index = 0; index < 6; index++) {
    keeper.decided(change(1_000, { violationId: `v${index}` }));
  }
  await keeper.idle();
  expect(ends.filter((end) => end === "left-out")).toHaveLength(2);
  expect(await kept()).toHaveLength(4);
});
