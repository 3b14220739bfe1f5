/**
 * What of an H.264 stream a browser's player has to know before the first picture: its parameter
 * sets, its size, its name (`avc1.64001f`). Reads no further than that.
 */

export interface AvcSets {
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** NAL units between Annex B start codes. */
export function nalUnits(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let begin = view.indexOf(startCode);
  while (begin !== -1) {
    const next = view.indexOf(startCode, begin + 3);
    let end = next === -1 ? view.length : next;
    // A start code of four bytes, and zeros that trail.
    while (end > begin + 3 && view[end - 1] === 0) end -= 1;
    if (end > begin + 3) units.push(bytes.subarray(begin + 3, end));
    begin = next;
  }
  return units;
}

const startCode = Buffer.from([0, 0, 1]);

/** Undefined: it is not whole yet, or no stream that this can read. */
export function avcSets(parameterSets: Uint8Array): AvcSets | undefined {
  const units = nalUnits(parameterSets);
  const sps = units.filter(([head = 0]) => (head & 0x1f) === 7);
  const pps = units.filter(([head = 0]) => (head & 0x1f) === 8);
  const [first] = sps;
  if (first === undefined || pps.length === 0 || first.length < 5) return undefined;
  const size = sizeOf(first);
  if (size === undefined) return undefined;
  const codec = `avc1.${Buffer.from(first.subarray(1, 4)).toString("hex")}`;
  return { sps, pps, codec, ...size };
}

const sidePxMax = 16_384;
const highProfiles = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

function sizeOf(sps: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const bits = new Bits(withoutGuards(sps.subarray(1)));
  const profile = bits.take(8);
  bits.take(16);
  bits.exp();
  let chroma = 1;
  if (highProfiles.includes(profile)) {
    chroma = bits.exp();
    if (chroma === 3) bits.take(1);
    bits.exp();
    bits.exp();
    bits.take(1);
    if (bits.take(1) === 1) skipScaling(bits, chroma === 3 ? 12 : 8);
  }
  bits.exp();
  const order = bits.exp();
  if (order === 0) bits.exp();
  else if (order === 1) {
    bits.take(1);
    bits.exp();
    bits.exp();
    const count = bits.exp();
    for (let index = 0; index < count && !bits.isOver; index++) bits.exp();
  }
  bits.exp();
  bits.take(1);
  const columns = bits.exp() + 1;
  const rows = bits.exp() + 1;
  const isFrame = bits.take(1) === 1;
  if (!isFrame) bits.take(1);
  bits.take(1);
  let [left, right, top, bottom] = [0, 0, 0, 0];
  if (bits.take(1) === 1) [left, right, top, bottom] = [0, 1, 2, 3].map(() => bits.exp()) as Four;
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * (isFrame ? 1 : 2);
  const width = columns * 16 - (left + right) * unitX;
  const height = rows * 16 * (isFrame ? 1 : 2) - (top + bottom) * unitY;
  const isSound = !bits.isOver && width > 0 && height > 0;
  return isSound && Math.max(width, height) <= sidePxMax ? { width, height } : undefined;
}

type Four = [number, number, number, number];

function skipScaling(bits: Bits, listCount: number): void {
  for (let list = 0; list < listCount; list++) {
    if (bits.take(1) === 0) continue;
    const size = list < 6 ? 16 : 64;
    let last = 8;
    let next = 8;
    for (let index = 0; index < size; index++) {
      if (next !== 0) next = (last + signed(bits.exp()) + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

const signed = (code: number): number => (code % 2 === 1 ? (code + 1) / 2 : -code / 2);

/** 00 00 03 stands for 00 00. */
function withoutGuards(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, at) => !(byte === 3 && bytes[at - 1] === 0 && bytes[at - 2] === 0));
}

class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** More was asked for than there is: nothing that was read counts. */
  get isOver(): boolean {
    return this.#at > this.#bytes.length * 8;
  }

  take(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  /** Exp-Golomb. */
  exp(): number {
    let zeros = 0;
    while (zeros < 32 && !this.isOver && this.take(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.take(zeros);
  }
}
