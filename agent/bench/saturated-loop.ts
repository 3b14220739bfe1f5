/**
 * The agent's own inference loop with cameras that always have a next picture.
 *
 * Measured is from one look to a later one, so that no batch counts that began before or is not
 * over; processor time is that of the whole process, the loop's thread and the sessions'.
 */
import { GCProfiler, getHeapStatistics } from "node:v8";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import { InferenceLoop } from "../inference/loop.ts";
import type { PreparedModel } from "../inference/model-store.ts";
import type { Picture } from "../inference/ports.ts";
import type { RunSettings } from "../inference/run-settings.ts";
import { systemClock } from "../runtime/clock.ts";
import type { StreetInput } from "./street-input.ts";
import { SyntheticCameras } from "./synthetic-cameras.ts";

export interface LoopFigures {
  readonly imagesPerSecond: number;
  readonly cpuMsPerImage: number;
  /** What the loop's own thread allocates of JavaScript's heap. */
  readonly heapBytesPerImage: number;
}

interface Reading {
  readonly monoMs: number;
  readonly cpuMs: number;
  readonly images: number;
}

/** Looks until the flow is even, in batches for each session. */
const warmUpBatches = 4;
/** So many that every slot is filled again as soon as it is free. */
const camerasPerBatch = 4;

export interface SaturatedOptions {
  readonly settings: RunSettings;
  /** What every camera shows. */
  readonly picture: StreetInput;
}

export class SaturatedLoop {
  readonly #cameras: SyntheticCameras;
  readonly #loop: InferenceLoop<Picture>;
  readonly #batchMax: number;
  #images = 0;
  #isOffering = false;
  #onLook: () => void = () => undefined;
  #failure: Error | undefined;

  private constructor(model: PreparedModel, { settings, picture }: SaturatedOptions) {
    const { sessions, batch, threads, provider } = settings;
    this.#batchMax = batch * sessions;
    const count = camerasPerBatch * this.#batchMax;
    this.#cameras = new SyntheticCameras(count, picture, systemClock);
    this.#loop = new InferenceLoop<Picture>({
      views: this.#cameras.views(model),
      pictures: this.#cameras,
      decoder: this.#cameras,
      clock: systemClock,
      workerCount: sessions,
      sessionSettings: { threads, provider },
      batchMax: batch,
      batchWaitMs: 0,
    });
  }

  static async start(model: PreparedModel, options: SaturatedOptions): Promise<SaturatedLoop> {
    const saturated = new SaturatedLoop(model, options);
    await saturated.#loop.start({
      onLook: ({ cameraId }) => saturated.#looked(cameraId),
      onMissed: ({ reason, detail }) => {
        if (reason !== "late") saturated.#fail(`a look was lost: ${detail}`);
      },
      onSessionLost: (why) => saturated.#fail(`a session was lost: ${why}`),
    });
    return saturated;
  }

  async measure(forMs: number): Promise<LoopFigures> {
    this.#isOffering = true;
    for (const id of this.#cameras.ids) this.#loop.offer(this.#cameras.next(id));
    await this.#until((images) => images >= warmUpBatches * this.#batchMax);
    const heap = new HeapMeter();
    const before = this.#reading();
    await this.#until(() => performance.now() >= before.monoMs + forMs);
    const after = this.#reading();
    const heapBytes = heap.stop();
    this.#isOffering = false;
    await this.#idle();
    const images = after.images - before.images;
    return {
      imagesPerSecond: (1_000 * images) / (after.monoMs - before.monoMs),
      cpuMsPerImage: (after.cpuMs - before.cpuMs) / images,
      heapBytesPerImage: heapBytes / images,
    };
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  #looked(id: CameraId): void {
    this.#images += 1;
    if (this.#isOffering) this.#loop.offer(this.#cameras.next(id));
    this.#onLook();
  }

  #fail(text: string): void {
    this.#failure ??= new Error(text);
    this.#onLook();
  }

  /** Resolves with a look; `isEnough` gets the looks since now. */
  #until(isEnough: (images: number) => boolean): Promise<void> {
    const before = this.#images;
    return new Promise((resolve, reject) => {
      this.#onLook = () => {
        if (this.#failure !== undefined) reject(this.#failure);
        else if (isEnough(this.#images - before)) resolve();
      };
    });
  }

  /** What is on its way comes out, so that nothing runs when another is measured. */
  async #idle(): Promise<void> {
    for (;;) {
      const { waitingCount, inWorkCount } = this.#loop.stats();
      if (waitingCount + inWorkCount === 0) return;
      await systemClock.sleep(1);
    }
  }

  #reading(): Reading {
    const { user, system } = process.cpuUsage();
    return {
      monoMs: performance.now(),
      cpuMs: (user + system) / 1_000,
      images: this.#images,
    };
  }
}

/** What a thread allocates: what it holds more than before, and what collections took away. */
class HeapMeter {
  readonly #profiler = new GCProfiler();
  readonly #startBytes: number;

  constructor() {
    this.#profiler.start();
    this.#startBytes = getHeapStatistics().used_heap_size;
  }

  stop(): number {
    let bytes = getHeapStatistics().used_heap_size - this.#startBytes;
    for (const { beforeGC, afterGC } of this.#profiler.stop()?.statistics ?? []) {
      bytes += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
    }
    return bytes;
  }
}
