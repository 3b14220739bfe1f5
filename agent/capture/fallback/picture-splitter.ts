/**
 * Finds the pictures in a raw stream (Annex B, or JPEGs one behind the other), as ffmpeg writes it.
 *
 * A NAL unit is whole when the next one begins, a picture when the first NAL unit of another one
 * does; so the newest picture comes out one picture later. `flush` ends both.
 */
import type { Codec } from "../encoded-picture.ts";
import { accessUnitBytesMax } from "../limits.ts";
import { GrowingBytes } from "./growing-bytes.ts";

export interface PictureSplitter {
  push(chunk: Buffer): void;
  flush(): void;
}

/** NAL units of one picture, or one JPEG; valid during the call alone. */
export type OnPicture = (parts: readonly Uint8Array[]) => void;

export const pictureSplitter = (codec: Codec, onPicture: OnPicture): PictureSplitter =>
  codec === "mjpeg" ? new JpegSplitter(onPicture) : new AnnexBSplitter(codec, onPicture);

const startCode = Buffer.from([0, 0, 1]);
const nalKeptBytes = 100;

class AnnexBSplitter implements PictureSplitter {
  readonly #codec: "h264" | "h265";
  readonly #onPicture: OnPicture;
  readonly #held = new GrowingBytes({ bytesMax: accessUnitBytesMax });
  /** Up to here there is no start code that was not seen. */
  #searchedTo = 0;
  #nals: Buffer[] = [];
  /** With what it takes to keep each: a unit may be a single byte. */
  #nalsBytes = 0;
  #hasPicture = false;

  constructor(codec: "h264" | "h265", onPicture: OnPicture) {
    this.#codec = codec;
    this.#onPicture = onPicture;
  }

  push(chunk: Buffer): void {
    this.#held.append(chunk);
    const { view } = this.#held;
    let begin = 0;
    for (;;) {
      const next = view.indexOf(startCode, Math.max(begin === 0 ? this.#searchedTo : begin, begin));
      if (next === -1) break;
      this.#takeNal(view.subarray(begin, next));
      begin = next + startCode.length;
    }
    // The last bytes may be the beginning of a start code.
    this.#searchedTo = Math.max(0, view.length - begin - (startCode.length - 1));
    this.#held.drop(begin);
  }

  flush(): void {
    this.#takeNal(this.#held.view);
    this.#held.drop(this.#held.view.length);
    this.#searchedTo = 0;
    this.#finishPicture();
  }

  /** Without the zeros that belong to the next start code. */
  #takeNal(bytes: Buffer): void {
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === 0) end -= 1;
    if (end === 0) return;
    const nal = Buffer.from(bytes.subarray(0, end));
    const role = roles[this.#codec](nal);
    if (this.#hasPicture && role !== "continues") this.#finishPicture();
    if (role === "begins" || role === "continues") this.#hasPicture ||= role === "begins";
    this.#nalsBytes += nal.length + nalKeptBytes;
    if (this.#nalsBytes <= accessUnitBytesMax) this.#nals.push(nal);
  }

  #finishPicture(): void {
    const nals = this.#nals;
    const isWhole = this.#hasPicture && this.#nalsBytes <= accessUnitBytesMax;
    this.#nals = [];
    this.#nalsBytes = 0;
    this.#hasPicture = false;
    if (isWhole) this.#onPicture(nals);
  }
}

/** `begins` a picture, `leads` to one, or `continues` the one that has begun. */
type Role = "begins" | "leads" | "continues";

const roles: Readonly<Record<"h264" | "h265", (nal: Buffer) => Role>> = {
  h264: (nal) => {
    const type = (nal[0] ?? 0) & 0x1f;
    if (type === 1 || type === 2 || type === 5) {
      return ((nal[1] ?? 0) & 0x80) !== 0 ? "begins" : "continues";
    }
    return (type >= 6 && type <= 9) || (type >= 14 && type <= 18) ? "leads" : "continues";
  },
  h265: (nal) => {
    const type = ((nal[0] ?? 0) >> 1) & 0x3f;
    if (type < 32) return ((nal[2] ?? 0) & 0x80) !== 0 ? "begins" : "continues";
    return (type >= 32 && type <= 35) || type === 39 || (type >= 41 && type <= 44)
      ? "leads"
      : "continues";
  },
};

const startOfImage = Buffer.from([0xff, 0xd8, 0xff]);
const endOfImage = Buffer.from([0xff, 0xd9]);

/** Entropy-coded data never holds the end marker; a thumbnail in a header might, and is cut off. */
class JpegSplitter implements PictureSplitter {
  readonly #onPicture: OnPicture;
  readonly #held = new GrowingBytes({ bytesMax: accessUnitBytesMax });
  /** Up to here the picture that has begun has no end. */
  #searchedTo = 0;

  constructor(onPicture: OnPicture) {
    this.#onPicture = onPicture;
  }

  push(chunk: Buffer): void {
    this.#held.append(chunk);
    const { view } = this.#held;
    let begin = 0;
    for (;;) {
      const start = view.indexOf(startOfImage, begin);
      if (start === -1) {
        this.#keepFrom(Math.max(begin, view.length - startOfImage.length + 1), 0);
        return;
      }
      const searchFrom = Math.max(start + startOfImage.length, this.#searchedTo);
      const end = view.indexOf(endOfImage, searchFrom);
      if (end === -1) {
        // The last byte may be the first of an end.
        this.#keepFrom(start, Math.max(searchFrom, view.length - 1));
        return;
      }
      begin = end + endOfImage.length;
      this.#searchedTo = 0;
      this.#onPicture([view.subarray(start, begin)]);
    }
  }

  flush(): void {
    this.#keepFrom(this.#held.view.length, 0);
  }

  #keepFrom(start: number, searchedTo: number): void {
    this.#held.drop(start);
    this.#searchedTo = Math.max(0, searchedTo - start);
  }
}
