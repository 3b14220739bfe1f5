/**
 * The floor as a process of its own: receives, decodes, runs, each alone, when it is told to.
 *
 * Processor time is that of this process as the operating system counts it, so it does one thing at
 * a time and nothing in between.
 */
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { loadClip } from "../../../../test-fixtures/clips/load-clip.ts";
import type { EncodedPicture } from "../../../capture/encoded-picture.ts";
import { BareSessions } from "../../../inference/bare-sessions.ts";
import { loadModel } from "../../../inference/model-store.ts";
import { BareLibav } from "../../decode/bare-libav.ts";
import { spreadOf } from "../../spread.ts";
import { BareCamera } from "./bare-camera.ts";
import { clipKeyframes } from "./clip-keyframes.ts";
import type {
  FloorFigures,
  FloorSetup,
  FloorStep,
  FromFloor,
  KeyframeFacts,
  ToFloor,
} from "./messages.ts";

interface Floor {
  readonly cameras: readonly BareCamera[];
  readonly libav: BareLibav;
  /** What is looked at, round and round. */
  readonly keyframes: readonly EncodedPicture[];
  readonly sessions: BareSessions;
}

/** One thread, one picture at a time. */
const plainRuns = { sessions: 1, threads: 1, provider: "cpu", batch: 1 } as const;
/** So many connections are opened at a time. */
const openAtOnce = 32;

let floor: Floor | undefined;

process.on("message", (message: ToFloor) => void obey(message));
process.on("disconnect", () => process.exit(0));

async function obey(message: ToFloor): Promise<void> {
  const { id } = message;
  try {
    if (message.type === "setup") {
      floor = await open(message.setup);
      say({ type: "done", id, keyframes: factsOf(floor.keyframes) });
      return;
    }
    if (floor === undefined) throw new Error("asked before its setup");
    if (message.type === "measure") {
      say({ type: "measured", id, figures: await measure(floor, message.step, message.forMs) });
      return;
    }
    if (message.type === "connect") await connectAll(floor.cameras);
    else for (const camera of floor.cameras) camera.close();
    say({ type: "done", id });
  } catch (error) {
    say({ type: "failed", id, text: error instanceof Error ? error.message : String(error) });
  }
}

async function open(setup: FloorSetup): Promise<Floor> {
  const { urls, clipFile, crop, model: name, modelsFolder, dataFolder } = setup;
  const model = await loadModel(name, { modelsFolder, dataFolder });
  const { inputWidth: width, inputHeight: height, fit, fill, channels } = model;
  const request = { crop, width, height, fit, fill, channels };
  const clip = await loadClip(clipFile);
  const keyframes = clipKeyframes(clip);
  const [first] = keyframes;
  if (first === undefined) throw new Error("the clip has no keyframe");
  const libav = new BareLibav(first, request, clip);
  // The first one sets everything up.
  libav.look(first);
  const sessions = await BareSessions.open(model, plainRuns);
  return { cameras: urls.map((url) => new BareCamera(url)), libav, keyframes, sessions };
}

async function connectAll(cameras: readonly BareCamera[]): Promise<void> {
  for (let from = 0; from < cameras.length; from += openAtOnce) {
    await Promise.all(cameras.slice(from, from + openAtOnce).map((camera) => camera.open()));
  }
}

function measure(of: Floor, step: FloorStep, forMs: number): Promise<FloorFigures> {
  switch (step) {
    case "receive":
      return measureReceiving(of.cameras, forMs);
    case "decode":
      return measureDecoding(of, forMs);
    case "run":
      return measureRuns(of.sessions, forMs);
    case "together":
      return measureTogether(of, forMs);
  }
}

async function measureReceiving(
  cameras: readonly BareCamera[],
  forMs: number,
): Promise<FloorFigures> {
  const packets = (): number => cameras.reduce((sum, camera) => sum + camera.packets, 0);
  const before = packets();
  return measured(async () => {
    await wait(forMs);
    return packets() - before;
  });
}

function measureDecoding({ libav, keyframes }: Floor, forMs: number): Promise<FloorFigures> {
  const endsMonoMs = performance.now() + forMs;
  return measured(async () => {
    let count = 0;
    while (performance.now() < endsMonoMs) {
      const keyframe = keyframes[count % keyframes.length];
      if (keyframe !== undefined) libav.look(keyframe);
      count += 1;
      await turn(); // Native buffers are given back between turns of the event loop.
    }
    return count;
  });
}

async function measureRuns(sessions: BareSessions, forMs: number): Promise<FloorFigures> {
  const { images, imagesPerSecond, cpuMsPerImage } = await sessions.measure(forMs);
  const elapsedMs = (1_000 * images) / imagesPerSecond;
  return { elapsedMs, cpuMs: cpuMsPerImage * images, count: images };
}

/** Two cores of one processor share more than they seem to: caches, memory, often the core itself. */
async function measureTogether(of: Floor, forMs: number): Promise<FloorFigures> {
  const running = of.sessions.measure(forMs);
  const before = process.cpuUsage();
  const decoded = await measureDecoding(of, forMs);
  const { images } = await running;
  const { user, system } = process.cpuUsage(before);
  return { ...decoded, cpuMs: (user + system) / 1_000, imageCount: images };
}

async function measured(work: () => Promise<number>): Promise<FloorFigures> {
  const startedMonoMs = performance.now();
  const before = process.cpuUsage();
  const count = await work();
  const { user, system } = process.cpuUsage(before);
  return {
    elapsedMs: performance.now() - startedMonoMs,
    cpuMs: (user + system) / 1_000,
    count,
  };
}

function factsOf(keyframes: readonly EncodedPicture[]): KeyframeFacts {
  const bytes = spreadOf(
    keyframes.map(({ units }) => units[0]?.byteLength ?? 0),
    0,
  );
  return { bytesMedian: bytes.median, bytesMin: bytes.min, bytesMax: bytes.max };
}

function say(message: FromFloor): void {
  process.send?.(message);
}
