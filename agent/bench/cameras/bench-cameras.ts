/**
 * The cameras of the benchmark: one process that plays the same street to everybody, each camera at
 * a phase of its own.
 *
 * Streams for the floor are apart from the agent's and cost nothing while nobody plays them.
 */
import { setTimeout as wait } from "node:timers/promises";
import {
  type CameraServerProcess,
  startCameraServerProcess,
} from "../../../test-fixtures/camera-server/camera-server-process.ts";
import { type CameraClipChoice, cameraClip } from "../../../test-fixtures/clips/camera-clips.ts";
import { type MadeClipOptions, madeClipFile } from "../../../test-fixtures/clips/made-clip.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import type { BenchCamera } from "./bench-file.ts";

export interface CameraChoice extends Required<Omit<CameraClipChoice, "size">> {
  readonly size: "1080p" | "4k";
  /** Views look at a small stream; the main one only fills the ring. */
  readonly isSubstream: boolean;
  readonly cameras: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

export interface BenchCameras {
  readonly list: readonly BenchCamera[];
  /** What the floor receives, and the clip that is looked at. */
  readonly floor: { readonly urls: readonly string[]; readonly clipFile: string };
  /** In words. */
  readonly stream: string;
  /** Of the whole process. */
  cpuMs(): Promise<number>;
  /**
   * No camera sends for so long; then each goes on with what it sees then. Where looks are further
   * apart than keyframes they go on one after the other, so that looks stay spread over the period.
   */
  pause(forMs: number): { readonly begun: Promise<void>; readonly over: Promise<void> };
  stop(): Promise<void>;
}

/** Together with the pause of the floor below what an agent calls frozen. */
const staggerMsMax = 3_000;

export async function startBenchCameras(choice: CameraChoice): Promise<BenchCameras> {
  const { cameras, isSubstream, everyMs, gopSeconds } = choice;
  const main = cameraClip(choice);
  const sub = cameraClip({ ...choice, codec: "h264", bits: 8, gopSeconds: 2, size: "sub" });
  const [mainFile, subFile] = await Promise.all([clipFile(main), isSubstream ? clipFile(sub) : ""]);
  const streams = ["camera", "floor"].flatMap((who) => [
    stream(`/${who}-{n}`, mainFile, cameras),
    ...(isSubstream ? [stream(`/${who}-{n}-sub`, subFile, cameras)] : []),
  ]);
  const server = await startCameraServerProcess({ streams });
  const numbers = Array.from({ length: cameras }, (_, index) => index + 1);
  const paths = (who: string): string[] =>
    numbers.flatMap((number) => [
      `/${who}-${number}`,
      ...(isSubstream ? [`/${who}-${number}-sub`] : []),
    ]);
  const staggerMs = Math.max(0, Math.min(staggerMsMax, everyMs - gopSeconds * 1_000));
  return {
    list: numbers.map((number) => ({
      id: `camera-${number}`,
      url: server.url(`/camera-${number}`),
      ...(isSubstream ? { substream: server.url(`/camera-${number}-sub`) } : {}),
    })),
    floor: {
      urls: paths("floor").map((path) => server.url(path)),
      clipFile: isSubstream ? subFile : mainFile,
    },
    stream: `${textOf(main)}${isSubstream ? `; looked at: ${textOf(sub)}` : ""}`,
    cpuMs: async () => (await server.stats()).cpuMs,
    pause: (forMs) => pause(server, paths("camera"), { forMs, staggerMs }),
    stop: () => server.stop(),
  };
}

function stream(path: string, file: string, count: number) {
  // Bare clients keep no session alive.
  return { path, clip: { file }, count, isTimeoutEnforced: false };
}

function pause(
  server: CameraServerProcess,
  paths: readonly string[],
  { forMs, staggerMs }: { readonly forMs: number; readonly staggerMs: number },
) {
  const begun = Promise.all(
    paths.map((path, index) => {
      const laterMs = Math.round(((index * 0.618_033_988_75) % 1) * staggerMs);
      return server.setFaults(path, [
        { kind: "stall", forMs: forMs + laterMs, afterwards: "skip" },
      ]);
    }),
  );
  const over = begun.then(() => wait(forMs + staggerMs));
  return { begun: begun.then(() => undefined), over };
}

function textOf({
  codec,
  width,
  height,
  fps,
  bitrateKbit,
  gopSeconds,
  pixelFormat,
}: MadeClipOptions) {
  const depth = pixelFormat === "yuv420p10le" ? " 10-bit" : "";
  return `${codec}${depth} ${width}×${height}, ${fps} pictures/s, ${bitrateKbit} kbit/s, keyframe every ${gopSeconds} s`;
}

async function clipFile(options: MadeClipOptions): Promise<string> {
  try {
    return await madeClipFile(options);
  } catch (cause) {
    throw new AgentError(
      "FIXTURE_MISSING",
      `the cameras' clip could not be made: ${cause instanceof Error ? cause.message : String(cause)}`,
      "It is made once with ffmpeg and ffprobe (libx264, libx265): install them, as with apt-get install ffmpeg.",
      { cause },
    );
  }
}
