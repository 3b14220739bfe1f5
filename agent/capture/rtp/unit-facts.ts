/**
 * What the NAL units of one access unit say together: is it a picture, and does it decode alone?
 *
 * What decodes alone counts, not the NAL type: an IDR, H.265's random access pictures, a picture
 * whose slices are all intra, or a recovery point. Looks at the first bytes of each NAL unit
 * only, so it costs the same for a keyframe of 1 MB. One object a stream, reset for each unit.
 */
import { BitReader } from "./bit-reader.ts";
import type { ParameterSets } from "./parameter-sets.ts";

export class UnitFacts {
  hasPicture = false;
  /** Something in it cannot be: random bytes look like pictures now and then. */
  isOdd = false;
  /** The slice that begins the picture was there. */
  hasFirstSlice = false;
  isRandomAccess = false;
  isIntraOnly = true;
  /** Pictures after which a recovery point is right; -1 without one. */
  recoveryCount = -1;
  readonly #sets: ParameterSets;
  readonly #reader = new BitReader(new Uint8Array(0));

  constructor(sets: ParameterSets) {
    this.#sets = sets;
  }

  reset(): void {
    this.hasPicture = false;
    this.isOdd = false;
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

  /** `head` is the NAL header, `bodyStart` lies behind it; the body may be a first fragment. */
  addH264(head: number, bytes: Uint8Array, bodyStart: number, end: number): void {
    const type = head & 0x1f;
    if ((head & 0x80) !== 0) this.isOdd = true;
    if (type === 1 || type === 2 || type === 5) {
      this.hasPicture = true;
      const reader = this.#reader;
      reader.reset(bytes, bodyStart, end);
      const isFirst = reader.unsigned() === 0;
      const sliceType = reader.unsigned();
      const isIntra = sliceType % 5 === 2 || sliceType % 5 === 4;
      if (reader.isExhausted || sliceType > 9) this.isOdd = true;
      if (!this.#sets.isPpsKnown(reader.unsigned())) this.isOdd = true;
      if (isFirst) this.hasFirstSlice = true;
      if (!isIntra) this.isIntraOnly = false;
      if (type === 5) {
        this.isRandomAccess = true;
        // Every IDR is intra and referred to.
        if (!isIntra || (head & 0x60) === 0) this.isOdd = true;
      }
    } else if (type === 6) {
      this.#addSupplement(bytes, bodyStart, end, false);
    }
  }

  /** `head` is the two bytes of the NAL header. */
  addH265(head: number, bytes: Uint8Array, bodyStart: number, end: number): void {
    const type = (head >> 9) & 0x3f;
    const temporal = head & 0x07;
    // Cameras send one layer; a random access picture is of the lowest temporal one.
    if ((head & 0x81f8) !== 0 || temporal === 0) this.isOdd = true;
    if (type <= 31) {
      this.hasPicture = true;
      const isRandomAccess = type >= 16 && type <= 21;
      const reader = this.#reader;
      reader.reset(bytes, bodyStart, end);
      if (reader.bit() === 1) this.hasFirstSlice = true;
      if (type >= 16 && type <= 23) reader.skip(1); // no_output_of_prior_pics_flag
      if (!this.#sets.isPpsKnown(reader.unsigned()) || reader.isExhausted) this.isOdd = true;
      if (isRandomAccess) this.isRandomAccess = true;
      if (isRandomAccess && temporal !== 1) this.isOdd = true;
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
