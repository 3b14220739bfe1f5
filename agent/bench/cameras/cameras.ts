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
import type { BenchBox } from "./bench-box.ts";
import { kindsOfView } from "./bench-file.ts";
import { type FloorParts, floorCores, type LatencyFigures, latencyFigures } from "./figures.ts";
import type { KeyframeFacts } from "./floor/messages.ts";
import {
  countsTogether,
  evidenceMs,
  madeCount,
  missedCount,
  perKind,
  savedCount,
} from "./look-counts.ts";
import { Opponent, type OpponentWindow, opponentTurnMs } from "./opponent.ts";
import {
  type AgentWindow,
  floorTurnMs,
  Rig,
  type RigOptions,
  settleMsOf,
  warmUpMsOf,
} from "./rig.ts";

export interface CamerasBenchOptions extends RigOptions {
  readonly turns: number;
  /** Of the agent's window in a turn. */
  readonly seconds: number;
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
  readonly floor: FloorParts;
  readonly overheadRatio: number;
  readonly megabytes: number;
  readonly megabytesPerCamera: number;
  readonly baseMegabytes: number;
  readonly met: number;
  readonly missed: number;
  readonly metByKind: Readonly<Record<string, number>>;
  readonly missedByKind: Readonly<Record<string, number>>;
  /** Of those: looks that repeat the last analysis because nothing moved, by what said so. */
  readonly saved: number;
  readonly savedBy: Readonly<Record<string, number>>;
  /** How long an analysis may be used again: the setting of the views. */
  readonly reuse: string;
  readonly evidence: boolean;
  /** What an event waited for its evidence, on average; null: none did. */
  readonly evidenceMs: Readonly<Record<string, number>> | null;
  readonly looksPerSecond: number;
  readonly events: number;
  readonly eventsByKind: Readonly<Record<string, number>>;
  /** From the picture in which a threshold was crossed to the event's arrival at the hub. */
  readonly latencyMs: LatencyFigures | null;
  /** What was missed or left out, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  readonly cameraServerCores: number;
  readonly spread: Readonly<Record<string, Spread>>;
  /** What comparable agents do at the same looks, in words. */
  readonly peer?: string;
  readonly peerCameras?: number;
  readonly peerCoresPerCamera?: number;
  /** `peerCoresPerCamera` over `coresPerCamera`. */
  readonly peerRatio?: number;
  readonly peerLooks?: number;
  readonly peerMissed?: number;
}

interface Turn extends AgentWindow {
  readonly floor: FloorParts;
  readonly opponent?: OpponentWindow;
}

export async function benchCameras(options: CamerasBenchOptions): Promise<CamerasBenchResult> {
  const { turns, seconds, signal } = options;
  let step = 0;
  const progress = (text: string): void => {
    signal.throwIfAborted();
    options.onProgress(step++, (options.peerCameras === undefined ? 2 : 3) * turns + 3, text);
  };
  progress("the clip (made once) and the cameras");
  await using stack = new AsyncDisposableStack();
  const rig = await Rig.start(options);
  stack.defer(() => rig.stop());
  progress("the agent");
  const opponent =
    options.peerCameras === undefined ? undefined : await startOpponent(rig, options);
  if (opponent !== undefined) stack.defer(() => opponent.stop());
  const [warmUpMs, settleMs] = [warmUpMsOf(options), settleMsOf(options)];
  const besideMs =
    floorTurnMs + settleMs + (opponent === undefined ? 0 : opponentTurnMs + settleMs);
  const runMs = warmUpMs + turns * (seconds * 1_000 + besideMs);
  // What is about to be told is always looked at anew: where looks are saved it is told before.
  const dueMs =
    options.reuseMs > 0
      ? ([10_000, 20_000] as const)
      : ([warmUpMs + settleMs, Math.max(20_000, 0.9 * runMs)] as const);
  const box = await rig.startBox(options.cameras, dueMs);
  stack.defer(() => box.stop());
  progress("cameras and rings settle");
  await wait(warmUpMs, undefined, { signal });
  await box.hasLooked();
  const measured: Turn[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    progress(`turn ${turn} of ${turns}: the agent`);
    const window = await rig.measureAgent(box, seconds * 1_000);
    progress(`turn ${turn} of ${turns}: the floor`);
    const floor = await rig.measureFloor();
    if (opponent === undefined) {
      measured.push({ ...window, floor });
      continue;
    }
    progress(`turn ${turn} of ${turns}: what comparable agents do`);
    measured.push({ ...window, floor, opponent: await rig.measureOpponent(opponent) });
  }
  const result = summary(options, { rig, box, measured });
  return opponent === undefined
    ? result
    : { ...result, ...peerFigures(result, opponent, measured) };
}

