/**
 * Fragmented MP4 of H.264 access units, for a browser's player: one head, then a fragment a picture.
 *
 * Pictures are repacked, never decoded. RTP carries times of showing alone; times of decoding rise by
 * at least a millisecond and the distance is said, so streams that reorder play, too.
 */
import { type AvcSets, nalUnits } from "./avc.ts";

/** Milliseconds. */
const timescale = 1_000;
/** Assumed while nothing is known. */
const durationMs = 40;
const durationMsMax = 15_000;

export function mp4Head({ sps, pps, width, height }: AvcSets): Uint8Array {
  const [first = new Uint8Array(4)] = sps;
  const withLength = (unit: Uint8Array) => [u16(unit.length), unit];
  const config = box("avcC", [
    Uint8Array.of(1, first[1] ?? 0, first[2] ?? 0, first[3] ?? 0, 0xff, 0xe0 | sps.length),
    ...sps.flatMap(withLength),
    Uint8Array.of(pps.length),
    ...pps.flatMap(withLength),
  ]);
  const sample = box("avc1", [
    new Uint8Array(6),
    u16(1),
    new Uint8Array(16),
    u16(width),
    u16(height),
    u32(0x0048_0000),
    u32(0x0048_0000),
    u32(0),
    u16(1),
    new Uint8Array(32),
    u16(24),
    u16(0xffff),
    config,
  ]);
  const empty = (name: string) => full(name, 0, 0, [u32(0)]);
  const table = box("stbl", [
    full("stsd", 0, 0, [u32(1), sample]),
    empty("stts"),
    empty("stsc"),
    full("stsz", 0, 0, [u32(0), u32(0)]),
    empty("stco"),
  ]);
  const media = box("mdia", [
    full("mdhd", 0, 0, [u32(0), u32(0), u32(timescale), u32(0), u16(0x55c4), u16(0)]),
    full("hdlr", 0, 0, [u32(0), ascii("vide"), new Uint8Array(12), ascii("video\0")]),
    box("minf", [
      full("vmhd", 0, 1, [new Uint8Array(8)]),
      box("dinf", [full("dref", 0, 0, [u32(1), full("url ", 0, 1, [])])]),
      table,
    ]),
  ]);
  const track = full("tkhd", 0, 3, [
    ...[0, 0, 1, 0, 0, 0, 0].map(u32),
    new Uint8Array(8),
    matrix,
    u32(width * 0x1_0000),
    u32(height * 0x1_0000),
  ]);
  const head = full("mvhd", 0, 0, [
    ...[0, 0, timescale, 0, 0x0001_0000].map(u32),
    u16(0x0100),
    new Uint8Array(10),
    matrix,
    new Uint8Array(24),
    u32(2),
  ]);
  const defaults = full("trex", 0, 0, [1, 1, durationMs, 0, 0].map(u32));
  return join([
    box("ftyp", [ascii("isom"), u32(0x200), ascii("isomiso6avc1mp41")]),
    box("moov", [head, box("trak", [track, media]), box("mvex", [defaults])]),
  ]);
}

export interface ShownPicture {
  readonly unit: Uint8Array;
  /** Since the film's zero. */
  readonly shownAtMs: number;
  readonly isKey: boolean;
}

/** Makes the fragments of one film, one after the other. */
export class Mp4Fragments {
  #number = 0;
  #decodedAtMs = -1;
  /** The last distance of two pictures: what the newest is shown for, until its follower comes. */
  #everyMs = durationMs;

  next({ unit, shownAtMs, isKey }: ShownPicture): Uint8Array {
    const shown = Math.max(0, Math.round(shownAtMs));
    const before = this.#decodedAtMs;
    this.#decodedAtMs = Math.max(before + 1, shown);
    const everyMs = this.#decodedAtMs - before;
    // A player stops where one picture ends before the next begins: rather too long than too short.
    if (before >= 0 && everyMs > 1) this.#everyMs = Math.min(durationMsMax, everyMs);
    this.#number += 1;
    // Sets travel in the head; a delimiter is nothing in MP4.
    const units = nalUnits(unit).filter(([head = 0]) => ![7, 8, 9].includes(head & 0x1f));
    const data = join(units.flatMap((one) => [u32(one.length), one]));
    const flags = isKey ? 0x0200_0000 : 0x0101_0000;
    const fragment = (dataAt: number) =>
      box("moof", [
        full("mfhd", 0, 0, [u32(this.#number)]),
        box("traf", [
          full("tfhd", 0, 0x02_0000, [u32(1)]),
          full("tfdt", 1, 0, [u32(0), u32(this.#decodedAtMs)]),
          // Data offset; of one sample: duration, size, flags, shown after decoding.
          full("trun", 1, 0xf01, [
            ...[1, dataAt, this.#everyMs * 2, data.length, flags].map(u32),
            i32(shown - this.#decodedAtMs),
          ]),
        ]),
      ]);
    const { length } = fragment(0);
    return join([fragment(length + 8), box("mdat", [data])]);
  }
}

const matrix = join([0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].map(u32));

function full(name: string, version: number, flags: number, parts: readonly Uint8Array[]) {
  return box(name, [u32(version * 0x100_0000 + flags), ...parts]);
}

function box(name: string, parts: readonly Uint8Array[]): Uint8Array {
  const bytes = parts.reduce((sum, part) => sum + part.length, 8);
  return join([u32(bytes), ascii(name), ...parts]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

function u16(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function i32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
