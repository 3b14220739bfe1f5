/**
 * What the NAL units of one access unit say together: is it a picture, and does it decode alone?
 *
 * What decodes alone counts, not the NAL type: an IDR, H.265's random access pictures, a picture
 * whose slices are all intra, or a recovery point. Looks at the first bytes of each NAL unit
 * only, so it costs the same for a keyframe of 1 MB. One object a stream, reset for each unit.
 */
import { BitReader } from "./bit-reader.ts";

export class UnitFacts {
  hasPicture = false;
  /** The slice that begins the picture was there. */
  hasFirstSlice = false;
  isRandomAccess = false;
  isIntraOnly = true;
  /** Pictures after which a recovery point is right; -1 without one. */
  recoveryCount = -1;
  readonly #reader = new BitReader(new Uint8Array(0));

  reset(): void {
    this.hasPicture = false;
    this.hasFirstSlice = false;
    this.isRandomAccess = false;
    this.isIntraOnly = true;
    this.recoveryCount = -1;
  }

  /** Pictures to decode from here until one is right; 0: decodes alone; -1: no place to begin. */
  get picturesUntilRight(): number {
    if (!this.hasPicture || !this.hasFirstSlice) return -1;
    if (this.isRandomAccess || this.isIntraOnly) return 0;
    return this.recoveryCount;
  }

  /** `bodyStart` lies behind the NAL header; the body may be a first fragment. */
  addH264(type: number, bytes: Uint8Array, bodyStart: number, end: number): void {
    if (type === 1 || type === 2 || type === 5) {
      this.hasPicture = true;
      const reader = this.#reader;
      reader.reset(bytes, bodyStart, end);
      if (reader.unsigned() === 0 && !reader.isExhausted) this.hasFirstSlice = true;
      const sliceType = reader.unsigned() % 5;
      if (type === 5) this.isRandomAccess = true;
      else if (reader.isExhausted || (sliceType !== 2 && sliceType !== 4)) this.isIntraOnly = false;
    } else if (type === 6) {
      this.#addSupplement(bytes, bodyStart, end, false);
    }
  }

  addH265(type: number, bytes: Uint8Array, bodyStart: number, end: number): void {
    if (type <= 31) {
      this.hasPicture = true;
      if (bodyStart < end && ((bytes[bodyStart] ?? 0) & 0x80) !== 0) this.hasFirstSlice = true;
      if (type >= 16 && type <= 21) this.isRandomAccess = true;
      // Slice types lie behind fields whose sizes the PPS decides: not asked for here.
      this.isIntraOnly = false;
    } else if (type === 39) {
      this.#addSupplement(bytes, bodyStart, end, true);
    }
  }

  addJpeg(): void {
    this.hasPicture = true;
    this.hasFirstSlice = true;
    this.isRandomAccess = true;
  }

  /** Walks SEI messages to the recovery point. */
  #addSupplement(bytes: Uint8Array, start: number, end: number, isH265: boolean): void {
    const reader = this.#reader;
    reader.reset(bytes, start, end);
    for (let message = 0; message < supplementsMax && !reader.isExhausted; message++) {
      const type = variableLength(reader);
      const size = variableLength(reader);
      if (reader.isExhausted) return;
      if (type !== recoveryPoint) {
        reader.skipBytes(size);
        continue;
      }
      const count = isH265 ? reader.signed() : reader.unsigned();
      const isExact = reader.bit() === 1;
      const isBroken = reader.bit() === 1;
      if (reader.isExhausted || isBroken || count < 0) return;
      // Right at once but only nearly: some residue of pictures that we never had stays visible.
      if (count === 0 && !isExact) return;
      this.recoveryCount = count;
      return;
    }
  }
}

const recoveryPoint = 6;
const supplementsMax = 32;

function variableLength(reader: BitReader): number {
  let value = 0;
  for (let index = 0; index < 64; index++) {
    const byte = reader.bits(8);
    value += byte;
    if (byte !== 255) break;
  }
  return value;
}
