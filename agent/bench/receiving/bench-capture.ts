/**
 * Measures what receiving a camera costs: CPU and memory of our own, against the floor (bare
 * sockets that copy packets into rings) and against one ffmpeg a camera that does nothing else.
 *
 * The cameras are a process of their own. What is compared takes turns, each turn in the other
 * order, so that a machine that slows down slows all; a ratio is the median of the turns' ratios.
 * Nothing is decoded.
 */
import { startCameraServerProcess } from "../../../test-fixtures/camera-server/camera-server-process.ts";
import { type MadeClipOptions, streetClip } from "../../../test-fixtures/clips/made-clip.ts";
import { measureFfmpeg } from "./ffmpeg-turn.ts";
import { type CaptureFigures, captureFigures } from "./figures.ts";
import { measureFloor } from "./floor-turn.ts";
import { measureOurs, type OurTurn } from "./our-turn.ts";
import { TimeBudget } from "./time-budget.ts";

export interface CaptureBenchOptions {
  readonly cameras: number;
  /** Measured time of each of those compared, over all turns. */
  readonly seconds: number;
  readonly turns: number;
  /** What the cameras show. Default: a street in 1080p. */
  readonly clip?: MadeClipOptions;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface CaptureBenchResult extends CaptureFigures {
  readonly cameras: number;
  readonly seconds: number;
  readonly turns: number;
  readonly stream: string;
}

/** Beside what is measured: a busy machine takes its time to connect, and ffmpeg to settle. */
const budgetMs = 165_000;
/** Later turns leave it out where the time is short: it is no limit, only a comparison. */
const ffmpegTurnsMin = 3;

export async function benchCapture(options: CaptureBenchOptions): Promise<CaptureBenchResult> {
  const { cameras, seconds, turns, clip = streetClip, signal, onProgress } = options;
  onProgress("making the clip (once) and starting the cameras");
  const server = await startCameraServerProcess({
    streams: [{ path: "/camera-{n}", clip: { made: clip }, count: cameras }],
  });
  try {
    const urls = Array.from({ length: cameras }, (_, index) => server.url(`/camera-${index + 1}`));
    const input = { urls, windowMs: (seconds * 1_000) / turns, signal };
    const ours: OurTurn[] = [];
    const floor: number[] = [];
    const ffmpeg: (number | undefined)[] = [];
    const budget = new TimeBudget(budgetMs + 3_000 * seconds);
    for (let turn = 1; turn <= turns; turn++) {
      const parts = [
        { name: "ours", run: async () => ours.push(await measureOurs({ ...input, server })) },
        { name: "floor", run: async () => floor.push(await measureFloor(input)) },
        { name: "ffmpeg", run: async () => ffmpeg.push(await measureFfmpeg(input)) },
      ];
      for (const { name, run } of turn % 2 === 0 ? parts.toReversed() : parts) {
        signal.throwIfAborted();
        const turnsLeft = turns - turn;
        if (name === "ffmpeg" && turn > ffmpegTurnsMin && !budget.hasRoom(name, turnsLeft)) {
          onProgress(`turn ${turn} of ${turns}: no time for ffmpeg`);
          ffmpeg.push(undefined);
          continue;
        }
        onProgress(`turn ${turn} of ${turns}: ${name}`);
        await budget.spend(name, run);
      }
    }
    const { width, height, fps, bitrateKbit, gopSeconds } = clip;
    return {
      cameras,
      seconds,
      turns,
      stream: `${width}×${height}, ${fps} pictures/s, ${bitrateKbit} kbit/s, keyframe every ${gopSeconds} s`,
      ...captureFigures({ cameras, ours, floor, ffmpeg }),
    };
  } finally {
    await server.stop();
  }
}
