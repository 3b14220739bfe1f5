/**
 * Reads an Annex B byte stream: into NAL units, and NAL units into access units.
 *
 * Only what fixtures need: the input comes from ffmpeg, so it is well formed. The boundary rules
 * are those of the standards (H.264 7.4.1.2.3, H.265 7.4.2.4.4) as far as encoders use them.
 */
import type { ClipCodec } from "./clip.ts";

const startCode = Buffer.from([0, 0, 1]);

/** NAL units without start codes and without the zero bytes that may trail them. */
export function splitAnnexB(stream: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  let start = stream.indexOf(startCode);
  while (start !== -1) {
    const next = stream.indexOf(startCode, start + 3);
    let end = next === -1 ? stream.length : next;
    while (end > start + 3 && stream[end - 1] === 0) end--;
    if (end > start + 3) nals.push(stream.subarray(start + 3, end));
    start = next;
  }
  return nals;
}

/** Groups NAL units into pictures, each with the parameter sets and SEI in front of it. */
export function groupAccessUnits(nals: readonly Uint8Array[], codec: ClipCodec): Uint8Array[][] {
  const units: Uint8Array[][] = [];
  let unit: Uint8Array[] = [];
  let hasPicture = false;
  for (const nal of nals) {
    const role = nalRole(nal, codec);
    const opensNext = role === "picture-start" || role === "leading";
    if (hasPicture && opensNext) {
      units.push(unit);
      unit = [];
      hasPicture = false;
    }
    unit.push(nal);
    if (role === "picture-start" || role === "picture-rest") hasPicture = true;
  }
  if (hasPicture) units.push(unit);
  return units;
}

function nalType(nal: Uint8Array, codec: ClipCodec): number {
  const first = nal[0] ?? 0;
  return codec === "h264" ? first & 0x1f : (first >> 1) & 0x3f;
}

/** SPS and PPS; in H.265 VPS too. */
export function isParameterSet(nal: Uint8Array, codec: ClipCodec): boolean {
  const type = nalType(nal, codec);
  return codec === "h264" ? type === 7 || type === 8 : type >= 32 && type <= 34;
}

/** IDR in H.264; any intra random access point (BLA, IDR, CRA) in H.265. */
export function isRandomAccess(nal: Uint8Array, codec: ClipCodec): boolean {
  const type = nalType(nal, codec);
  return codec === "h264" ? type === 5 : type >= 16 && type <= 21;
}

type NalRole = "picture-start" | "picture-rest" | "leading" | "trailing";

function nalRole(nal: Uint8Array, codec: ClipCodec): NalRole {
  const type = nalType(nal, codec);
  if (codec === "h264") {
    // first_mb_in_slice is ue(v): its value is 0 when the first bit is set.
    if (type >= 1 && type <= 5)
      return ((nal[1] ?? 0) & 0x80) !== 0 ? "picture-start" : "picture-rest";
    return (type >= 6 && type <= 9) || (type >= 14 && type <= 18) ? "leading" : "trailing";
  }
  // first_slice_segment_in_pic_flag is the first bit after the two-byte header.
  if (type <= 31) return ((nal[2] ?? 0) & 0x80) !== 0 ? "picture-start" : "picture-rest";
  const isLeading = (type >= 32 && type <= 35) || type === 39 || (type >= 41 && type <= 44);
  return isLeading ? "leading" : "trailing";
}
