/**
 * The least that looking at a picture can cost: libav in a loop, nothing around it.
 *
 * One context, one thread, one scaler to the planes of a model's input. Loop filter and scaling are
 * as in the decoder host, so that the work is the same.
 */
import {
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_PIX_FMT_GBRP,
  SWS_AREA,
  SWS_BILINEAR,
} from "node-av/constants";
import { Codec, CodecContext, Frame, Packet, SoftwareScaleContext } from "node-av/lib";
import { placeCrop } from "../../capture/decoder/crop-place.ts";
import type { CropRequest } from "../../capture/decoder/decoder.ts";
import { isShrunkFar, scalingAlgorithm } from "../../capture/decoder/scaling.ts";
import type { EncodedPicture } from "../../capture/encoded-picture.ts";

type PixelFormat = Parameters<SoftwareScaleContext["getContext"]>[2];

export class BareLibav {
  readonly #context = new CodecContext();
  readonly #scaler = new SoftwareScaleContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #received = new Frame();
  readonly #crop: CropRequest;
  readonly #planes: readonly Buffer[];
  #isScalerReady = false;

  constructor(
    { codec, parameterSets }: EncodedPicture,
    crop: CropRequest,
    { width, height }: { readonly width: number; readonly height: number },
  ) {
    this.#crop = crop;
    this.#planes = [0, 1, 2].map(() => Buffer.alloc(crop.width * crop.height + 64));
    const decoder = Codec.findDecoder(codec === "h264" ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC);
    if (decoder === null) throw new Error(`libav has no decoder for ${codec}`);
    this.#context.allocContext3(decoder);
    this.#context.threadCount = 1;
    if (isShrunkFar([crop], width, height)) this.#context.setOption("skip_loop_filter", "all");
    this.#context.extraData = Buffer.from(parameterSets);
    check(this.#context.open2Sync(decoder, null), "open the decoder");
    for (const thing of [this.#packet, this.#frame, this.#received]) thing.alloc();
  }

  /** The picture of the last unit, as planes. */
  look({ units }: EncodedPicture): void {
    for (const unit of units) {
      this.#packet.data = Buffer.from(unit.buffer, unit.byteOffset, unit.byteLength);
      check(this.#context.sendPacketSync(this.#packet), "decode");
      this.#packet.unref();
      this.#receive();
    }
    check(this.#context.sendPacketSync(null), "drain");
    this.#receive();
    this.#context.flushBuffers();
    this.#scale();
    this.#frame.unref();
  }

  close(): void {
    this.#context.freeContext();
    this.#scaler.freeContext();
  }

  #receive(): void {
    while (this.#context.receiveFrameSync(this.#received) >= 0) {
      this.#frame.unref();
      this.#frame.ref(this.#received);
      this.#received.unref();
    }
  }

  #scale(): void {
    const { width, height, format, data, linesize } = this.#frame;
    if (data === null) throw new Error("a picture without bytes");
    const place = placeCrop(this.#crop, width, height);
    const { cropX, cropY, cropWidth, cropHeight, contentWidth, contentHeight } = place;
    if (!this.#isScalerReady) {
      const flags = scalingAlgorithm(place) === "area" ? SWS_AREA : SWS_BILINEAR;
      const from = format as PixelFormat; // A picture's, not a sample's.
      const to = [contentWidth, contentHeight, AV_PIX_FMT_GBRP] as const;
      this.#scaler.getContext(cropWidth, cropHeight, from, ...to, flags);
      this.#isScalerReady = true;
    }
    const lines = linesize.slice(0, 3);
    // Samples of more than eight bits take two bytes; colours have half the resolution.
    const sampleBytes = (lines[0] ?? 0) >= 2 * width ? 2 : 1;
    const planes = data.slice(0, 3).map((plane, index) => {
      const [x, y] = index === 0 ? [cropX, cropY] : [cropX / 2, cropY / 2];
      return plane.subarray(y * (lines[index] ?? 0) + x * sampleBytes);
    });
    const steps = [contentWidth, contentWidth, contentWidth];
    const scaled = this.#scaler.scaleSync(planes, lines, 0, cropHeight, [...this.#planes], steps);
    check(scaled, "scale");
  }
}

function check(code: number, what: string): void {
  if (code < 0) throw new Error(`libav could not ${what}: error ${code}`);
}
