/**
 * Goal: what cameras are set to comes out as a picture, the whole way: 4K, H.265, ten bits a
 * sample, keyframes ten seconds apart.
 * Method: the fixtures' camera server, the real receiving thread, both decoders: they share no code
 * and must agree. Sizes are small where size does not matter.
 */
import { afterAll, expect, test } from "vitest";
import { startCameraServer } from "../../../test-fixtures/camera-server/camera-server.ts";
import { type MadeClipOptions, madeClip } from "../../../test-fixtures/clips/made-clip.ts";
import { cropOf, difference } from "../../../test-fixtures/encoded-pictures.ts";
import { startCapture } from "../../../test-fixtures/receiving/test-capture.ts";
import type { EncodedPicture } from "../encoded-picture.ts";
import type { CropRequest, DecodedCrop, Decoder } from "./decoder.ts";
import { FfmpegDecoder } from "./decoder-ffmpeg.ts";
import { DecoderHost } from "./decoder-host.ts";

const host = new DecoderHost({ pictureMsMax: 20_000 });
host.start();
const system = new FfmpegDecoder({ pictureMsMax: 20_000 });
afterAll(async () => {
  await host.stop();
  await system.stop();
});

const sizes = {
  small: { width: 640, height: 360, fps: 10, seconds: 2, gopSeconds: 1, bitrateKbit: 1_000 },
  "4K": { width: 3_840, height: 2_160, fps: 5, seconds: 2, gopSeconds: 1, bitrateKbit: 8_000 },
} as const;

const rows: readonly (MadeClipOptions & { readonly size: keyof typeof sizes })[] = [
  { codec: "h264", size: "4K", pixelFormat: "yuv420p" },
  { codec: "h264", size: "small", pixelFormat: "yuv420p10le" },
  { codec: "h265", size: "small", pixelFormat: "yuv420p" },
  { codec: "h265", size: "small", pixelFormat: "yuv420p10le", slices: 4 },
  { codec: "h265", size: "4K", pixelFormat: "yuv420p10le" },
];

test.for(rows)(
  "$codec, $size, $pixelFormat: from the camera to planes",
  { timeout: 120_000 },
  async ({ size, ...options }) => {
    const asked = { ...sizes[size], ...options };
    const [picture] = await received(asked, { count: 1, everyMs: 2_000 });
    const decoded = await agreed(picture);
    expect(decoded).toMatchObject({ pictureWidth: asked.width, pictureHeight: asked.height });
  },
);

test.for(["h264", "h265"] as const)(
  "%s with keyframes 10 s apart: looks in between get their own picture",
  { timeout: 120_000 },
  async (codec) => {
    const asked = { codec, fps: 10, seconds: 10, gopSeconds: 10, bitrateKbit: 800 } as const;
    const pictures = await received(asked, { count: 4, everyMs: 1_000 });
    const groups = pictures.map(({ units }) => units.length);
    expect(groups.toSorted((a, b) => a - b)).toEqual(groups);
    expect(groups.at(-1)).toBeGreaterThan(10);
    const planes: string[] = [];
    for (const picture of pictures) {
      const decoded = await agreed(picture);
      planes.push(Buffer.from(decoded.planes).toString("latin1"));
    }
    // The source counts seconds: no look saw what another one saw.
    expect(new Set(planes).size).toBe(pictures.length);
  },
);

/** What looks at a camera that plays this clip would get. */
async function received(
  options: MadeClipOptions,
  { count, everyMs }: { readonly count: number; readonly everyMs: number },
): Promise<readonly EncodedPicture[]> {
  const clip = await madeClip(options);
  const server = await startCameraServer({ streams: [{ path: "/c", clip, loop: false }] });
  const capture = startCapture([{ camera: "east", url: server.url("/c"), everyMs }]);
  try {
    await capture.untilPictures("east", count, 30_000);
    return capture.pictures("east").slice(0, count);
  } finally {
    await capture.stop();
    await server.stop();
  }
}

async function agreed(picture: EncodedPicture | undefined): Promise<DecodedCrop> {
  if (picture === undefined) throw new Error("the camera gave no picture");
  const crop = cropOf();
  const ours = await decodedBy(host, picture, crop);
  const theirs = await decodedBy(system, picture, crop);
  const { contentWidth, contentHeight } = ours;
  const rowsOf = ({ planes }: DecodedCrop): Buffer =>
    Buffer.concat(
      [0, 1, 2].map((plane) => {
        const from = plane * crop.width * crop.height;
        return planes.subarray(from, from + contentWidth * contentHeight);
      }),
    );
  expect(contentWidth).toBe(crop.width);
  expect(theirs).toMatchObject({ contentWidth, contentHeight });
  expect(difference(ours, crop, rowsOf(theirs)).mean).toBeLessThan(1);
  return ours;
}

async function decodedBy(
  decoder: Decoder,
  picture: EncodedPicture,
  crop: CropRequest,
): Promise<DecodedCrop> {
  const [decoded] = await decoder.decode(picture, [crop]);
  if (decoded === undefined) throw new Error("no crop came back");
  return decoded;
}
