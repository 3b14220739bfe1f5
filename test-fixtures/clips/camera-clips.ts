/**
 * The cameras of the benchmarks: what street cameras are set to, by codec, size and keyframe
 * distance, over the same junction. Each is made once and kept in the cache folder.
 */
import type { MadeClipOptions } from "./made-clip.ts";

export const clipCodecs = ["h264", "h265"] as const;
/** `sub` is the small stream beside a main one. */
export const clipSizes = ["sub", "1080p", "4k"] as const;

/**
 * What the street does: people and vehicles pass, or it is night and nothing moves. `quiet` keeps
 * the rate up with noise; `night` is a camera that takes noise off and has a variable rate.
 */
export const clipContents = ["street", "quiet", "night"] as const;

const patterns = {
  street: "junction",
  quiet: "junction-quiet",
  night: "junction-night",
} as const;

export interface CameraClipChoice {
  readonly content?: (typeof clipContents)[number];
  readonly codec?: (typeof clipCodecs)[number];
  readonly size?: (typeof clipSizes)[number];
  readonly gopSeconds?: number;
  /** Of a sample. Default: 8. */
  readonly bits?: 8 | 10;
}

const sizes = {
  sub: { width: 704, height: 576, h264: 768, h265: 512 },
  "1080p": { width: 1_920, height: 1_080, h264: 4_000, h265: 3_000 },
  "4k": { width: 3_840, height: 2_160, h264: 12_000, h265: 8_000 },
} as const;

/** 25 pictures a second; without a choice: 1080p, H.264 with CABAC, a keyframe every 2 s. */
export function cameraClip(choice: CameraClipChoice = {}): MadeClipOptions {
  const { content = "street", codec = "h264", size = "1080p", gopSeconds = 2, bits = 8 } = choice;
  const { width, height, ...kbit } = sizes[size];
  return {
    codec,
    width,
    height,
    fps: 25,
    // Whole groups, so that the distance stays when the clip is played in a loop; two at least,
    // as an encoder makes its first keyframe too small.
    seconds: gopSeconds * Math.max(2, Math.ceil((size === "4k" ? 4 : 8) / gopSeconds)),
    gopSeconds,
    bitrateKbit: kbit[codec],
    pattern: patterns[content],
    pixelFormat: bits === 10 ? "yuv420p10le" : "yuv420p",
  };
}
