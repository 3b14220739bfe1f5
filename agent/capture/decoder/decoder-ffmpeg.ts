/**
 * The same decoder by system ffmpeg, two short processes a picture: slow, but there where the
 * native package cannot be used (`decoder: ffmpeg`).
 *
 * ffprobe says the picture's size and colours, ffmpeg cuts and scales. A picture that ends or hangs
 * its process rejects alone. Of a group with B-frames the last picture shown is taken, which may be
 * a few pictures away from the last unit's.
 */
import { z } from "zod";
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import type { Codec, EncodedPicture } from "../encoded-picture.ts";
import { placeCrop } from "./crop-place.ts";
import type { CropRequest, DecodedCrop, RunnableDecoder } from "./decoder.ts";
import { runPiped } from "./piped-tool.ts";
import { type CropPlace, limits, planesBytes } from "./protocol.ts";
import { isHighDefinition, planeOrder, scalingAlgorithm } from "./scaling.ts";
import { extraMs } from "./time-limit.ts";

export interface FfmpegDecoderOptions {
  /** Pictures that may wait; one more is refused at once. */
  readonly queuePicturesMax?: number;
  /** Pictures that are decoded at a time. */
  readonly runningMax?: number;
  /** Each of its processes may take this long; more for more bytes and pictures before it. */
  readonly pictureMsMax?: number;
}

const formats: Readonly<Record<Codec, string>> = { h264: "h264", h265: "hevc", mjpeg: "mjpeg" };

/** Names of ffprobe to names of the scale filter. */
const matrices: Readonly<Record<string, string>> = {
  bt709: "bt709",
  fcc: "fcc",
  bt470bg: "bt601",
  smpte170m: "bt601",
  smpte240m: "smpte240m",
  bt2020nc: "bt2020",
  bt2020c: "bt2020",
};

const probeSchema = z.object({
  streams: z
    .array(
      z.object({
        width: z.int().min(2),
        height: z.int().min(2),
        pix_fmt: z.string().default(""),
        color_space: z.string().default("unknown"),
        color_range: z.string().default("unknown"),
        sample_aspect_ratio: z.string().default("1:1"),
      }),
    )
    .min(1),
});
type Probe = z.infer<typeof probeSchema>["streams"][number];

export class FfmpegDecoder implements RunnableDecoder {
  /** Each picture has processes of its own: there is nothing to restart. */
  readonly restartCount = 0;
  readonly #queuePicturesMax: number;
  readonly #runningMax: number;
  readonly #pictureMsMax: number;
  readonly #waiting: (() => void)[] = [];
  readonly #stopping = new AbortController();
  #runningCount = 0;

  constructor({
    queuePicturesMax = 64,
    runningMax = 1,
    pictureMsMax = 5_000,
  }: FfmpegDecoderOptions = {}) {
    this.#queuePicturesMax = queuePicturesMax;
    this.#runningMax = runningMax;
    this.#pictureMsMax = pictureMsMax;
  }

  /** Ends what runs; pictures that wait reject. */
  start(): void {}

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the decoder was stopped"));
    for (const next of this.#waiting.splice(0)) next();
  }

