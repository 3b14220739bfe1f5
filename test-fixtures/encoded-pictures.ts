/**
 * Single pictures as cameras would send them, made by system ffmpeg, and what ffmpeg makes of them:
 * for tests of decoders.
 */
import type { CropRequest, DecodedCrop } from "../agent/capture/decoder/decoder.ts";
import type { Codec, EncodedPicture } from "../agent/capture/encoded-picture.ts";
import { cameraId } from "../pipelines/domain/ids.ts";
import { runTool } from "./run-tool.ts";

export function pictureOf(codec: Codec, ...units: readonly Uint8Array[]): EncodedPicture {
  return {
    cameraId: cameraId("east"),
    stream: "main",
    codec,
    parameterSets: new Uint8Array(0),
    units,
    pictureNumber: 1,
    capturedAtMs: 0,
    capturedUncertaintyMs: 0,
    clockSource: "arrival",
  };
}

export const cropOf = (changes: Partial<CropRequest> = {}): CropRequest => ({
  crop: { xMin: 0, yMin: 0, xMax: 1, yMax: 1 },
  width: 160,
  height: 160,
  fit: "letterbox-top-left",
  fill: 114,
  channels: "rgb",
  ...changes,
});

export const h264 = ["-c:v", "libx264", "-crf", "12"];
const h265 = ["-c:v", "libx265", "-crf", "12", "-x265-params", "log-level=none"];
const mjpeg = ["-c:v", "mjpeg", "-q:v", "2"];

export interface Source {
  readonly name: string;
  readonly codec: Codec;
  readonly encode: readonly string[];
  readonly size?: string;
  /** How system ffmpeg is told to read the colours. */
  readonly matrix?: string;
  readonly range?: string;
}
export const sources: readonly Source[] = [
  { name: "H.264", codec: "h264", encode: ["-pix_fmt", "yuv420p", ...h264] },
  { name: "H.264 4:2:2", codec: "h264", encode: ["-pix_fmt", "yuv422p", ...h264] },
  { name: "H.264 4:4:4", codec: "h264", encode: ["-pix_fmt", "yuv444p", ...h264] },
  { name: "H.264 10-bit", codec: "h264", encode: ["-pix_fmt", "yuv420p10le", ...h264] },
  {
    name: "H.264 full range",
    codec: "h264",
    encode: ["-pix_fmt", "yuvj420p", ...h264],
    range: "pc",
  },
  {
    name: "H.264 marked BT.709",
    codec: "h264",
    encode: ["-pix_fmt", "yuv420p", "-colorspace", "bt709", ...h264],
    matrix: "bt709",
  },
  {
    name: "H.264 of 720 lines, not marked",
    codec: "h264",
    size: "1280x720",
    encode: ["-pix_fmt", "yuv420p", ...h264],
    matrix: "bt709",
  },
  { name: "H.265", codec: "h265", encode: ["-pix_fmt", "yuv420p", ...h265] },
  { name: "H.265 10-bit", codec: "h265", encode: ["-pix_fmt", "yuv420p10le", ...h265] },
  { name: "MJPEG", codec: "mjpeg", encode: ["-pix_fmt", "yuvj420p", ...mjpeg], range: "pc" },
  { name: "MJPEG 4:2:2", codec: "mjpeg", encode: ["-pix_fmt", "yuvj422p", ...mjpeg], range: "pc" },
];

const formats = { h264: "h264", h265: "hevc", mjpeg: "mjpeg" } as const;

/** One keyframe with every colour and fine detail. */
export function encoded({ codec, encode, size = "640x352" }: Source): Promise<Buffer> {
  const input = ["-v", "error", "-f", "lavfi", "-i", `testsrc2=size=${size}:rate=1`];
  return runTool("ffmpeg", [...input, "-frames:v", "1", ...encode, "-f", formats[codec], "-"]);
}

/** The same cut and size by system ffmpeg, as red, green and blue planes of the content alone. */
export async function reference(
  unit: Buffer,
  source: Source,
  decoded: DecodedCrop,
): Promise<Buffer> {
  const { crop, pictureWidth: width, pictureHeight: height } = decoded;
  const cut = [
    (crop.xMax - crop.xMin) * width,
    (crop.yMax - crop.yMin) * height,
    crop.xMin * width,
    crop.yMin * height,
  ].map(Math.round);
  const colours = `in_color_matrix=${source.matrix ?? "bt601"}:in_range=${source.range ?? "tv"}`;
  const { contentWidth, contentHeight } = decoded;
  const factor = Math.min((cut[0] ?? 0) / contentWidth, (cut[1] ?? 0) / contentHeight);
  const algorithm = factor < 2 ? "bilinear" : "area";
  const scaled = `${contentWidth}:${contentHeight}:flags=${algorithm}:${colours}`;
  const filters = `crop=${cut.join(":")},scale=${scaled},format=gbrp`;
  const input = ["-v", "error", "-f", formats[source.codec], "-i", "-", "-frames:v", "1"];
  const output = ["-vf", filters, "-f", "rawvideo", "-"];
  const planes = await runTool("ffmpeg", [...input, ...output], { input: unit });
  const size = planes.length / 3;
  return Buffer.concat([planes.subarray(2 * size), planes.subarray(0, 2 * size)]);
}

/** Mean and largest difference over the content of all three planes. */
export function difference(decoded: DecodedCrop, { width, height }: CropRequest, wanted: Buffer) {
  const { contentX, contentY, contentWidth, contentHeight } = decoded;
  let [sum, largest] = [0, 0];
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < contentHeight; y++) {
      for (let x = 0; x < contentWidth; x++) {
        const ours = decoded.planes[(plane * height + contentY + y) * width + contentX + x] ?? 0;
        const theirs = wanted[(plane * contentHeight + y) * contentWidth + x] ?? 0;
        sum += Math.abs(ours - theirs);
        largest = Math.max(largest, Math.abs(ours - theirs));
      }
    }
  }
  return { mean: sum / wanted.length, largest };
}
