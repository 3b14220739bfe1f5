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
    if (!this.#isScalerReady) {
      const flags = scalingAlgorithm(place) === "area" ? SWS_AREA : SWS_BILINEAR;
      const { contentWidth, contentHeight } = place;
      const from = format as PixelFormat; // A picture's, not a sample's.
      this.#scaler.getContext(
        width,
        height,
        from,
        contentWidth,
        contentHeight,
        AV_PIX_FMT_GBRP,
        flags,
      );
      this.#isScalerReady = true;
    }
    const steps = [place.contentWidth, place.contentWidth, place.contentWidth];
    const lines = linesize.slice(0, 3);
    check(
      this.#scaler.scaleSync(data.slice(0, 3), lines, 0, height, [...this.#planes], steps),
      "scale",
    );
  }
}

function check(code: number, what: string): void {
  if (code < 0) throw new Error(`libav could not ${what}: error ${code}`);
}
