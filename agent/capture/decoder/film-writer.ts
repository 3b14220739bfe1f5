/**
 * Encodes pictures as H.264 and writes them as fragmented MP4, in memory: runs inside the decoder
 * host alone.
 *
 * Without B-frames, so that the order of pictures is the order of their times; each lasts until
 * the next one. Says nothing of who encoded what and how: the same pictures give the same bytes.
 */
import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVFMT_FLAG_BITEXACT,
  FF_ENCODER_LIBX264,
} from "node-av/constants";
import {
  Codec,
  CodecContext,
  FormatContext,
  type Frame,
  IOContext,
  Packet,
  Rational,
  type Stream,
} from "node-av/lib";
import { check } from "./crop-scaler.ts";
import { DecodeError } from "./picture-decoder.ts";

const ticksPerMs = 90;
const timeBase = new Rational(1, 1_000 * ticksPerMs);
const bufferBytes = 64 * 1024;
/** Players jump to every so many pictures; each begins a fragment. */
const groupPictures = 24;
/** What the last picture lasts, and what the encoder is told of the rate. */
const usualMs = 80;
const constantQuality = 26;

export interface FilmOptions {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSecond: number;
  /** A file beyond this is not written on. */
  readonly bytesMax: number;
}

export class FilmWriter {
  readonly width: number;
  readonly height: number;
  readonly #bytesMax: number;
  readonly #encoder: CodecContext;
  readonly #output = new IOContext();
  readonly #container = new FormatContext();
  readonly #stream: Stream;
  readonly #packet = new Packet();
  readonly #waiting = new Packet();
  #hasWaiting = false;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(options: FilmOptions) {
    this.width = options.width;
    this.height = options.height;
    this.#bytesMax = options.bytesMax;
    const implementation = Codec.findEncoderByName(FF_ENCODER_LIBX264);
    if (implementation === null) {
      throw new DecodeError("unsupported", "this build cannot encode H.264");
    }
    this.#encoder = openEncoder(implementation, options);
    this.#packet.alloc();
    this.#waiting.alloc();
    this.#output.allocContextWithCallbacks(bufferBytes, 1, null, (chunk) => this.#keep(chunk));
    check(this.#container.allocOutputContext2(null, "mp4", null), "make a file");
    this.#container.pb = this.#output;
    this.#container.setFlags(AVFMT_FLAG_BITEXACT);
    this.#stream = this.#container.newStream(implementation);
    this.#stream.timeBase = timeBase;
    check(this.#stream.codecpar.fromContext(this.#encoder), "describe the film");
    const movflags = "frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets";
    this.#container.setOption("movflags", movflags);
    check(this.#container.writeHeaderSync(), "begin a file");
  }

  write(picture: Frame, atMs: number): void {
    picture.pts = BigInt(Math.round(atMs * ticksPerMs));
    picture.pictType = AV_PICTURE_TYPE_NONE;
    check(this.#encoder.sendFrameSync(picture), "encode");
    this.#drain();
  }

  finish(): Uint8Array {
    check(this.#encoder.sendFrameSync(null), "end encoding");
    this.#drain();
    this.#writeWaiting(BigInt(usualMs * ticksPerMs));
    check(this.#container.writeTrailerSync(), "end a file");
    return Buffer.concat(this.#chunks);
  }

  free(): void {
    this.#encoder.freeContext();
    this.#container.pb = null; // Freed below; the container would free it a second time.
    this.#container.freeContext();
    this.#output.freeContext();
    this.#packet.free();
    this.#waiting.free();
  }

  #drain(): void {
    while (this.#encoder.receivePacketSync(this.#packet) >= 0) {
      // What a picture lasts is known with the next one.
      if (this.#hasWaiting) this.#writeWaiting(this.#packet.pts - this.#waiting.pts);
      check(this.#waiting.ref(this.#packet), "hold a picture");
      this.#hasWaiting = true;
      this.#packet.unref();
    }
  }

  #writeWaiting(duration: bigint): void {
    this.#waiting.duration = duration;
    this.#waiting.streamIndex = 0;
    this.#waiting.rescaleTs(timeBase, this.#stream.timeBase);
    check(this.#container.writeFrameSync(this.#waiting), "write a picture");
    this.#waiting.unref();
    this.#hasWaiting = false;
  }

  #keep(chunk: Buffer): number {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#bytesMax) this.#chunks.push(Buffer.from(chunk));
    return chunk.length;
  }
}

function openEncoder(implementation: Codec, options: FilmOptions): CodecContext {
  const encoder = new CodecContext();
  encoder.allocContext3(implementation);
  encoder.width = options.width;
  encoder.height = options.height;
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.timeBase = timeBase;
  encoder.framerate = new Rational(1_000, usualMs);
  encoder.threadCount = 1;
  encoder.gopSize = groupPictures;
  encoder.maxBFrames = 0;
  encoder.colorSpace = AVCOL_SPC_BT709;
  encoder.colorPrimaries = AVCOL_PRI_BT709;
  encoder.colorTrc = AVCOL_TRC_BT709;
  encoder.colorRange = AVCOL_RANGE_MPEG;
  encoder.rcMaxRate = BigInt(Math.max(1_000, Math.floor(options.bitsPerSecond)));
  encoder.rcBufferSize = Math.max(1_000, Math.floor(options.bitsPerSecond));
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  encoder.setFlags(AV_CODEC_FLAG_BITEXACT);
  encoder.setOption("preset", "veryfast");
  encoder.setOption("crf", String(constantQuality));
  const opened = encoder.open2Sync(implementation, null);
  if (opened >= 0) return encoder;
  encoder.freeContext();
  throw new DecodeError("unsupported", `H.264 encoding did not start: error ${opened}`);
}
