/**
 * Searches the most cameras that this machine carries with next to no look missed.
 *
 * One agent, whose cameras come and go by configuration; after each trial the floor, alone, as in
 * the other measurement. What was found is confirmed by a longer window, and when that fails the
 * search goes on below. The search ends in time, with the best that was confirmed.
 */
import { availableParallelism, cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { medianOf, rounded } from "../spread.ts";
import type { BenchBox } from "./bench-box.ts";
import { medianFloor } from "./cameras.ts";
import { type FloorParts, floorCoresPerCamera, limitCameras } from "./figures.ts";
import { mostHeld, nextCameras, type SearchRange } from "./find-search.ts";
import { missedCount } from "./look-counts.ts";
import {
  type AgentWindow,
  floorTurnMs,
  Rig,
  type RigOptions,
  settleMsOf,
  warmUpMsOf,
} from "./rig.ts";

export interface FindOptions extends Omit<RigOptions, "cameras"> {
  /** The search never goes beyond. */
  readonly camerasMax: number;
  /** For all of it. */
  readonly minutes: number;
  readonly onProgress: (doneMs: number, totalMs: number, text: string) => void;
}

export interface FoundCameras {
  /** The most that missed at most `missedShareMax` of their looks; null: not even the fewest tried. */
  readonly cameras: number | null;
  /** So many would fill the machine with the floor and the cameras' own server. */
  readonly limitCameras: number;
  /** `cameras` over `limitCameras`. */
  readonly share: number | null;
  /** False: the time was over before its longer window. */
  readonly isConfirmed: boolean;
  readonly every: string;
  readonly missedShareMax: number;
  readonly processor: string;
  readonly coresOfMachine: number;
  readonly stream: string;
  readonly content: string;
  readonly model: string;
  readonly floorCoresPerCamera: number;
  readonly cameraServerCoresPerCamera: number;
  readonly floor: FloorParts;
  readonly trials: readonly FindTrial[];
}

export interface FindTrial {
  readonly cameras: number;
  readonly seconds: number;
  readonly met: number;
  readonly missed: number;
  readonly cores: number;
  readonly isHeld: boolean;
}

const missedShareMax = 0.001;
/** Looks of a trial: so many that one missed is less than the share, and a few more. */
const looksPerTrial = 1_000;
const looksToConfirm = 2_000;
const windowSecondsMin = 15;
const windowSecondsMax = 60;
const liveMs = 8_000;
/** The floor of a camera does not change with their number; so many are enough to measure it. */
const floorCamerasMax = 32;

interface Search {
  readonly options: FindOptions;
  readonly rig: Rig;
  readonly box: BenchBox;
  readonly floors: FloorParts[];
  readonly windows: AgentWindow[];
  readonly trials: FindTrial[];
  readonly startedMonoMs: number;
}

export async function findCameras(options: FindOptions): Promise<FoundCameras> {
  const { camerasMax, minutes, everyMs, onProgress } = options;
  const totalMs = minutes * 60_000;
  onProgress(0, totalMs, "the clip (made once) and the cameras");
  const startedMonoMs = performance.now();
  const floorCameras = Math.min(floorCamerasMax, camerasMax);
  await using stack = new AsyncDisposableStack();
  const rig = await Rig.start({ ...options, cameras: camerasMax, floorCameras });
  stack.defer(() => rig.stop());
  onProgress(performance.now() - startedMonoMs, totalMs, "the agent");
  const first = Math.max(1, Math.round(camerasMax / 8));
  const box = await rig.startBox(first, dueMs);
  stack.defer(() => box.stop());
  const search: Search = {
    options,
    rig,
    box,
    floors: [await rig.measureFloor()],
    windows: [],
    trials: [],
    startedMonoMs,
  };
  // What a camera costs its server; too few to tell what is carried.
  await trial(search, first, 0);
  const limit = limitOf(search, floorCameras, everyMs);
  const begin = Math.max(1, Math.round(0.75 * limit));
  const range: SearchRange = {
    min: 1,
    max: camerasMax,
    first: begin,
    step: Math.max(1, Math.round(limit / 24)),
  };
  const isConfirmed = await searchAndConfirm(search, range);
  return summary(search, floorCameras, isConfirmed);
}

/** Events come from the beginning on, as on a street. */
const dueMs = [10_000, 120_000] as const;

async function searchAndConfirm(search: Search, range: SearchRange): Promise<boolean> {
  const tried = () => searched(search);
  for (;;) {
    const next = nextCameras(tried(), range);
    const looks = next === undefined ? looksToConfirm : looksPerTrial;
    const cameras = next ?? mostHeld(tried());
    if (cameras === undefined || !hasTime(search, cameras, looks)) return false;
    const { isHeld } = await trial(search, cameras, looks);
    if (next === undefined && isHeld) return true;
  }
}

/** Without the first, which was there to measure. */
function searched({ trials }: Search): readonly FindTrial[] {
  return trials.slice(1);
}

function hasTime({ options, startedMonoMs }: Search, cameras: number, looks: number): boolean {
  const neededMs =
    liveMs +
    warmUpMsOf(options) +
    windowMs(options, cameras, looks) +
    floorTurnMs +
    settleMsOf(options) +
    liveMs;
  return performance.now() - startedMonoMs + neededMs < options.minutes * 60_000;
}

async function trial(search: Search, cameras: number, looks: number): Promise<FindTrial> {
  const { options, rig, box, floors, windows, trials, startedMonoMs } = search;
  const { signal, minutes, onProgress } = options;
  signal.throwIfAborted();
  const forMs = windowMs(options, cameras, looks);
  const doneMs = performance.now() - startedMonoMs;
  onProgress(doneMs, minutes * 60_000, `${cameras} cameras for ${forMs / 1_000} s`);
  await rig.useCameras(box, cameras, dueMs);
  await wait(warmUpMsOf(options), undefined, { signal });
  const window = await rig.measureAgent(box, forMs);
  windows.push(window);
  const { met } = window.looks;
  const missed = missedCount(window.looks);
  const found: FindTrial = {
    cameras,
    seconds: forMs / 1_000,
    met,
    missed,
    cores: rounded(window.cores, 3),
    isHeld: met > 0 && missed <= missedShareMax * (met + missed),
  };
  trials.push(found);
  floors.push(await rig.measureFloor());
  return found;
}

function windowMs({ everyMs }: FindOptions, cameras: number, looks: number): number {
  const neededSeconds = (looks * everyMs) / 1_000 / cameras;
  const seconds = Math.max(windowSecondsMin, Math.min(windowSecondsMax, neededSeconds));
  return Math.ceil(seconds) * 1_000;
}

function floorOfCamera(floors: readonly FloorParts[], count: number, everyMs: number): number {
  return floorCoresPerCamera(medianFloor(floors), { cameras: count, everyMs });
}

/** Of a camera: the server does a little for the streams that nobody plays as well. */
function serverOfCamera({ windows, trials }: Search): number {
  return medianOf(
    windows.map(
      ({ cameraServerCores }, index) => cameraServerCores / (trials[index]?.cameras ?? 1),
    ),
  );
}

function limitOf(search: Search, floorCameras: number, everyMs: number): number {
  const floor = floorOfCamera(search.floors, floorCameras, everyMs);
  return limitCameras(availableParallelism(), floor, serverOfCamera(search));
}

function summary(search: Search, floorCameras: number, isConfirmed: boolean): FoundCameras {
  const { options, rig, floors } = search;
  const { everyMs, content, model } = options;
  const trials = searched(search);
  const cameras = mostHeld(trials) ?? null;
  const limit = limitOf(search, floorCameras, everyMs);
  return {
    cameras,
    limitCameras: limit,
    share: cameras === null ? null : rounded(cameras / limit, 3),
    isConfirmed,
    every: `${everyMs / 1_000}s`,
    missedShareMax,
    processor: cpus()[0]?.model ?? "unknown",
    coresOfMachine: availableParallelism(),
    stream: rig.cameras.stream,
    content,
    model,
    floorCoresPerCamera: rounded(floorOfCamera(floors, floorCameras, everyMs), 5),
    cameraServerCoresPerCamera: rounded(serverOfCamera(search), 5),
    floor: medianFloor(floors),
    trials,
  };
}
