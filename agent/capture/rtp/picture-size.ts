/**
 * What a sequence parameter set says of the picture: size after cropping, and profile.
 *
 * A set that lies or is cut gives undefined, never a size that nobody can have.
 */
import type { Codec } from "../encoded-picture.ts";
import { pictureSidePxMax } from "../limits.ts";
import { BitReader } from "./bit-reader.ts";

export interface PictureFormat {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly profile: number;
  readonly level: number;
  readonly bitDepth: number;
  /** 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chroma: number;
}

/** `sps` is the NAL unit with its header, without start code. */
export function pictureFormat(codec: Codec, sps: Uint8Array): PictureFormat | undefined {
  const format =
    codec === "h264" ? h264Format(sps) : codec === "h265" ? h265Format(sps) : undefined;
  if (format === undefined) return undefined;
  const isSide = (px: number): boolean =>
    Number.isInteger(px) && px >= 16 && px <= pictureSidePxMax;
  return isSide(format.widthPx) && isSide(format.heightPx) ? format : undefined;
}

const h264ProfilesWithChroma = new Set([
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
]);

function h264Format(sps: Uint8Array): PictureFormat | undefined {
  const reader = new BitReader(sps, 1);
  const profile = reader.bits(8);
  reader.skip(8); // constraint flags
  const level = reader.bits(8);
  reader.unsigned(); // seq_parameter_set_id
  let chroma = 1;
  let isSeparate = false;
  let bitDepth = 8;
  if (h264ProfilesWithChroma.has(profile)) {
    chroma = reader.unsigned();
    if (chroma > 3) return undefined;
    if (chroma === 3) isSeparate = reader.bit() === 1;
    bitDepth = 8 + reader.unsigned();
    reader.unsigned(); // bit_depth_chroma_minus8
    reader.skip(1); // qpprime_y_zero_transform_bypass_flag
    if (reader.bit() === 1) skipScalingLists(reader, chroma === 3 ? 12 : 8);
  }
  reader.unsigned(); // log2_max_frame_num_minus4
  const orderType = reader.unsigned();
  if (orderType === 0) reader.unsigned();
  else if (orderType === 1) {
    reader.skip(1);
    reader.signed();
    reader.signed();
    const cycle = reader.unsigned();
    if (cycle > 255) return undefined;
    for (let index = 0; index < cycle; index++) reader.signed();
  } else if (orderType > 2) return undefined;
  reader.unsigned(); // max_num_ref_frames
  reader.skip(1); // gaps_in_frame_num_value_allowed_flag
  const widthMbs = reader.unsigned() + 1;
  const heightUnits = reader.unsigned() + 1;
  const isFrameOnly = reader.bit() === 1;
  if (!isFrameOnly) reader.skip(1); // mb_adaptive_frame_field_flag
  reader.skip(1); // direct_8x8_inference_flag
  const crop = reader.bit() === 1 ? cropOffsets(reader) : noCrop;
  if (reader.isExhausted) return undefined;
  const isMono = chroma === 0 || isSeparate;
  const unitX = !isMono && (chroma === 1 || chroma === 2) ? 2 : 1;
  const unitY = (!isMono && chroma === 1 ? 2 : 1) * (isFrameOnly ? 1 : 2);
  return {
    widthPx: widthMbs * 16 - unitX * (crop.left + crop.right),
    heightPx: heightUnits * 16 * (isFrameOnly ? 1 : 2) - unitY * (crop.top + crop.bottom),
    profile,
    level,
    bitDepth,
    chroma,
  };
}

function skipScalingLists(reader: BitReader, count: number): void {
  for (let list = 0; list < count; list++) {
    if (reader.bit() === 0) continue;
    let last = 8;
    for (let index = 0; index < (list < 6 ? 16 : 64) && !reader.isExhausted; index++) {
      const next = (last + reader.signed() + 256) % 256;
      if (next === 0) break;
      last = next;
    }
  }
}

const noCrop = { left: 0, right: 0, top: 0, bottom: 0 };

function cropOffsets(reader: BitReader): typeof noCrop {
  const left = reader.unsigned();
  const right = reader.unsigned();
  const top = reader.unsigned();
  const bottom = reader.unsigned();
  return { left, right, top, bottom };
}

function h265Format(sps: Uint8Array): PictureFormat | undefined {
  const reader = new BitReader(sps, 2);
  reader.skip(4); // sps_video_parameter_set_id
  const subLayers = reader.bits(3);
  if (subLayers > 6) return undefined;
  reader.skip(1); // sps_temporal_id_nesting_flag
  reader.skip(3); // general_profile_space, general_tier_flag
  const profile = reader.bits(5);
  reader.skip(32 + 48); // compatibility and constraint flags
  const level = reader.bits(8);
  skipSubLayers(reader, subLayers);
  reader.unsigned(); // sps_seq_parameter_set_id
  const chroma = reader.unsigned();
  if (chroma > 3) return undefined;
  const isSeparate = chroma === 3 && reader.bit() === 1;
  const codedWidthPx = reader.unsigned();
  const codedHeightPx = reader.unsigned();
  const crop = reader.bit() === 1 ? cropOffsets(reader) : noCrop;
  const bitDepth = 8 + reader.unsigned();
  if (reader.isExhausted) return undefined;
  const isMono = chroma === 0 || isSeparate;
  const unitX = !isMono && chroma < 3 ? 2 : 1;
  const unitY = !isMono && chroma === 1 ? 2 : 1;
  return {
    widthPx: codedWidthPx - unitX * (crop.left + crop.right),
    heightPx: codedHeightPx - unitY * (crop.top + crop.bottom),
    profile,
    level,
    bitDepth,
    chroma,
  };
}

function skipSubLayers(reader: BitReader, count: number): void {
  const present: { readonly hasProfile: boolean; readonly hasLevel: boolean }[] = [];
  for (let index = 0; index < count; index++) {
    present.push({ hasProfile: reader.bit() === 1, hasLevel: reader.bit() === 1 });
  }
  if (count > 0) reader.skip(2 * (8 - count));
  for (const { hasProfile, hasLevel } of present) {
    if (hasProfile) reader.skip(88);
    if (hasLevel) reader.skip(8);
  }
}
