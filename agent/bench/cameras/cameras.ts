/**
 * What the whole agent costs with N real cameras, beside what its work costs with nothing around it.
 *
 * Cameras (random phases), broker and hub are processes of their own; the agent runs as on a box.
 * Agent and floor take turns: while the floor is measured the cameras hold their pictures back, for
 * less time than an agent calls frozen. Looks, latencies and processor time are those of the agent's
 * windows alone, after it has settled. A ratio is the median of the turns' ratios.
 */
import { availableParallelism, cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { runtimeVersion } from "../../inference/session-options.ts";
import { medianOf, rounded, type Spread, spreadOf } from "../spread.ts";
import { type Arrivals, startArrivals } from "./arrivals.ts";
import { BenchBox } from "./bench-box.ts";
import { type BenchCameras, type CameraChoice, startBenchCameras } from "./bench-cameras.ts";
import { kindsOfView, viewCrop } from "./bench-file.ts";
import { type CpuReading, coresBetween, readCpu } from "./cpu-meter.ts";
import { floorCores, type LatencyFigures, latencyFigures, type Turn } from "./figures.ts";
import { FloorProcess, type FloorTimes } from "./floor/floor-process.ts";
import type { KeyframeFacts } from "./floor/messages.ts";
import {
  countsBetween,
  countsTogether,
  type LookCounts,
  madeCount,
  missedCount,
  perKind,
} from "./look-counts.ts";

export interface CamerasBenchOptions extends CameraChoice {
  readonly cameras: number;
  readonly everyMs: number;
  readonly turns: number;
  /** Of the agent's window in a turn. */
  readonly seconds: number;
  readonly model: string;
  readonly modelsFolder: string;
  readonly dataFolder: string;
  /** Sections of the agent's configuration, as they are. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, text: string) => void;
}

export interface CamerasBenchResult {
  readonly cameras: number;
  readonly every: string;
  readonly processor: string;
  readonly coresOfMachine: number;
  readonly runtime: string;
  readonly broker: string;
  readonly stream: string;
  readonly content: string;
  readonly keyframe: KeyframeFacts;
  readonly model: string;
  readonly turns: number;
  readonly seconds: number;
  /** Of the agent with all its children. */
  readonly cores: number;
  readonly coresPerCamera: number;
  readonly coresByPart: Readonly<Record<string, number>>;
  /** The same looks with nothing around them. */
  readonly floorCores: number;
  readonly floor: {
    readonly receiveCores: number;
    readonly decodeCpuMs: number;
    readonly runCpuMs: number;
  };
  readonly overheadRatio: number;
  readonly megabytes: number;
  readonly megabytesPerCamera: number;
  readonly baseMegabytes: number;
  readonly met: number;
  readonly missed: number;
  readonly metByKind: Readonly<Record<string, number>>;
  readonly missedByKind: Readonly<Record<string, number>>;
  /** Looks that took over what the one before had seen. */
  readonly reused: number;
  readonly looksPerSecond: number;
  readonly events: number;
  readonly eventsByKind: Readonly<Record<string, number>>;
  /** From the picture in which a threshold was crossed to the event's arrival at the hub. */
  readonly latencyMs: LatencyFigures | null;
  /** What was missed or left out, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  readonly cameraServerCores: number;
  readonly spread: Readonly<Record<string, Spread>>;
}

/** After the cameras went on: every camera has sent a keyframe, and what had waited is done. */
const settleMs = 3_000;
/** Connections, keyframes and rings have come to rest after this. */
const warmUpMs = 8_000;
const floorTimes: FloorTimes = { settleMs: 700, receiveMs: 2_000, decodeMs: 700, runMs: 700 };

export async function benchCameras(options: CamerasBenchOptions): Promise<CamerasBenchResult> {
  const { turns, signal } = options;
  let step = 0;
  const progress = (text: string): void => {
    signal.throwIfAborted();
    options.onProgress(step++, 2 * turns + 3, text);
  };
  await using stack = new AsyncDisposableStack();
  progress("the clip (made once) and the cameras");
  const cameras = await startBenchCameras(options);
  stack.defer(() => cameras.stop());
  const arrivals = await startArrivals();
  stack.defer(() => arrivals.stop());
  const floor = await FloorProcess.start({ ...options, ...cameras.floor, crop: viewCrop });
  stack.defer(() => floor.stop());
  progress("the agent");
  const box = await startBox(options, cameras, arrivals);
  stack.defer(() => box.stop());
  progress("cameras and rings settle");
  await wait(warmUpMs, undefined, { signal });
  const measured: MeasuredTurn[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    progress(`turn ${turn} of ${turns}: the agent`);
    const window = await measureAgent(options, { box, cameras, arrivals });
    progress(`turn ${turn} of ${turns}: the floor`);
    const paused = cameras.pause(pauseMs);
    await paused.begun;
    const parts = await floor.measure(floorTimes, signal);
    await paused.over;
    await wait(settleMs, undefined, { signal });
    measured.push({ ...window, floor: parts });
  }
  return summary(options, { cameras, box, arrivals, keyframe: floor.keyframes, measured });
}

/** Longer than the floor takes, shorter than what a watchdog calls frozen. */
const pauseMs =
  floorTimes.settleMs + floorTimes.receiveMs + floorTimes.decodeMs + floorTimes.runMs + 1_200;

function startBox(
  options: CamerasBenchOptions,
  cameras: BenchCameras,
  arrivals: Arrivals,
): Promise<BenchBox> {
  const { everyMs, model, more = {}, turns, seconds } = options;
  const runMs = warmUpMs + turns * (seconds * 1_000 + settleMs + pauseMs);
  const dueMs = [warmUpMs + settleMs, Math.max(20_000, 0.9 * runMs)] as const;
  const file = { cameras: cameras.list, hubUrl: arrivals.url, everyMs, model, dueMs, more };
  return BenchBox.start({ ...options, file });
}

interface MeasuredWindow extends Omit<Turn, "floor"> {
  readonly looks: LookCounts;
  readonly parts: Readonly<Record<string, number>>;
  readonly fromMs: number;
  readonly untilMs: number;
}

type MeasuredTurn = MeasuredWindow & Turn;

interface Running {
  readonly box: BenchBox;
  readonly cameras: BenchCameras;
  readonly arrivals: Arrivals;
}

async function measureAgent(
  { seconds, signal }: CamerasBenchOptions,
  { box, cameras }: Running,
): Promise<MeasuredWindow> {
  const looksBefore = await box.looks();
  const fromMs = Date.now();
  const before = await readBoth(box, cameras);
  await wait(seconds * 1_000, undefined, { signal });
  const after = await readBoth(box, cameras);
  const untilMs = Date.now();
  const looks = countsBetween(looksBefore, await box.looks());
  const { cores, parts } = coresBetween(before.agent, after.agent);
  const elapsedMs = after.agent.monoMs - before.agent.monoMs;
  return {
    looks,
    parts,
    fromMs,
    untilMs,
    cores,
    cameraServerCores: (after.serverCpuMs - before.serverCpuMs) / elapsedMs,
    megabytes: box.megabytes(),
    looksPerSecond: (1_000 * madeCount(looks)) / elapsedMs,
  };
}

async function readBoth(
  box: BenchBox,
  cameras: BenchCameras,
): Promise<{ readonly agent: CpuReading; readonly serverCpuMs: number }> {
  const serverCpuMs = await cameras.cpuMs();
  return { agent: readCpu(box.pid), serverCpuMs };
}

function summary(
  options: CamerasBenchOptions,
  run: Running & { readonly keyframe: KeyframeFacts; readonly measured: readonly MeasuredTurn[] },
): CamerasBenchResult {
  const { cameras: count, everyMs, turns, seconds, model, content } = options;
  const { cameras, box, arrivals, keyframe, measured } = run;
  const looks = countsTogether(measured.map((one) => one.looks));
  const missed = missedCount(looks);
  const events = arrivals.events.filter(({ capturedAtMs }) =>
    measured.some(({ fromMs, untilMs }) => capturedAtMs >= fromMs && capturedAtMs < untilMs),
  );
  const spread = spreadsOf(measured, count);
  const median = (name: string): number => spread[name]?.median ?? Number.NaN;
  const megabytes = median("megabytes");
  return {
    cameras: count,
    every: `${everyMs / 1_000}s`,
    processor: cpus()[0]?.model ?? "unknown",
    coresOfMachine: availableParallelism(),
    runtime: `onnxruntime ${runtimeVersion()}`,
    broker: arrivals.broker,
    stream: cameras.stream,
    content,
    keyframe,
    model,
    turns,
    seconds,
    cores: median("cores"),
    coresPerCamera: median("coresPerCamera"),
    coresByPart: partsOf(measured),
    floorCores: median("floorCores"),
    floor: {
      receiveCores: rounded(medianOf(measured.map(({ floor }) => floor.receiveCores)), 4),
      decodeCpuMs: rounded(medianOf(measured.map(({ floor }) => floor.decodeCpuMs)), 2),
      runCpuMs: rounded(medianOf(measured.map(({ floor }) => floor.runCpuMs)), 2),
    },
    overheadRatio: median("overheadRatio"),
    megabytes,
    megabytesPerCamera: rounded((megabytes - box.baseMegabytes) / count, 2),
    baseMegabytes: rounded(box.baseMegabytes, 1),
    met: looks.met,
    missed,
    metByKind: perKind(looks.met, kindsOfView),
    missedByKind: perKind(missed, kindsOfView),
    reused: looks.reused,
    looksPerSecond: median("looksPerSecond"),
    events: events.length,
    eventsByKind: Object.fromEntries(
      kindsOfView.map((kind) => [kind, events.filter((event) => event.kind === kind).length]),
    ),
    latencyMs: latencyFigures(
      events.map(({ capturedAtMs, arrivedAtMs }) => arrivedAtMs - capturedAtMs),
    ),
    drops: { ...looks.missed, ...looks.left },
    cameraServerCores: median("cameraServerCores"),
    spread,
  };
}

function spreadsOf(turns: readonly Turn[], cameras: number): Readonly<Record<string, Spread>> {
  const floors = turns.map(({ floor, looksPerSecond }) => floorCores(floor, looksPerSecond));
  const of = (pick: (turn: Turn, index: number) => number, digits: number): Spread =>
    spreadOf(turns.map(pick), digits);
  return {
    cores: of(({ cores }) => cores, 4),
    coresPerCamera: of(({ cores }) => cores / cameras, 5),
    floorCores: spreadOf(floors, 4),
    overheadRatio: of(({ cores }, index) => cores / (floors[index] ?? Number.NaN), 3),
    megabytes: of(({ megabytes }) => megabytes, 1),
    looksPerSecond: of(({ looksPerSecond }) => looksPerSecond, 2),
    cameraServerCores: of(({ cameraServerCores }) => cameraServerCores, 4),
  };
}

function partsOf(measured: readonly MeasuredTurn[]): Readonly<Record<string, number>> {
  const names = [...new Set(measured.flatMap(({ parts }) => Object.keys(parts)))];
  const medians = names.map((name) => {
    return [name, rounded(medianOf(measured.map(({ parts }) => parts[name] ?? 0)), 4)] as const;
  });
  return Object.fromEntries(medians.toSorted((a, b) => b[1] - a[1]));
}
