/**
 * The least that a look's picture can cost: one keyframe through libav, cut and scaled to planes.
 *
 * One context, one thread, buffers that are used again; nothing is checked, nothing travels. The
 * cut, the algorithm and the loop filter are those of the agent, so that the work is the same.
 */
import {
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_PIX_FMT_GBRP,
  SWS_AREA,
  SWS_BILINEAR,
} from "node-av/constants";
import { Codec, CodecContext, Frame, Packet, SoftwareScaleContext } from "node-av/lib";
import type { Clip } from "../../../../test-fixtures/clips/clip.ts";
import { placeCrop } from "../../../capture/decoder/crop-place.ts";
import type { CropPlace } from "../../../capture/decoder/protocol.ts";
import { scalingAlgorithm } from "../../../capture/decoder/scaling.ts";

type CropRequest = Parameters<typeof placeCrop>[0];

const startCode = Buffer.from([0, 0, 0, 1]);

export class BareDecoder {
  readonly keyframes: readonly Buffer[];
  readonly #context = new CodecContext();
  readonly #scaler = new SoftwareScaleContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #request: CropRequest;
  #place: CropPlace | undefined;
  #planes: Buffer[] = [];
  #next = 0;

  constructor(clip: Clip, request: CropRequest) {
    this.#request = request;
    this.keyframes = clip.accessUnits
      .filter(({ isKeyframe }) => isKeyframe)
      .map(({ nals }) => annexB(nals));
    const id = clip.codec === "h264" ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC;
    const codec = Codec.findDecoder(id);
    if (codec === null) throw new Error(`libav has no decoder for ${clip.codec}`);
    this.#context.allocContext3(codec);
    this.#context.threadCount = 1;
    this.#context.extraData = annexB(clip.parameterSets);
    check(this.#context.open2Sync(codec, null), "open the decoder");
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** The next keyframe of the clip, round and round. */
  decodeNext(): void {
    const unit = this.keyframes[this.#next++ % this.keyframes.length];
    if (unit === undefined) throw new Error("the clip has no keyframe");
    this.#packet.data = unit;
    check(this.#context.sendPacketSync(this.#packet), "send");
    this.#packet.unref();
    check(this.#context.sendPacketSync(null), "drain");
    check(this.#context.receiveFrameSync(this.#frame), "receive");
    this.#scale();
    this.#frame.unref();
    this.#context.flushBuffers();
  }

  #scale(): void {
    const { width, height, format, data, linesize } = this.#frame;
    if (data === null) throw new Error("a picture without bytes");
    this.#place ??= this.#setUp(width, height, format);
    const { cropX, cropY, cropHeight, contentWidth } = this.#place;
    const planes = data.slice(0, 3).map((plane, index) => {
      const [x, y] = index === 0 ? [cropX, cropY] : [cropX / 2, cropY / 2];
      // Samples of more than eight bits take two bytes.
      const sampleBytes = (linesize[0] ?? 0) >= 2 * width ? 2 : 1;
      return plane.subarray(y * (linesize[index] ?? 0) + x * sampleBytes);
    });
    const strides = [contentWidth, contentWidth, contentWidth];
    check(
      this.#scaler.scaleSync(planes, linesize.slice(0, 3), 0, cropHeight, this.#planes, strides),
      "scale",
    );
  }

  #setUp(width: number, height: number, format: Frame["format"]): CropPlace {
    const place = placeCrop(this.#request, width, height);
    const { cropWidth, cropHeight, contentWidth, contentHeight } = place;
    const flags = scalingAlgorithm(place) === "area" ? SWS_AREA : SWS_BILINEAR;
    this.#scaler.getContext(
      cropWidth,
      cropHeight,
      format as Parameters<SoftwareScaleContext["getContext"]>[2], // A picture's, not a sample's.
      contentWidth,
      contentHeight,
      AV_PIX_FMT_GBRP,
      flags,
    );
    this.#planes = [0, 1, 2].map(() => Buffer.alloc(contentWidth * contentHeight + 64));
    return place;
  }
}

function annexB(nals: readonly Uint8Array[]): Buffer {
  return Buffer.concat(nals.flatMap((nal) => [startCode, nal]));
}

function check(code: number, what: string): void {
  if (code < 0) throw new Error(`libav could not ${what}: error ${code}`);
}
