/**
 * The parameter sets of a stream (SPS, PPS, VPS): those of the description, then those that come
 * between the pictures.
 *
 * Each change of content makes a new version, and pictures name the version they were coded
 * with; a repetition, which most cameras send before each keyframe, costs a comparison.
 */
import type { Codec } from "../encoded-picture.ts";
import {
  parameterSetBytesMax,
  parameterSetsPerKindMax,
  parameterSetVersionsMax,
} from "../limits.ts";
import { BitReader } from "./bit-reader.ts";
import { type PictureFormat, pictureFormat } from "./picture-size.ts";

type SetKind = "vps" | "sps" | "pps";

interface StoredSet {
  readonly kind: SetKind;
  readonly id: number;
  readonly bytes: Buffer;
}

/** Put together when a picture of it is asked for: a camera may change its sets with each picture. */
interface Version {
  readonly sets: readonly StoredSet[];
  bytes: Uint8Array | undefined;
}

export class ParameterSets {
  readonly #codec: Codec;
  #sets: StoredSet[] = [];
  #isChanged = false;
  /** Newest last; index + `#dropped` is the version's number. */
  #versions: Version[] = [{ sets: [], bytes: undefined }];
  #dropped = 0;
  #format: PictureFormat | undefined;
  #changeCount = 0;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** Size and profile by the newest SPS; undefined until one has come that makes sense. */
  get format(): PictureFormat | undefined {
    return this.#format;
  }

  get isComplete(): boolean {
    if (this.#codec === "mjpeg") return true;
    const has = (kind: SetKind): boolean => this.#sets.some((set) => set.kind === kind);
    return has("sps") && has("pps") && (this.#codec === "h264" || has("vps"));
  }

  /** False when a picture names a set that the stream has not; true while sets are awaited. */
  isPpsKnown(id: number): boolean {
    return !this.isComplete || this.#sets.some((set) => set.kind === "pps" && set.id === id);
  }

  /** How often the contents changed after they had been complete once. */
  get changeCount(): number {
    return this.#changeCount;
  }

  /** Takes a NAL unit (with header, without start code). False: it is no parameter set. */
  offer(bytes: Uint8Array, start = 0, end: number = bytes.length): boolean {
    const kind = this.#kindOf(bytes[start] ?? 0);
    if (kind === undefined) return false;
    let size = end - start;
    // Some cameras leave the next start code, or zeros, behind the set in their description.
    while (size > 2 && (bytes[start + size - 1] ?? 0) === 0) size -= 1;
    if (size > 3 && endsInStartCode(bytes, start + size)) {
      size -= 3;
      while (size > 2 && (bytes[start + size - 1] ?? 0) === 0) size -= 1;
    }
    const headBytes = this.#codec === "h264" ? 1 : 2;
    if (size <= headBytes || size > parameterSetBytesMax) return true;
    const set = Buffer.from(bytes.buffer, bytes.byteOffset + start, size);
    const id = this.#idOf(kind, set);
    const index = this.#sets.findIndex((stored) => stored.kind === kind && stored.id === id);
    if (this.#sets[index]?.bytes.equals(set) === true) return true;
    const stored = { kind, id, bytes: Buffer.from(set) };
    if (index !== -1) this.#sets[index] = stored;
    else if (this.#count(kind) < parameterSetsPerKindMax) this.#sets.push(stored);
    else return true;
    this.#isChanged = true;
    if (kind === "sps") this.#format = pictureFormat(this.#codec, stored.bytes) ?? this.#format;
    return true;
  }

  /** Number of the version that holds now: to be asked when a picture is whole. */
  version(): number {
    if (this.#isChanged) {
      this.#isChanged = false;
      const before = this.#versions.at(-1)?.sets.length ?? 0;
      if (before > 0) this.#changeCount += 1;
      this.#versions.push({ sets: [...this.#sets], bytes: undefined });
      while (this.#versions.length > parameterSetVersionsMax) {
        this.#versions.shift();
        this.#dropped += 1;
      }
    }
    return this.#versions.length - 1 + this.#dropped;
  }

  /** Annex B bytes of a version; undefined when it is too old. */
  bytesOf(version: number): Uint8Array | undefined {
    const found = this.#versions[version - this.#dropped];
    if (found !== undefined) found.bytes ??= annexB(found.sets);
    return found?.bytes;
  }

  #count(kind: SetKind): number {
    return this.#sets.filter((set) => set.kind === kind).length;
  }

  #kindOf(head: number): SetKind | undefined {
    if (this.#codec === "h264") {
      const type = head & 0x1f;
      return type === 7 ? "sps" : type === 8 ? "pps" : undefined;
    }
    const type = (head >> 1) & 0x3f;
    return type === 32 ? "vps" : type === 33 ? "sps" : type === 34 ? "pps" : undefined;
  }

  /** Two sets of one kind with different ids live side by side. */
  #idOf(kind: SetKind, set: Buffer): number {
    if (this.#codec === "h264") {
      const reader = new BitReader(set, kind === "sps" ? 4 : 1);
      return reader.unsigned();
    }
    const reader = new BitReader(set, 2);
    if (kind === "vps") return reader.bits(4);
    if (kind === "pps") return reader.unsigned();
    return 0; // The id lies behind the profile; cameras have one SPS.
  }
}

const startCode = Buffer.from([0, 0, 0, 1]);

function annexB(sets: readonly StoredSet[]): Uint8Array {
  const order: readonly SetKind[] = ["vps", "sps", "pps"];
  const parts = order.flatMap((kind) =>
    sets
      .filter((set) => set.kind === kind)
      .toSorted((a, b) => a.id - b.id)
      .flatMap(({ bytes }) => [startCode, bytes]),
  );
  return Buffer.concat(parts);
}

const endsInStartCode = (bytes: Uint8Array, end: number): boolean =>
  bytes[end - 1] === 1 && bytes[end - 2] === 0 && bytes[end - 3] === 0;
