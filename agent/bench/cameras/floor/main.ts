/**
 * The floor as a process of its own: receives, decodes, runs, each alone, when it is told to.
 *
 * Processor time is that of this process as the operating system counts it, so it does one thing at
 * a time and nothing in between.
 */
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { loadClip } from "../../../../test-fixtures/clips/load-clip.ts";
import { BareSessions } from "../../../inference/bare-sessions.ts";
import { loadModel } from "../../../inference/model-store.ts";
import { spreadOf } from "../../spread.ts";
import { BareCamera } from "./bare-camera.ts";
import { BareDecoder } from "./bare-decoder.ts";
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
  readonly decoder: BareDecoder;
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
      say({ type: "done", id, keyframes: factsOf(floor.decoder) });
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
  const decoder = new BareDecoder(await loadClip(clipFile), request);
  // The first one sets everything up.
  decoder.decodeNext();
  const sessions = await BareSessions.open(model, plainRuns);
  return { cameras: urls.map((url) => new BareCamera(url)), decoder, sessions };
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
      return measureDecoding(of.decoder, forMs);
    case "run":
      return measureRuns(of.sessions, forMs);
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

function measureDecoding(decoder: BareDecoder, forMs: number): Promise<FloorFigures> {
  const endsMonoMs = performance.now() + forMs;
  return measured(async () => {
    let count = 0;
    while (performance.now() < endsMonoMs) {
      decoder.decodeNext();
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

function factsOf({ keyframes }: BareDecoder): KeyframeFacts {
  const bytes = spreadOf(
    keyframes.map(({ length }) => length),
    0,
  );
  return { bytesMedian: bytes.median, bytesMin: bytes.min, bytesMax: bytes.max };
}

function say(message: FromFloor): void {
  process.send?.(message);
}
