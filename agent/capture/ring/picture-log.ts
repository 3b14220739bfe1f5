/**
 * Which packets of the ring make which picture, and what is known of it.
 *
 * Struct of arrays, made once; a picture has an absolute number that rises for ever, also over
 * reconnects. The oldest entries are overwritten.
 */
import { ringPicturesMax } from "../limits.ts";

export interface PictureEntry {
  readonly firstPacket: number;
  readonly packetCount: number;
  /** Decodes alone. */
  readonly isKey: boolean;
  /** Number of the picture at which decoding must begin to get this one; -1: cannot be decoded. */
  readonly chainStart: number;
  readonly parameterSetVersion: number;
  readonly capturedAtMs: number;
  readonly capturedUncertaintyMs: number;
  readonly isClockOfCamera: boolean;
  readonly arrivedAtMonoMs: number;
}

const isKeyFlag = 1;
const isClockOfCameraFlag = 2;

export class PictureLog {
  readonly #firstPackets = new Float64Array(ringPicturesMax);
  readonly #packetCounts = new Uint32Array(ringPicturesMax);
  readonly #flags = new Uint8Array(ringPicturesMax);
  readonly #chainStarts = new Float64Array(ringPicturesMax);
  readonly #setVersions = new Uint32Array(ringPicturesMax);
  readonly #capturedAtMs = new Float64Array(ringPicturesMax);
  readonly #uncertaintiesMs = new Float32Array(ringPicturesMax);
  readonly #arrivedAtMonoMs = new Float64Array(ringPicturesMax);
  #next = 0;

  get firstPicture(): number {
    return Math.max(0, this.#next - ringPicturesMax);
  }

  get nextPicture(): number {
    return this.#next;
  }

  append(entry: PictureEntry): number {
    const slot = this.#next % ringPicturesMax;
    this.#firstPackets[slot] = entry.firstPacket;
    this.#packetCounts[slot] = entry.packetCount;
    this.#flags[slot] =
      (entry.isKey ? isKeyFlag : 0) | (entry.isClockOfCamera ? isClockOfCameraFlag : 0);
    this.#chainStarts[slot] = entry.chainStart;
    this.#setVersions[slot] = entry.parameterSetVersion;
    this.#capturedAtMs[slot] = entry.capturedAtMs;
    this.#uncertaintiesMs[slot] = entry.capturedUncertaintyMs;
    this.#arrivedAtMonoMs[slot] = entry.arrivedAtMonoMs;
    this.#next += 1;
    return this.#next - 1;
  }

  at(picture: number): PictureEntry | undefined {
    if (picture < this.firstPicture || picture >= this.#next) return undefined;
    const slot = picture % ringPicturesMax;
    const flags = this.#flags[slot] ?? 0;
    return {
      firstPacket: this.#firstPackets[slot] ?? 0,
      packetCount: this.#packetCounts[slot] ?? 0,
      isKey: (flags & isKeyFlag) !== 0,
      chainStart: this.#chainStarts[slot] ?? -1,
      parameterSetVersion: this.#setVersions[slot] ?? 0,
      capturedAtMs: this.#capturedAtMs[slot] ?? 0,
      capturedUncertaintyMs: this.#uncertaintiesMs[slot] ?? 0,
      isClockOfCamera: (flags & isClockOfCameraFlag) !== 0,
      arrivedAtMonoMs: this.#arrivedAtMonoMs[slot] ?? 0,
    };
  }

  /** One more packet belongs to the newest picture: its camera marks each slice as the last. */
  extendNewest(packetCount: number): void {
    const slot = (this.#next - 1) % ringPicturesMax;
    this.#packetCounts[slot] = (this.#packetCounts[slot] ?? 0) + packetCount;
  }
}
