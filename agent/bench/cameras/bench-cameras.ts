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
  /** Streams that the floor receives. Default: as many as the agent. */
  readonly floorCameras?: number;
  /** Streams for the agent that ours is compared with. Default: none. */
  readonly peerCameras?: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

type StreamsOf = "camera" | "peer";

export interface BenchCameras {
  readonly list: readonly BenchCamera[];
  /** What the floor receives, and the clip that is looked at. */
  readonly floor: { readonly urls: readonly string[]; readonly clipFile: string };
  /** What the agent that ours is compared with looks at; held back until `goOn("peer")`. */
  readonly peer: {
    readonly urls: readonly string[];
    readonly picture: { readonly width: number; readonly height: number };
  };
  /** In words. */
  readonly stream: string;
  /** Of the whole process. */
  cpuMs(): Promise<number>;
  /** Nothing is sent until `goOn`; for our agent to be called before it says frozen. */
  pause(whose: StreamsOf): Promise<void>;
  /**
   * Each goes on with what it sees then. Where looks are further apart than keyframes, one after
   * the other, so that looks stay spread over the period. Resolves when the last one does.
   */
  goOn(whose: StreamsOf): Promise<void>;
  stop(): Promise<void>;
}

/** With the pause of the floor below what an agent calls frozen (10 s). */
const pauseMsMax = { camera: 9_500, peer: 3_600_000 } as const;
const staggerMsMax = 2_500;
const staggerSteps = 25;

export async function startBenchCameras(choice: CameraChoice): Promise<BenchCameras> {
  const { cameras, floorCameras = cameras, isSubstream, everyMs, gopSeconds } = choice;
  const main = cameraClip(choice);
  const sub = cameraClip({ ...choice, codec: "h264", bits: 8, gopSeconds: 2, size: "sub" });
  const [mainFile, subFile] = await Promise.all([clipFile(main), isSubstream ? clipFile(sub) : ""]);
  const counts = { camera: cameras, floor: floorCameras, peer: choice.peerCameras ?? 0 };
  const streams = Object.entries(counts).flatMap(([who, count]) => [
    stream(`/${who}-{n}`, mainFile, count),
    ...(isSubstream ? [stream(`/${who}-{n}-sub`, subFile, count)] : []),
  ]);
  const server = await startCameraServerProcess({ streams });
  const paths = (who: keyof typeof counts): string[] =>
    numbersTo(counts[who]).flatMap((number) => [
      `/${who}-${number}`,
      ...(isSubstream ? [`/${who}-${number}-sub`] : []),
    ]);
  const seen = isSubstream ? "-sub" : "";
  const staggerMs = Math.max(0, Math.min(staggerMsMax, everyMs - gopSeconds * 1_000));
  return {
    list: numbersTo(cameras).map((number) => ({
      id: `camera-${number}`,
      url: server.url(`/camera-${number}`),
      ...(isSubstream ? { substream: server.url(`/camera-${number}-sub`) } : {}),
    })),
    floor: {
      urls: paths("floor").map((path) => server.url(path)),
      clipFile: isSubstream ? subFile : mainFile,
    },
    peer: {
      urls: numbersTo(counts.peer).map((number) => server.url(`/peer-${number}${seen}`)),
      picture: sizeOf(isSubstream ? sub : main),
    },
    stream: `${textOf(main)}${isSubstream ? `; looked at: ${textOf(sub)}` : ""}`,
    cpuMs: async () => (await server.stats()).cpuMs,
    pause: (whose) => pause(server, paths(whose), pauseMsMax[whose]),
    goOn: (whose) => goOn(server, paths(whose), whose === "camera" ? staggerMs : 0),
    stop: () => server.stop(),
  };
}

function numbersTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function sizeOf({ width = 0, height = 0 }: MadeClipOptions) {
  return { width, height };
}

function stream(path: string, file: string, count: number) {
  // Bare clients keep no session alive.
  return { path, clip: { file }, count, isTimeoutEnforced: false };
}

async function pause(
  server: CameraServerProcess,
  paths: readonly string[],
  forMs: number,
): Promise<void> {
  const stall = { kind: "stall", forMs, afterwards: "skip" } as const;
  await Promise.all(paths.map((path) => server.setFaults(path, [stall])));
}

async function goOn(
  server: CameraServerProcess,
  paths: readonly string[],
  staggerMs: number,
): Promise<void> {
  const heal = (some: readonly string[]) =>
    Promise.all(some.map((path) => server.setFaults(path, [])));
  if (staggerMs === 0) {
    await heal(paths);
    return;
  }
  for (let step = 0; step < staggerSteps; step++) {
    await heal(paths.filter((_, index) => index % staggerSteps === step));
    await wait(staggerMs / staggerSteps);
  }
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
