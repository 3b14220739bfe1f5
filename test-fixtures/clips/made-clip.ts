/**
 * Makes clips with system ffmpeg from its own picture sources, for tests that must not depend on
 * footage: every codec, size, rate and picture structure that cameras send.
 *
 * What was made is checked against what was asked for, and kept in the cache folder by its
 * parameters: the second call costs nothing.
 */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { runTool } from "../run-tool.ts";
import { cachedFile } from "./cache-folder.ts";
import type { Clip, ClipCodec } from "./clip.ts";
import { loadClip, probeVideo } from "./load-clip.ts";

const patterns = [
  "testsrc2",
  "mandelbrot",
  "noise",
  "street",
  "junction",
  "junction-quiet",
  "junction-night",
] as const;

export interface MadeClipOptions {
  readonly codec?: ClipCodec;
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly seconds?: number;
  /** Distance of keyframes, which are IDR pictures of closed groups. */
  readonly gopSeconds?: number;
  readonly bitrateKbit?: number;
  /**
   * `street` and `junction` move and have the noise of a sensor: they reach the bit rate as real
   * cameras do. `junction` shows things of every kind (`junction-master.ts`), 25 pictures a second;
   * `junction-quiet` the same by night, where nothing moves but the noise; `junction-night` as a
   * camera sends that which takes noise off and has a variable rate: a fraction of `bitrateKbit`.
   */
  readonly pattern?: (typeof patterns)[number];
  /** H.264 only: arithmetic entropy coding, as in Main and High profile. */
  readonly withCabac?: boolean;
  /** Slices a picture (H.264), or slices as the encoder cuts them (H.265). */
  readonly slices?: number;
  readonly bFrames?: number;
  readonly pixelFormat?: "yuv420p" | "yuv420p10le" | "yuv422p";
}

/** Defaults make a small quick clip: 320×240, 15 fps, 4 s, H.264. */
export async function madeClip(options: MadeClipOptions = {}): Promise<Clip> {
  return loadClip(await madeClipFile(options));
}

/** The same as a file (MP4), for other servers and tools. */
export async function madeClipFile(options: MadeClipOptions = {}): Promise<string> {
  const asked = checked(options);
  const scene = await drawnJunction(asked.pattern);
  const drawn = scene === undefined ? {} : { scene: basename(scene) };
  return cachedFile({ madeClip: 2, ...asked, ...drawn }, "mp4", async (path) => {
    await runTool("ffmpeg", encoderArguments(asked, scene, path), { timeoutMs: 300_000 });
    await checkMade(path, asked);
  });
}

/** No scene, only what costs as much: 1080p25, 4 Mbit/s, a keyframe every 2 s, CABAC. */
export const streetClip: MadeClipOptions = {
  width: 1920,
  height: 1080,
  fps: 25,
  seconds: 8,
  gopSeconds: 2,
  bitrateKbit: 4_000,
  pattern: "street",
};

/** The renderer is loaded by those who need it alone. */
async function drawnJunction(pattern: Asked["pattern"]): Promise<string | undefined> {
  if (!pattern.startsWith("junction")) return undefined;
  const { junctionMaster, quietJunctionMaster } = await import("./junction-master.ts");
  return pattern === "junction" ? junctionMaster() : quietJunctionMaster();
}

type Asked = Required<MadeClipOptions>;

function checked(options: MadeClipOptions): Asked {
  const asked: Asked = {
    codec: "h264",
    width: 320,
    height: 240,
    fps: 15,
    seconds: 4,
    gopSeconds: 2,
    bitrateKbit: 300,
    pattern: "testsrc2",
    withCabac: true,
    slices: 1,
    bFrames: 0,
    pixelFormat: "yuv420p",
    ...options,
  };
  for (const name of ["width", "height", "fps", "seconds", "gopSeconds", "bitrateKbit"] as const) {
    if (!(asked[name] > 0)) throw new RangeError(`${name} must be above 0, got ${asked[name]}`);
  }
  return asked;
}

function encoderArguments(asked: Asked, scene: string | undefined, path: string): string[] {
  const { codec, bitrateKbit, pixelFormat } = asked;
  const rate = `${bitrateKbit}k`;
  const pictures = scene === undefined ? ["-f", "lavfi", "-i", source(asked)] : over(scene, asked);
  const input = ["-v", "error", "-y", ...pictures, "-t", `${asked.seconds}`];
  // Keyframes may be as large as those of real cameras, over a few seconds the rate is kept.
  const bounds = ["-maxrate", `${bitrateKbit * 1.5}k`, "-bufsize", `${bitrateKbit * 2}k`];
  const isVariable = asked.pattern === "junction-night";
  const aim = isVariable ? ["-crf", "28"] : ["-b:v", rate];
  const rates = ["-pix_fmt", pixelFormat, ...aim, ...bounds];
  const encoder = codec === "h264" ? h264Arguments(asked) : h265Arguments(asked);
  const end = ["-bf", `${asked.bFrames}`, "-an", "-map_metadata", "-1", path];
  return [...input, ...rates, ...encoder, ...end];
}

