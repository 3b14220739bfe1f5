/**
 * Everything that a measurement with cameras needs: the cameras, a broker with a hub, the agent, and
 * the process that measures the floor.
 *
 * The agent's windows and the floor's are taken in turns. While the floor is measured the cameras
 * hold their pictures back, for less time than an agent calls frozen; then the agent settles.
 */
import { setTimeout as wait } from "node:timers/promises";
import { type Arrivals, startArrivals } from "./arrivals.ts";
import { BenchBox } from "./bench-box.ts";
import { type BenchCameras, type CameraChoice, startBenchCameras } from "./bench-cameras.ts";
import { type BenchFile, viewCrop } from "./bench-file.ts";
import { type CpuReading, coresBetween, readCpu } from "./cpu-meter.ts";
import type { FloorParts } from "./figures.ts";
import { FloorProcess, type FloorTimes } from "./floor/floor-process.ts";
import { countsBetween, type LookCounts } from "./look-counts.ts";
import type { Opponent, OpponentWindow } from "./opponent.ts";

export interface RigOptions extends CameraChoice {
  readonly model: string;
  /** How long the views may use an analysis again; 0: every look is analysed. */
  readonly reuseMs: number;
  /** Pictures and clips of every event are taken; default: none. */
  readonly hasEvidence?: boolean;
  readonly modelsFolder: string;
  readonly dataFolder: string;
  /** Sections of the agent's configuration, as they are. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** What the agent did in a window of time. */
export interface AgentWindow {
  readonly cores: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly cameraServerCores: number;
  readonly megabytes: number;
  readonly looks: LookCounts;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly elapsedMs: number;
}

/** Of an analysis that may be used again: known well from so many, at rest over so many of late. */
const settledLooks = 17;
const restingLooks = 6;

/** After the cameras went on: every camera has sent a keyframe, and what had waited is done. */
export function settleMsOf({ everyMs, reuseMs }: Periods): number {
  return 3_000 + (reuseMs > 0 ? restingLooks * everyMs : 0);
}

/** Connections, keyframes and rings have come to rest after this, and views that began together. */
export function warmUpMsOf({ everyMs, reuseMs }: Periods): number {
  return Math.max(8_000, everyMs + 5_000) + (reuseMs > 0 ? settledLooks * everyMs : 0);
}

type Periods = Pick<RigOptions, "everyMs" | "reuseMs">;

const floorTimes: FloorTimes = { settleMs: 700, receiveMs: 2_000, stepMs: 700 };
/** About what a turn of the floor takes, with connecting and settling. */
export const floorTurnMs = floorTimes.settleMs + floorTimes.receiveMs + 3 * floorTimes.stepMs + 400;

export class Rig {
  readonly cameras: BenchCameras;
  readonly arrivals: Arrivals;
  readonly floor: FloorProcess;
  readonly #options: RigOptions;

  private constructor(options: RigOptions, parts: Pick<Rig, "cameras" | "arrivals" | "floor">) {
    this.#options = options;
    this.cameras = parts.cameras;
    this.arrivals = parts.arrivals;
    this.floor = parts.floor;
  }

  static async start(options: RigOptions): Promise<Rig> {
    const cameras = await startBenchCameras(options);
    let arrivals: Arrivals | undefined;
    try {
      arrivals = await startArrivals();
      const setup = { ...options, ...cameras.floor, crop: viewCrop };
      return new Rig(options, { cameras, arrivals, floor: await FloorProcess.start(setup) });
    } catch (error) {
      await arrivals?.stop();
      await cameras.stop();
      throw error;
    }
  }

  /** The agent with the first so many cameras; events are due from the first to the last of `dueMs`. */
  async startBox(count: number, dueMs: BenchFile["dueMs"]): Promise<BenchBox> {
    return BenchBox.start({ ...this.#options, file: this.#file(count, dueMs) });
  }

  /** More or fewer of them from now on. */
  async useCameras(box: BenchBox, count: number, dueMs: BenchFile["dueMs"]): Promise<void> {
    await box.use(this.#file(count, dueMs));
  }

  #file(count: number, dueMs: BenchFile["dueMs"]): BenchFile {
    const { everyMs, reuseMs, hasEvidence = false, model, more = {} } = this.#options;
    const cameras = this.cameras.list.slice(0, count);
    const hubUrl = this.arrivals.url;
    return { cameras, hubUrl, everyMs, reuseMs, hasEvidence, model, dueMs, more };
  }

  async measureAgent(box: BenchBox, forMs: number): Promise<AgentWindow> {
    const looksBefore = await box.looks();
    const fromMs = Date.now();
    const before = await this.#readCpu(box);
    await wait(forMs, undefined, { signal: this.#options.signal });
    const after = await this.#readCpu(box);
    const untilMs = Date.now();
    const elapsedMs = after.agent.monoMs - before.agent.monoMs;
    return {
      ...coresBetween(before.agent, after.agent),
      cameraServerCores: (after.serverCpuMs - before.serverCpuMs) / elapsedMs,
      megabytes: box.megabytes(),
      looks: countsBetween(looksBefore, await box.looks()),
      fromMs,
      untilMs,
      elapsedMs,
    };
  }

  /** Alone; then the cameras go on and the agent settles. */
  measureFloor(): Promise<FloorParts> {
    return this.#withoutAgent(() => this.floor.measure(floorTimes, this.#options.signal));
  }

  /** The same for the agent that ours is compared with. */
  measureOpponent(opponent: Opponent): Promise<OpponentWindow> {
    return this.#withoutAgent(() => opponent.measure(this.#options.signal));
  }

  async stop(): Promise<void> {
    await this.floor.stop();
    await this.arrivals.stop();
    await this.cameras.stop();
  }

  async #withoutAgent<Measured>(measure: () => Promise<Measured>): Promise<Measured> {
    await this.cameras.pause("camera");
    try {
      return await measure();
    } finally {
      await this.cameras.goOn("camera");
      await wait(settleMsOf(this.#options), undefined, { signal: this.#options.signal });
    }
  }

  async #readCpu(
    box: BenchBox,
  ): Promise<{ readonly agent: CpuReading; readonly serverCpuMs: number }> {
    const serverCpuMs = await this.cameras.cpuMs();
    return { agent: readCpu(box.pid), serverCpuMs };
  }
}