  async decode(
    picture: EncodedPicture,
    crops: readonly CropRequest[],
  ): Promise<readonly DecodedCrop[]> {
    if (this.#waiting.length >= this.#queuePicturesMax) {
      throw failed(picture.cameraId, `${this.#waiting.length} pictures wait already`);
    }
    await this.#turn();
    try {
      return await this.#decode(picture, crops);
    } catch (error) {
      throw failed(picture.cameraId, error instanceof Error ? error.message : String(error), error);
    } finally {
      this.#runningCount -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#runningCount >= this.#runningMax) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#runningCount += 1;
  }

  async #decode(
    { codec, parameterSets, units }: EncodedPicture,
    crops: readonly CropRequest[],
  ): Promise<readonly DecodedCrop[]> {
    const input = [parameterSets, ...units];
    const timeoutMs = this.#pictureMsMax + extraMs(units);
    const format = ["-v", "error", "-f", formats[codec]];
    const show = ["-select_streams", "v:0", "-show_streams", "-of", "json"];
    const probed = probeSchema.parse(
      JSON.parse(
        (
          await this.#run("ffprobe", [...format, ...show, "-i", "pipe:0"], input, {
            timeoutMs,
            outputBytesMax: 65_536,
          })
        ).toString(),
      ),
    );
    const [stream] = probed.streams;
    if (stream === undefined || stream.width * stream.height > limits.picturePixelsMax) {
      throw new Error("the picture is too large");
    }
    const places = crops.map((crop) =>
      placeCrop(crop, stream.width, stream.height, pixelAspect(stream)),
    );
    const bytes = places.map(({ contentWidth, contentHeight }) => 3 * contentWidth * contentHeight);
    const results: DecodedCrop[] = [];
    for (const [index, crop] of crops.entries()) {
      const place = places[index];
      if (place === undefined) throw new RangeError(`no place for crop ${index}`);
      const wanted = bytes[index] ?? 0;
      const last = `select=eq(n\\,${units.length - 1})`;
      const output = ["-vf", `${last},${filters(place, stream)}`, "-frames:v", "1"];
      const strict = ["-err_detect", "explode"]; // Damage is not a picture.
      const args = [...strict, ...format, "-i", "pipe:0", ...output, "-f", "rawvideo", "pipe:1"];
      const bounds = { timeoutMs, outputBytesMax: wanted };
      const planes = await this.#run("ffmpeg", args, input, bounds);
      if (planes.length !== wanted) throw new Error(`${units.length} units gave no picture`);
      results.push(decodedCrop(crop, place, stream, planes));
    }
    return results;
  }

  #run(
    tool: "ffmpeg" | "ffprobe",
    args: readonly string[],
    input: readonly Uint8Array[],
    bounds: { readonly timeoutMs: number; readonly outputBytesMax: number },
  ): Promise<Buffer> {
    return runPiped({ tool, args, input, ...bounds, signal: this.#stopping.signal });
  }
}

function filters(place: CropPlace, stream: Probe): string {
  const { cropX, cropY, cropWidth, cropHeight, contentWidth, contentHeight } = place;
  const guess = isHighDefinition(stream.height) ? "bt709" : "bt601";
  const matrix = matrices[stream.color_space] ?? guess;
  const isFull = stream.color_range === "pc" || stream.pix_fmt.startsWith("yuvj");
  const colours = `in_color_matrix=${matrix}:in_range=${isFull ? "pc" : "tv"}:out_range=pc`;
  const size = `${contentWidth}:${contentHeight}:flags=${scalingAlgorithm(place)}`;
  return [
    `crop=${cropWidth}:${cropHeight}:${cropX}:${cropY}`,
    `scale=${size}:${colours}`,
    "format=gbrp",
  ].join(",");
}

function decodedCrop(
  crop: CropRequest,
  place: CropPlace,
  { width, height }: Probe,
  scaled: Buffer,
): DecodedCrop {
  const planes = crop.into ?? new Uint8Array(planesBytes(crop));
  if (planes.byteLength !== planesBytes(crop)) {
    throw new RangeError(`${planes.byteLength} bytes for planes of ${planesBytes(crop)}`);
  }
  const { cropX, cropY, cropWidth, cropHeight, ...content } = place;
  const { contentX, contentY, contentWidth, contentHeight } = content;
  planes.fill(crop.fill);
  planeOrder[crop.channels].forEach((plane, channel) => {
    for (let y = 0; y < contentHeight; y++) {
      const from = (plane * contentHeight + y) * contentWidth;
      const to = (channel * crop.height + contentY + y) * crop.width + contentX;
      planes.set(scaled.subarray(from, from + contentWidth), to);
    }
  });
  return {
    planes,
    ...content,
    pictureWidth: width,
    pictureHeight: height,
    crop: {
      xMin: cropX / width,
      yMin: cropY / height,
      xMax: (cropX + cropWidth) / width,
      yMax: (cropY + cropHeight) / height,
    },
  };
}

function pixelAspect({ sample_aspect_ratio: text }: Probe): number {
  const [over = 0, under = 0] = text.split(":").map(Number);
  const ratio = over / under;
  return ratio >= 0.25 && ratio <= 4 ? ratio : 1;
}

function failed(cameraId: CameraId, detail: string, cause?: unknown): AgentError {
  return new AgentError(
    "DECODER_FAILED",
    `camera ${cameraId}: picture not decoded by ffmpeg: ${detail}`,
    "One picture lost is one look less. If it goes on, check the camera's encoder settings.",
    { cause },
  );
}