/** Played again and again, in the size asked for, with noise of a sensor over it. */
function over(scene: string, { width, height, pattern }: Asked): string[] {
  const noise = pattern === "junction-night" ? 5 : 12;
  const filters = `scale=${width}:${height}:flags=lanczos,noise=c0s=${noise}:c0f=t`;
  return ["-stream_loop", "-1", "-i", scene, "-vf", filters];
}

function source({ pattern, width, height, fps }: Asked): string {
  const format = `size=${width}x${height}:rate=${fps}`;
  switch (pattern) {
    case "testsrc2":
      return `testsrc2=${format}`;
    case "mandelbrot":
      return `mandelbrot=${format}`;
    case "noise":
      return `color=c=gray:${format.replace("size", "s").replace("rate", "r")},noise=alls=60:allf=t`;
    case "street":
      return streetSource(width, height, fps);
    case "junction":
    case "junction-quiet":
    case "junction-night":
      throw new RangeError("the junction is a file, not a source of ffmpeg");
  }
}

/** A detailed still background, something that drives through it, and noise over everything. */
function streetSource(width: number, height: number, fps: number): string {
  const background = `mandelbrot=size=${width}x${height}:rate=${fps}:start_scale=0.05`;
  const still = `trim=end_frame=1,noise=alls=25,gblur=sigma=1.2,loop=loop=-1:size=1`;
  const moving = `testsrc2=size=${even(width / 4)}x${even(height / 4)}:rate=${fps}`;
  const place = `x='mod(t*${even(width / 10)},${width})':y=${even(height / 2)}`;
  return [
    `${background},${still},setpts=N/${fps}/TB,format=yuv420p[still]`,
    `${moving},format=yuv420p[moving]`,
    `[still][moving]overlay=${place},noise=c0s=14:c0f=t`,
  ].join(";");
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}

function h264Arguments({ fps, gopSeconds, withCabac, slices }: Asked): string[] {
  const gop = Math.round(fps * gopSeconds);
  const parameters = `keyint=${gop}:min-keyint=${gop}:scenecut=0:open-gop=0:slices=${slices}`;
  const entropy = withCabac ? "cabac=1" : "cabac=0:8x8dct=0";
  return ["-c:v", "libx264", "-preset", "superfast", "-x264-params", `${parameters}:${entropy}`];
}

function h265Arguments({ fps, gopSeconds, slices }: Asked): string[] {
  const gop = Math.round(fps * gopSeconds);
  const parameters = `keyint=${gop}:min-keyint=${gop}:scenecut=0:open-gop=0:slices=${slices}`;
  const codec = ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"];
  return [...codec, "-x265-params", `${parameters}:log-level=error:repeat-headers=0`];
}

async function checkMade(path: string, asked: Asked): Promise<void> {
  const made = await probeVideo(path);
  for (const name of ["codec", "width", "height", "fps"] as const) {
    if (made[name] !== asked[name]) {
      throw new Error(`made clip has ${name} ${made[name]}, expected ${asked[name]}`);
    }
  }
  const frames = Math.round(asked.seconds * asked.fps);
  if (made.packets.length !== frames) {
    throw new Error(`made clip has ${made.packets.length} pictures, expected ${frames}`);
  }
  const gop = Math.round(asked.fps * asked.gopSeconds);
  const isRegular = made.packets.every((packet, index) => packet.isKey === (index % gop === 0));
  if (!isRegular) throw new Error(`made clip has keyframes elsewhere than every ${gop} pictures`);
  const kbit = ((await stat(path)).size * 8) / 1_000;
  const kbitAsked = asked.bitrateKbit * asked.seconds;
  // The encoder's buffer, which may be full at the end, holds two seconds.
  const kbitMax = kbitAsked * 1.25 + asked.bitrateKbit * 2;
  const isNoisy = ["street", "junction", "junction-quiet", "noise"].includes(asked.pattern);
  if (kbit > kbitMax || (isNoisy && kbit < kbitAsked * 0.85)) {
    throw new Error(`made clip has ${Math.round(kbit)} kbit, expected ${kbitAsked}`);
  }
}