function startOpponent(rig: Rig, options: CamerasBenchOptions): Promise<Opponent> {
  return Opponent.start({ ...options, cameras: rig.cameras });
}

/** Looks that it did not make it did not pay for: what it missed is told beside. */
function peerFigures(
  { coresPerCamera }: CamerasBenchResult,
  { cameras, what }: Opponent,
  measured: readonly Turn[],
) {
  const windows = measured.flatMap(({ opponent }) => (opponent === undefined ? [] : [opponent]));
  const perCamera = spreadOf(
    windows.map(({ cores }) => cores / cameras),
    5,
  );
  return {
    peer: what,
    peerCameras: cameras,
    peerCoresPerCamera: perCamera.median,
    peerRatio: rounded(perCamera.median / coresPerCamera, 2),
    peerLooks: windows.reduce((sum, { looks }) => sum + looks, 0),
    peerMissed: windows.reduce((sum, { missed }) => sum + missed, 0),
  };
}

function summary(
  options: CamerasBenchOptions,
  run: { readonly rig: Rig; readonly box: BenchBox; readonly measured: readonly Turn[] },
): CamerasBenchResult {
  const { cameras: count, everyMs, turns, seconds, model, content } = options;
  const { rig, box, measured } = run;
  const { arrivals } = rig;
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
    stream: rig.cameras.stream,
    content,
    keyframe: rig.floor.keyframes,
    model,
    turns,
    seconds,
    cores: median("cores"),
    coresPerCamera: median("coresPerCamera"),
    coresByPart: partsOf(measured),
    floorCores: median("floorCores"),
    floor: medianFloor(measured.map(({ floor }) => floor)),
    overheadRatio: median("overheadRatio"),
    megabytes,
    megabytesPerCamera: rounded((megabytes - box.baseMegabytes) / count, 2),
    baseMegabytes: rounded(box.baseMegabytes, 1),
    met: looks.met,
    missed,
    metByKind: perKind(looks.met, kindsOfView),
    missedByKind: perKind(missed, kindsOfView),
    saved: savedCount(looks),
    savedBy: looks.saved,
    reuse: `${options.reuseMs / 1_000}s`,
    evidence: options.hasEvidence === true,
    evidenceMs: evidenceMs(looks),
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

export function medianFloor(turns: readonly FloorParts[]): FloorParts {
  const of = (pick: (floor: FloorParts) => number, digits: number): number =>
    rounded(medianOf(turns.map(pick)), digits);
  return {
    receiveCores: of(({ receiveCores }) => receiveCores, 4),
    decodeCpuMs: of(({ decodeCpuMs }) => decodeCpuMs, 2),
    runCpuMs: of(({ runCpuMs }) => runCpuMs, 2),
    busyRatio: of(({ busyRatio }) => busyRatio, 3),
  };
}

function spreadsOf(turns: readonly Turn[], cameras: number): Readonly<Record<string, Spread>> {
  const rates = turns.map(({ looks, elapsedMs }) => (1_000 * madeCount(looks)) / elapsedMs);
  const floors = turns.map(({ floor }, index) => floorCores(floor, rates[index] ?? Number.NaN));
  const of = (pick: (turn: Turn, index: number) => number, digits: number): Spread =>
    spreadOf(turns.map(pick), digits);
  return {
    cores: of(({ cores }) => cores, 4),
    coresPerCamera: of(({ cores }) => cores / cameras, 5),
    floorCores: spreadOf(floors, 4),
    overheadRatio: of(({ cores }, index) => cores / (floors[index] ?? Number.NaN), 3),
    megabytes: of(({ megabytes }) => megabytes, 1),
    looksPerSecond: spreadOf(rates, 2),
    cameraServerCores: of(({ cameraServerCores }) => cameraServerCores, 4),
    busyRatio: of(({ floor }) => floor.busyRatio, 3),
  };
}

function partsOf(measured: readonly Turn[]): Readonly<Record<string, number>> {
  const names = [...new Set(measured.flatMap(({ parts }) => Object.keys(parts)))];
  const medians = names.map((name) => {
    return [name, rounded(medianOf(measured.map(({ parts }) => parts[name] ?? 0)), 4)] as const;
  });
  return Object.fromEntries(medians.toSorted((a, b) => b[1] - a[1]));
}
