/**
 * What every decoder promises, run for both: colours and geometry are those of system ffmpeg
 * whatever a camera sends (bit depth, chroma, range, matrix), damage is not a picture.
 */
import { afterAll, describe, expect, test } from "vitest";
import type { AccessUnit, Clip } from "../../../test-fixtures/clips/clip.ts";
import { madeClip, madeClipFile } from "../../../test-fixtures/clips/made-clip.ts";
import {
  cropOf,
  difference,
  encoded,
  h264,
  pictureOf,
  reference,
  type Source,
  sources,
} from "../../../test-fixtures/encoded-pictures.ts";
import { runTool } from "../../../test-fixtures/run-tool.ts";
import type { Codec, EncodedPicture } from "../encoded-picture.ts";
import type { CropRequest, DecodedCrop, Decoder } from "./decoder.ts";
import { FfmpegDecoder } from "./decoder-ffmpeg.ts";
import { DecoderHost } from "./decoder-host.ts";

const host = new DecoderHost();
host.start();
const system = new FfmpegDecoder();
afterAll(async () => {
  await host.stop();
  await system.stop();
});

describe("by node-av", () => {
  decoderContract(host, { bFramesMax: 3 });
});
describe("by system ffmpeg", () => {
  // Which picture is the last one shown depends on the B-frames in between.
  decoderContract(system, { bFramesMax: 0 });
});

