/**
 * Makes a clip of a scene as a camera delivers it: H.264 in MP4, one keyframe every so many
 * pictures, no B-frames; its truth tells what is in each keyframe.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { Scene } from "./description.ts";
import { renderPicture } from "./render.ts";
import type { TruthThing } from "./truth.ts";

export interface SceneClipOptions {
  readonly fps: number;
  readonly gopSeconds: number;
  readonly bitrateKbit: number;
  /** Part of the scene; default: all of it. */
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export interface ClipTruth {
  readonly scene: string;
  readonly fps: number;
  readonly pictures: readonly { readonly atMs: number; readonly things: readonly TruthThing[] }[];
}

/** Writes `path` (MP4) and gives the truth of its keyframes. */
export async function renderClip(
  scene: Scene,
  path: string,
  options: SceneClipOptions,
): Promise<ClipTruth> {
  const { fps, fromMs = 0, untilMs = scene.durationMs } = options;
  const encoder = spawn("ffmpeg", encoderArguments(scene, path, options), {
    stdio: ["pipe", "ignore", "pipe"],
  });
  let complaint = "";
  encoder.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  // An encoder that ends early closes the pipe: its exit code tells why.
  encoder.stdin.on("error", () => undefined);
  const ended = once(encoder, "close");
  const pictures: { atMs: number; things: readonly TruthThing[] }[] = [];
  const gop = Math.round(fps * options.gopSeconds);
  const count = Math.round(((untilMs - fromMs) / 1_000) * fps);
  for (let index = 0; index < count && encoder.exitCode === null; index += 1) {
    const atMs = fromMs + Math.round((index * 1_000) / fps);
    const { rgb, truth } = renderPicture(scene, atMs);
    if (index % gop === 0) pictures.push({ atMs, things: truth });
    // Called when it was taken, also when it could not be.
    await new Promise<void>((resolve) => {
      encoder.stdin.write(rgb, () => resolve());
    });
  }
  encoder.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${complaint.trim()}`);
  return { scene: scene.name, fps, pictures };
}

/** Once a keyframe, with shares rounded to what a reader needs. */
export async function writeTruth(path: string, truth: ClipTruth): Promise<void> {
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Math.round(value * 1e5) / 1e5 : value;
  await writeFile(path, `${JSON.stringify(truth, rounded)}\n`);
}

function encoderArguments(scene: Scene, path: string, options: SceneClipOptions): string[] {
  const { width, height } = scene.picture;
  const { fps, gopSeconds, bitrateKbit } = options;
  const gop = Math.round(fps * gopSeconds);
  const input = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`, "-r", `${fps}`];
  const rate = ["-b:v", `${bitrateKbit}k`, "-maxrate", `${bitrateKbit * 1.5}k`];
  const buffer = ["-bufsize", `${bitrateKbit * 2}k`];
  // One thread: the same bytes on every machine.
  const parameters = `keyint=${gop}:min-keyint=${gop}:scenecut=0:open-gop=0:threads=1`;
  const encoder = ["-c:v", "libx264", "-preset", "veryfast", "-x264-params", parameters];
  const output = ["-pix_fmt", "yuv420p", "-bf", "0", "-an", "-map_metadata", "-1"];
  return [
    "-v",
    "error",
    "-y",
    ...input,
    "-i",
    "-",
    ...rate,
    ...buffer,
    ...encoder,
    ...output,
    "-movflags",
    "+faststart",
    path,
  ];
}
