/**
 * Clips by a real decoder host: pictures that say which one they are go in as cameras send them,
 * and come out masked, at their times, in a file that other tools read without complaint.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { cameraId } from "../../../pipelines/domain/ids.ts";
import type { Clip } from "../../../test-fixtures/clips/clip.ts";
import {
  type CounterClipOptions,
  complaintsOf,
  counterClipFile,
  readFilm,
} from "../../../test-fixtures/clips/counter-clip.ts";
import { loadClip } from "../../../test-fixtures/clips/load-clip.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { ClipRequest, MaskRegion } from "./clip.ts";
import { ClipHost } from "./clip-host.ts";

const folder = await mkdtemp(join(tmpdir(), "kerbside-clip-"));
const host = new ClipHost({ clock: systemClock });
const east = cameraId("east");

afterAll(async () => {
  await host.stop();
  await rm(folder, { recursive: true });
});

const annexB = (units: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(units.flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit]));

function requestOf(
  clip: Clip,
  {
    isShown = () => true,
    regions = [],
    ...changes
  }: Partial<ClipRequest> & {
    readonly isShown?: (atMs: number) => boolean;
    readonly regions?: readonly MaskRegion[];
  } = {},
): ClipRequest {
  return {
    codec: clip.codec,
    parameterSets: annexB(clip.parameterSets),
    units: clip.accessUnits.map(({ nals, ptsMs }) => ({
      bytes: annexB(nals),
      atMs: ptsMs,
      isShown: isShown(ptsMs),
      regions: isShown(ptsMs) ? regions : [],
    })),
    polygons: [],
    widthMax: 1_280,
    heightMax: 720,
    fileBytesMax: 4_000_000,
    ...changes,
  };
}

async function film(name: string, request: ClipRequest) {
  const made = await host.encode(east, request);
  const path = join(folder, `${name}.mp4`);
  await writeFile(path, made.bytes);
  return { made, path, pictures: await readFilm(path), complaints: await complaintsOf(path) };
}

const rows: readonly { readonly name: string; readonly clip: CounterClipOptions }[] = [
  { name: "H.264 without B-frames", clip: {} },
  { name: "H.264 with B-frames", clip: { bFrames: 3 } },
  { name: "H.265 with B-frames", clip: { codec: "h265", bFrames: 3, seconds: 2 } },
  { name: "larger than a clip may be", clip: { width: 1_920, height: 1_080, seconds: 1 } },
];
for (const { name, clip: options } of rows) {
  test(`each picture of the clip is shown at its time: ${name}`, async () => {
    const clip = await loadClip(await counterClipFile(options));
    const { made, pictures, complaints } = await film(name.replaceAll(/\W/g, "-"), requestOf(clip));

    expect(complaints).toBe("");
    expect(made.height).toBeLessThanOrEqual(720);
    expect(pictures.map(({ number }) => number)).toEqual(clip.accessUnits.map((_, index) => index));
    expect(made.pictureCount).toBe(pictures.length);
    for (const { number, atMs } of pictures) expect(atMs).toBeCloseTo(number * 40, 0);
  });
}

test("pictures that are not shown are decoded and left out", async () => {
  const clip = await loadClip(await counterClipFile({ bFrames: 3 }));
  const startMs = Math.min(...clip.accessUnits.map(({ ptsMs }) => ptsMs));
  const isShown = (atMs: number) => {
    const number = Math.round((atMs - startMs) / 40);
    return number >= 60 && number <= 90 && number % 2 === 0;
  };
  const { made, pictures } = await film("part", requestOf(clip, { isShown }));
  expect(pictures.map(({ number }) => number)).toEqual(
    Array.from({ length: 16 }, (_, index) => 60 + 2 * index),
  );
  const first = clip.accessUnits[made.firstUnit]?.ptsMs ?? 0;
  const last = clip.accessUnits[made.lastUnit]?.ptsMs ?? 0;
  expect([Math.round((first - startMs) / 40), Math.round((last - startMs) / 40)]).toEqual([60, 90]);
});

test("regions and polygons are unrecognisable in every picture, and nothing else is", async () => {
  const clip = await loadClip(await counterClipFile());
  const counter = { xMin: 0, yMin: 0, xMax: 0.7, yMax: 0.3, block: 0.1 };
  const corner = [
    { x: 0.5, y: 0.5 },
    { x: 1, y: 0.5 },
    { x: 1, y: 1 },
    { x: 0.5, y: 1 },
  ];
  const plain = await film("plain", requestOf(clip));
  const request = requestOf(clip, { regions: [counter], polygons: [corner] });
  const { made, pictures } = await film("masked", request);
  const { width, height } = made;
  for (const [index, { plane }] of pictures.entries()) {
    const row = plane.subarray(20 * width, 20 * width + 0.6 * width);
    expect(Math.max(...row) - Math.min(...row)).toBeLessThan(100);
    const black = plane.subarray(
      0.75 * height * width + 0.55 * width,
      0.75 * height * width + width,
    );
    expect(Math.max(...black)).toBeLessThan(12);
    const from = 0.8 * height * width;
    const left = plane.subarray(from, from + 0.45 * width);
    const same = plain.pictures[index]?.plane.subarray(from, from + 0.45 * width) ?? [];
    const error = left.reduce((sum, value, x) => sum + Math.abs(value - (same[x] ?? 0)), 0);
    expect(error / left.length).toBeLessThan(6);
  }
});

test("a clip keeps to its bytes, or there is none", async () => {
  const clip = await loadClip(await counterClipFile({ seconds: 2 }));
  const { made } = await film("small", requestOf(clip, { fileBytesMax: 14_000 }));
  expect(made.bytes.length).toBeLessThanOrEqual(14_000);
  await expect(host.encode(east, requestOf(clip, { fileBytesMax: 2_000 }))).rejects.toThrow(
    "too-large",
  );
});

test("bytes that are no pictures give no clip, and the next clip is well", async () => {
  const clip = await loadClip(await counterClipFile());
  const good = requestOf(clip);
  const units = good.units.map((unit) => ({
    ...unit,
    bytes: unit.bytes.map((byte) => byte ^ 0x5a),
  }));
  await expect(host.encode(east, { ...good, units })).rejects.toThrow("clip not made");
  expect((await host.encode(east, good)).pictureCount).toBe(100);
});
