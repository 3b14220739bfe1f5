/**
 * A film in which each picture says which one it is: a row of squares, black or white, is its
 * number in binary. What claims to show a moment can be read and compared.
 *
 * The rest is a bar that moves and a pattern that does not, so that encoders have something to do.
 */
import { readFile } from "node:fs/promises";
import { runTool } from "../run-tool.ts";
import { cachedFile } from "./cache-folder.ts";
import type { ClipCodec } from "./clip.ts";

export interface CounterClipOptions {
  readonly codec?: ClipCodec;
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly seconds?: number;
  readonly gopPictures?: number;
  readonly bFrames?: number;
}

const bitCount = 10;
/** The row, as shares of the picture: behind `marginRatio`, `bitCount` squares of `sideRatio`. */
const sideRatio = 1 / 16;
const marginRatio = 1 / 32;

/** The file (MP4); its pictures are numbered from 0. */
export async function counterClipFile(options: CounterClipOptions = {}): Promise<string> {
  const asked = {
    codec: "h264" as ClipCodec,
    width: 640,
    height: 360,
    fps: 25,
    seconds: 4,
    gopPictures: 25,
    bFrames: 0,
    ...options,
  };
  return cachedFile({ counterClip: 1, ...asked }, "mp4", async (path) => {
    const { width, height, fps, seconds, gopPictures, bFrames } = asked;
    const pictures = Array.from({ length: fps * seconds }, (_, index) =>
      drawCounter(index, { width, height }),
    );
    const raw = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", `${width}x${height}`, "-r", `${fps}`];
    const group = `keyint=${gopPictures}:min-keyint=${gopPictures}:scenecut=0:open-gop=0`;
    const encoder =
      asked.codec === "h264"
        ? ["-c:v", "libx264", "-x264-params", `${group}:bframes=${bFrames}:b-adapt=0`]
        : ["-c:v", "libx265", "-x265-params", `${group}:bframes=${bFrames}:log-level=none`];
    const output = ["-pix_fmt", "yuv420p", "-preset", "veryfast", "-crf", "20", ...encoder, path];
    await runTool("ffmpeg", ["-v", "error", "-y", ...raw, "-i", "-", ...output], {
      input: Buffer.concat(pictures),
    });
  });
}

/** One picture with its number, in grey. */
function drawCounter(
  number: number,
  { width, height }: { readonly width: number; readonly height: number },
): Buffer {
  const picture = Buffer.alloc(width * height, 96);
  const bar = Math.round((number * width) / 100) % width;
  for (let y = Math.floor(height / 2); y < height; y++) {
    for (let x = 0; x < width; x += 16)
      picture.fill(64 + ((x + y) & 63), y * width + x, y * width + x + 8);
    picture.fill(220, y * width + bar, y * width + Math.min(width, bar + 24));
  }
  const side = width * sideRatio;
  for (let bit = 0; bit < bitCount; bit++) {
    const value = (number >> bit) & 1 ? 235 : 16;
    const from = Math.round(width * marginRatio + bit * side);
    for (let y = Math.round(side / 2); y < side * 1.5; y++) {
      picture.fill(value, y * width + from, y * width + Math.round(from + side));
    }
  }
  return picture;
}

/** The number that a picture shows, in whatever size it comes (its first plane is enough). */
export function readCounter(plane: Uint8Array, width: number): number {
  const side = width * sideRatio;
  const y = Math.round(side);
  let number = 0;
  for (let bit = 0; bit < bitCount; bit++) {
    const x = Math.round(width * marginRatio + (bit + 0.5) * side);
    if ((plane[y * width + x] ?? 0) > 126) number |= 1 << bit;
  }
  return number;
}

/** All pictures of a film, in grey, with the times they are shown at. */
export async function readFilm(
  path: string,
): Promise<{ readonly number: number; readonly atMs: number; readonly plane: Buffer }[]> {
  const entries = ["-show_entries", "frame=pts_time", "-show_entries", "stream=width,height"];
  const probe = ["-v", "error", "-select_streams", "v:0", ...entries, "-of", "json", path];
  const probed = JSON.parse((await runTool("ffprobe", probe)).toString()) as {
    readonly frames: readonly { readonly pts_time: string }[];
    readonly streams: readonly { readonly width: number; readonly height: number }[];
  }; // The shape of ffprobe's own writer.
  const { width = 0, height = 0 } = probed.streams[0] ?? {};
  const grey = ["-vsync", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo", "-"];
  const planes = await runTool("ffmpeg", ["-v", "error", "-i", path, ...grey]);
  return probed.frames.map((frame, index) => {
    const plane = planes.subarray(index * width * height, (index + 1) * width * height);
    return { number: readCounter(plane, width), atMs: Number(frame.pts_time) * 1_000, plane };
  });
}

/** What ffprobe has to say against a file; a good one leaves it silent. */
export async function complaintsOf(path: string): Promise<string> {
  await readFile(path);
  const checks = ["-v", "warning", "-xerror", "-i", path, "-f", "null", "-"];
  const said = await runTool("sh", [
    "-c",
    `ffmpeg ${checks.map(quoted).join(" ")} 2>&1; ffprobe -v warning -show_packets ${quoted(path)} 2>&1 >/dev/null`,
  ]);
  return said.toString();
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
