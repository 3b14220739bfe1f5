/**
 * Sessions of the runtime with nothing around them: what a machine can do with a prepared model.
 *
 * Measured are whole runs, from the first start to the last end, and the processor time of this
 * process as the operating system counts it; so nothing else may run in it meanwhile.
 */
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { syntheticPicture } from "../../models/golden.ts";
import { type BareJob, type FromBareSession, goesOn } from "./bare-session-messages.ts";
import type { PreparedModel } from "./model-store.ts";
import type { RunSettings } from "./run-settings.ts";

export interface RunFigures {
  readonly images: number;
  readonly imagesPerSecond: number;
  readonly cpuMsPerImage: number;
}

export class BareSessions {
  readonly settings: RunSettings;
  readonly #workers: readonly Worker[];
  readonly #word: Int32Array;

  private constructor(settings: RunSettings, workers: readonly Worker[], word: Int32Array) {
    this.settings = settings;
    this.#workers = workers;
    this.#word = word;
  }

  /** Resolves when every session is loaded and has run. They look at `picture`, again and again. */
  static async open(
    { graph, inputName, inputWidth, inputHeight }: PreparedModel,
    settings: RunSettings,
    picture?: Uint8Array,
  ): Promise<BareSessions> {
    const { sessions, threads, provider, batch } = settings;
    const shared = new SharedArrayBuffer(4);
    const size = { width: inputWidth, height: inputHeight };
    const look = picture ?? syntheticPicture(size);
    const job: BareJob = {
      graph,
      inputName,
      ...size,
      threads,
      provider,
      batch,
      shared,
      picture: look,
    };
    const workers = Array.from({ length: sessions }, () => {
      const url = new URL("./bare-session-worker.ts", import.meta.url);
      return new Worker(url, { name: "bare", env: {}, workerData: job });
    });
    await Promise.all(workers.map((worker) => heard(worker)));
    return new BareSessions(settings, workers, new Int32Array(shared));
  }

  async measure(forMs: number): Promise<RunFigures> {
    const ends = this.#workers.map((worker) => heard(worker));
    const before = process.cpuUsage();
    const startedMonoMs = performance.now();
    Atomics.store(this.#word, 0, goesOn);
    for (const worker of this.#workers) worker.postMessage("go");
    await wait(forMs);
    Atomics.store(this.#word, 0, 0);
    const images = (await Promise.all(ends)).reduce(
      (sum, message) => sum + (message.type === "stopped" ? message.images : 0),
      0,
    );
    const elapsedMs = performance.now() - startedMonoMs;
    const { user, system } = process.cpuUsage(before);
    return {
      images,
      imagesPerSecond: (1_000 * images) / elapsedMs,
      cpuMsPerImage: (user + system) / 1_000 / images,
    };
  }

  /** For threads that do nothing now: one inside the runtime must not be terminated. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** The next thing that a thread says; rejects when it dies instead. */
async function heard(worker: Worker): Promise<FromBareSession> {
  const [message] = await once(worker, "message");
  return message as FromBareSession; // The worker's only type.
}
