/**
 * One clip, from a span's access units to a fragmented MP4: runs inside the decoder host alone.
 *
 * Pictures come out of the decoder in the order of showing, whatever B-frames do to the order of
 * arrival, and keep the times they were captured at. Each is masked before the encoder sees it. A
 * picture with damage is left out; an encoder that misses the byte budget is asked again for less.
 */
import { type CodecContext, Frame, Packet } from "node-av/lib";
import type { ClipRequest, EncodedClip } from "./clip.ts";
import { maskPicture } from "./clip-masking.ts";
import { ClipScaler } from "./clip-scaler.ts";
import { FilmWriter } from "./film-writer.ts";
import { DecodeError, damageFlags, openDecoder } from "./picture-decoder.ts";

/** An encoder told to stay below a rate goes over it by less than this, most of the time. */
const rateShare = 0.85;
const attemptsMax = 3;

export class ClipMaking {
  readonly #request: ClipRequest;
  readonly #packet = new Packet();
  readonly #decoded = new Frame();

  constructor(request: ClipRequest) {
    this.#request = request;
    this.#packet.alloc();
    this.#decoded.alloc();
  }

  make(): EncodedClip {
    const { fileBytesMax, units } = this.#request;
    let bytesWanted = fileBytesMax * rateShare;
    let bytes = 0;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const clip = this.#attempt(bytesWanted);
      bytes = clip.bytes.length;
      if (bytes <= fileBytesMax) return clip;
      bytesWanted *= Math.min(0.7, (fileBytesMax * rateShare) / bytes);
    }
    const text = `${units.length} units do not fit into ${fileBytesMax} bytes, but into ${bytes}`;
    throw new DecodeError("too-large", text);
  }

  #attempt(bytesWanted: number): EncodedClip {
    const { codec, parameterSets, units } = this.#request;
    const decoder = openDecoder(codec, parameterSets);
    const film = new Film(this.#request, bytesWanted);
    try {
      for (const [index, unit] of units.entries()) {
        const { bytes, isShown } = unit;
        this.#packet.data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.#packet.pts = BigInt(index);
        // Of what is not shown, only what others build on.
        decoder.setOption("skip_frame", isShown ? "default" : "nonref");
        decoder.sendPacketSync(this.#packet);
        this.#packet.unref();
        this.#receive(decoder, film);
      }
      decoder.sendPacketSync(null);
      this.#receive(decoder, film);
      return film.finish();
    } finally {
      film.free();
      decoder.freeContext();
    }
  }

  #receive(decoder: CodecContext, film: Film): void {
    while (decoder.receiveFrameSync(this.#decoded) >= 0) {
      if ((this.#decoded.decodeErrorFlags & damageFlags) === 0) {
        film.add(this.#decoded, Number(this.#decoded.pts));
      }
      this.#decoded.unref();
    }
  }
}

/** What is shown of the span, as it is encoded. */
class Film {
  readonly #request: ClipRequest;
  readonly #scaler: ClipScaler;
  readonly #bytesWanted: number;
  readonly #startMs: number;
  readonly #durationMs: number;
  #writer: FilmWriter | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #pictureCount = 0;
  #firstUnit = 0;
  #lastUnit = 0;

  constructor(request: ClipRequest, bytesWanted: number) {
    this.#request = request;
    this.#scaler = new ClipScaler(request);
    this.#bytesWanted = bytesWanted;
    const times = request.units.filter(({ isShown }) => isShown).map(({ atMs }) => atMs);
    this.#startMs = Math.min(...times);
    this.#durationMs = Math.max(1_000, Math.max(...times) - this.#startMs);
  }

  add(picture: Frame, index: number): void {
    const unit = this.#request.units[index];
    // One that a decoder found late would play backwards.
    if (unit === undefined || !unit.isShown || unit.atMs < this.#lastMs + 1) return;
    const scaled = this.#scaler.scale(picture);
    maskPicture(scaled, unit.regions, this.#request.polygons);
    this.#writer ??= new FilmWriter({
      width: scaled.width,
      height: scaled.height,
      bitsPerSecond: (this.#bytesWanted * 8_000) / this.#durationMs,
      bytesMax: this.#request.fileBytesMax * 4,
    });
    this.#writer.write(scaled, unit.atMs - this.#startMs);
    this.#lastMs = unit.atMs;
    if (this.#pictureCount === 0) this.#firstUnit = index;
    this.#lastUnit = index;
    this.#pictureCount += 1;
    scaled.unref();
  }

  finish(): EncodedClip {
    if (this.#writer === undefined) {
      const { units, codec } = this.#request;
      throw new DecodeError("no-picture", `${units.length} units of ${codec} gave no picture`);
    }
    return {
      bytes: this.#writer.finish(),
      width: this.#writer.width,
      height: this.#writer.height,
      pictureCount: this.#pictureCount,
      firstUnit: this.#firstUnit,
      lastUnit: this.#lastUnit,
    };
  }

  free(): void {
    this.#writer?.free();
    this.#scaler.free();
  }
}