function decoderContract(decoder: Decoder, { bFramesMax }: { readonly bFramesMax: number }): void {
  test.for(sources)("colours of $name", async (source) => {
    const unit = await encoded(source);
    const crop = cropOf();
    const decoded = await decodeOne(decoder, pictureOf(source.codec, unit), crop);
    const { mean, largest } = difference(decoded, crop, await reference(unit, source, decoded));
    expect(mean).toBeLessThan(0.6);
    expect(largest).toBeLessThanOrEqual(6);
  });

  const source: Source = { name: "H.264", codec: "h264", encode: ["-pix_fmt", "yuv420p", ...h264] };
  const crops: readonly (readonly [string, Partial<CropRequest>])[] = [
    [
      "the lower part, in the middle",
      { crop: { xMin: 0, yMin: 0.35, xMax: 1, yMax: 1 }, fit: "letterbox-centre" },
    ],
    ["an upright part", { crop: { xMin: 0.6, yMin: 0.1, xMax: 0.8, yMax: 0.97 } }],
    [
      "a part that is stretched",
      { crop: { xMin: 0.2, yMin: 0.2, xMax: 0.9, yMax: 0.6 }, fit: "stretch" },
    ],
    ["an input as wide as no vector register", { width: 75, height: 101 }],
  ];
  test.for(crops)("geometry in %s", async ([, changes]) => {
    const unit = await encoded(source);
    const crop = cropOf(changes);
    const decoded = await decodeOne(decoder, pictureOf("h264", unit), crop);
    const { mean, largest } = difference(decoded, crop, await reference(unit, source, decoded));
    expect(mean).toBeLessThan(0.6);
    expect(largest).toBeLessThanOrEqual(6);
    expectFill(decoded, crop);
  });

  test("all crops of one picture, each in the order of planes it asks for", async () => {
    const unit = await encoded(source);
    const asked = [
      cropOf(),
      cropOf({ channels: "bgr", fill: 7 }),
      cropOf({ width: 64, height: 32 }),
    ];
    const [rgb, bgr, small] = await decoder.decode(pictureOf("h264", unit), asked);
    if (rgb === undefined || bgr === undefined || small === undefined) throw new Error("crops");
    const plane = 160 * rgb.contentHeight;
    const planesOf = ({ planes }: DecodedCrop) =>
      [0, 1, 2].map((index) =>
        Buffer.from(planes.subarray(index * 160 * 160, index * 160 * 160 + plane)),
      );
    expect(planesOf(bgr)).toEqual(planesOf(rgb).toReversed());
    expect(bgr.planes.at(-1)).toBe(7);
    expect(small).toMatchObject({ contentWidth: 58, contentHeight: 32 });
  });

  test("a picture smaller than the input is enlarged", async () => {
    const unit = await encoded({ ...source, size: "64x48" });
    const decoded = await decodeOne(decoder, pictureOf("h264", unit), cropOf());
    expect(decoded).toMatchObject({ contentWidth: 160, contentHeight: 120, pictureWidth: 64 });
    // testsrc2 begins with its brightest bar at the left, and has colours in all planes.
    expect(new Set(decoded.planes.subarray(0, 160 * 120)).size).toBeGreaterThan(20);
  });

  const rows = [
    { codec: "h264", bFrames: 0 },
    { codec: "h264", bFrames: 2 },
    { codec: "h265", bFrames: 0 },
    { codec: "h265", bFrames: 3 },
  ] as const;
  const decodable = rows.filter(({ bFrames }) => bFrames <= bFramesMax);
  test.for(decodable)(
    "the last unit's picture comes out: $codec, B-frames $bFrames",
    async (row) => {
      const options = { ...row, bitrateKbit: 1_000 };
      const clip = await madeClip(options);
      const crop = cropOf();
      const file = await madeClipFile(options);
      const filters = "scale=160:120:flags=area:in_range=tv,format=gbrp";
      const output = ["-vf", filters, "-f", "rawvideo", "-"];
      const all = await runTool("ffmpeg", ["-v", "error", "-i", file, ...output]);
      const pictureBytes = 3 * 160 * 120;
      const shown = clip.accessUnits.map(({ ptsMs }) => ptsMs).toSorted((a, b) => a - b);
      for (const last of [0, 1, 2, 7, 20]) {
        const units = clip.accessUnits.slice(0, last + 1);
        const decoded = await decodeOne(decoder, groupOf(clip, row.codec, units), crop);
        const index = shown.indexOf(units.at(-1)?.ptsMs ?? -1);
        const planes = all.subarray(index * pictureBytes, (index + 1) * pictureBytes);
        const third = pictureBytes / 3;
        const wanted = Buffer.concat([planes.subarray(2 * third), planes.subarray(0, 2 * third)]);
        expect(difference(decoded, crop, wanted).mean).toBeLessThan(1);
      }
    },
  );

  test("half a picture is damaged, not invented", async () => {
    const clip = await madeClip();
    const broken = groupOf(clip, "h264", clip.accessUnits.slice(0, 1));
    const [unit = new Uint8Array(0)] = broken.units;
    const half = { ...broken, units: [unit.subarray(0, unit.length / 2)] };
    await expect(decoder.decode(half, [cropOf()])).rejects.toMatchObject({
      code: "DECODER_FAILED",
    });
    await expect(decoder.decode(broken, [cropOf()])).resolves.toHaveLength(1);
  });
}

async function decodeOne(
  decoder: Decoder,
  picture: EncodedPicture,
  crop: CropRequest,
): Promise<DecodedCrop> {
  const [decoded] = await decoder.decode(picture, [crop]);
  if (decoded === undefined) throw new Error("no crop came back");
  return decoded;
}

function expectFill(decoded: DecodedCrop, { width, height, fill }: CropRequest): void {
  const { contentX, contentY, contentWidth, contentHeight, planes } = decoded;
  const outside = planes.filter((_, index) => {
    const [x, y] = [index % width, Math.floor(index / width) % height];
    const isInside =
      x >= contentX && x < contentX + contentWidth && y >= contentY && y < contentY + contentHeight;
    return !isInside;
  });
  expect(outside.every((byte) => byte === fill)).toBe(true);
  expect(outside.length).toBe(3 * (width * height - contentWidth * contentHeight));
}

const startCode = Buffer.from([0, 0, 0, 1]);
const annexB = (nals: readonly Uint8Array[]): Buffer =>
  Buffer.concat(nals.flatMap((nal) => [startCode, nal]));

function groupOf(clip: Clip, codec: Codec, units: readonly AccessUnit[]): EncodedPicture {
  return {
    ...pictureOf(codec, ...units.map(({ nals }) => annexB(nals))),
    parameterSets: annexB(clip.parameterSets),
  };
}
