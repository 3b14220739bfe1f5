/**
 * Receiving, as the rest of the agent sees it: cameras in, notices and states out, the newest
 * picture on demand.
 *
 * The work happens in worker threads; a worker that dies is started anew with its cameras, said
 * once, and costs their connections and rings alone. Whoever waits for a picture of it gets none.
 */
import { Worker } from "node:worker_threads";
import type { CameraId } from "../../pipelines/domain/ids.ts";
import { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";
import type {
  EncodedPicture,
  PictureNotice,
  PictureSource,
  StreamName,
  StreamState,
} from "./encoded-picture.ts";
import { type StreamSettings, streamKey } from "./stream-settings.ts";
import type { StreamStats } from "./stream-stats.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./worker-messages.ts";

export interface CaptureSink {
  onPicture(notice: PictureNotice): void;
  onState(state: StreamState): void;
  /**
   * A bug, to be logged as an error: a worker died and is started anew, or one stream brought out
   * a fault of ours and is tried again.
   */
  onWorkerCrash(error: Error): void;
}

export interface CaptureOptions {
  readonly streams: readonly StreamSettings[];
  readonly clock: Clock;
  /** Threads; one carries some hundred cameras. Default 1. */
  readonly workerCount?: number;
  /** The worker's file; tests put one in its place that dies. */
  readonly worker?: URL;
}

const receiveWorker = new URL("./receive-worker.ts", import.meta.url);
const stopTimeoutMs = 2_000;
const restartDelayMs = { delayMsMin: 500, delayMsMax: 30_000 };

export class Capture implements PictureSource {
  readonly #clock: Clock;
  readonly #threads: ReceiveThread[];
  /** Which thread has a stream: it stays there, so that updates do not touch others. */
  readonly #homes = new Map<string, ReceiveThread>();
  #streams: readonly StreamSettings[];

  constructor({ streams, clock, workerCount = 1, worker = receiveWorker }: CaptureOptions) {
    if (!Number.isInteger(workerCount) || workerCount < 1) {
      throw new RangeError(`workerCount must be a whole number from 1 up, got ${workerCount}`);
    }
    this.#streams = streams;
    this.#clock = clock;
    this.#threads = Array.from({ length: workerCount }, () => new ReceiveThread(clock, worker));
  }

  start(sink: CaptureSink): void {
    for (const thread of this.#threads) thread.start(sink);
    this.update(this.#streams);
  }

  /** Adds, removes and changes streams; those that stay the same notice nothing. */
  update(streams: readonly StreamSettings[]): void {
    this.#streams = streams;
    const keys = new Set(streams.map(streamKey));
    for (const key of this.#homes.keys()) if (!keys.has(key)) this.#homes.delete(key);
    for (const key of keys) if (!this.#homes.has(key)) this.#homes.set(key, this.#emptiest());
    for (const thread of this.#threads) {
      thread.update(streams.filter((stream) => this.#homes.get(streamKey(stream)) === thread));
    }
  }

  async newestPicture(cameraId: CameraId, stream: StreamName): Promise<EncodedPicture | undefined> {
    return this.#homes.get(streamKey({ cameraId, stream }))?.newestPicture(cameraId, stream);
  }

  async stats(): Promise<StreamStats[]> {
    const stats = await Promise.all(this.#threads.map((thread) => thread.stats()));
    return stats.flat();
  }

  /** Says goodbye to the cameras and ends the threads. */
  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop(this.#clock)));
    this.#homes.clear();
  }

  #emptiest(): ReceiveThread {
    const counts = new Map(this.#threads.map((thread) => [thread, 0]));
    for (const thread of this.#homes.values()) counts.set(thread, (counts.get(thread) ?? 0) + 1);
    const [first, ...others] = this.#threads;
    if (first === undefined) throw new Error("a capture without threads cannot be made");
    return others.reduce(
      (best, thread) => ((counts.get(thread) ?? 0) < (counts.get(best) ?? 0) ? thread : best),
      first,
    );
  }
}

/** One worker thread and what main waits for from it. */
class ReceiveThread {
  readonly #clock: Clock;
  readonly #file: URL;
  readonly #backoff = new Backoff(restartDelayMs);
  #worker: Worker | undefined;
  #sink: CaptureSink | undefined;
  #streams: readonly StreamSettings[] = [];
  #nextRequest = 0;
  readonly #pictureRequests = new Map<number, (picture: EncodedPicture | undefined) => void>();
  readonly #statsRequests = new Map<number, (stats: readonly StreamStats[]) => void>();
  #onStopped: () => void = () => undefined;
  #isStopping = false;
  #cancelRestart: () => void = () => undefined;

  constructor(clock: Clock, file: URL) {
    this.#clock = clock;
    this.#file = file;
  }

  start(sink: CaptureSink): void {
    this.#sink = sink;
    this.#isStopping = false;
    this.#spawn();
  }

  update(streams: readonly StreamSettings[]): void {
    this.#streams = streams;
    this.#post({ kind: "streams", streams });
  }

  newestPicture(cameraId: CameraId, stream: StreamName): Promise<EncodedPicture | undefined> {
    return new Promise((resolve) => {
      if (this.#worker === undefined) return resolve(undefined);
      const request = this.#nextRequest++;
      this.#pictureRequests.set(request, resolve);
      this.#post({ kind: "newest-picture", request, cameraId, stream });
    });
  }

  stats(): Promise<readonly StreamStats[]> {
    return new Promise((resolve) => {
      if (this.#worker === undefined) return resolve([]);
      const request = this.#nextRequest++;
      this.#statsRequests.set(request, resolve);
      this.#post({ kind: "stats", request });
    });
  }

  async stop(clock: Clock): Promise<void> {
    this.#isStopping = true;
    this.#cancelRestart();
    const worker = this.#worker;
    if (worker === undefined) return;
    const stopped = new Promise<void>((resolve) => {
      this.#onStopped = resolve;
    });
    this.#post({ kind: "stop" });
    const timeout = new AbortController();
    const tooLate = clock.sleep(stopTimeoutMs, timeout.signal).catch(() => undefined);
    await Promise.race([stopped, tooLate]);
    timeout.abort();
    await worker.terminate();
  }

  #spawn(): void {
    const workerData: WorkerStart = {
      monoMs: this.#clock.monoMs(),
      hrTimeNs: process.hrtime.bigint(),
    };
    const worker = new Worker(this.#file, { workerData, name: "receive" });
    this.#worker = worker;
    let crash: Error | undefined;
    worker.on("message", (message: FromWorker) => this.#onMessage(message));
    worker.on("error", (error) => {
      crash = error instanceof Error ? error : new Error(String(error));
    });
    worker.on("exit", (code) => this.#onExit(crash ?? new Error(`exit code ${code}`)));
    this.#post({ kind: "streams", streams: this.#streams });
  }

  #onExit(error: Error): void {
    this.#worker = undefined;
    this.#onStopped();
    for (const resolve of this.#pictureRequests.values()) resolve(undefined);
    for (const resolve of this.#statsRequests.values()) resolve([]);
    this.#pictureRequests.clear();
    this.#statsRequests.clear();
    if (this.#isStopping) return;
    this.#sink?.onWorkerCrash(error);
    this.#cancelRestart = this.#clock.after(this.#backoff.nextDelayMs(), () => this.#spawn());
  }

  #onMessage(message: FromWorker): void {
    switch (message.kind) {
      case "notice":
        this.#sink?.onPicture(message.notice);
        break;
      case "state":
        this.#sink?.onState(message.state);
        break;
      case "picture":
        this.#pictureRequests.get(message.request)?.(message.picture);
        this.#pictureRequests.delete(message.request);
        break;
      case "stats":
        this.#statsRequests.get(message.request)?.(message.stats);
        this.#statsRequests.delete(message.request);
        break;
      case "bug":
        this.#sink?.onWorkerCrash(
          Object.assign(new Error(message.message), { stack: message.stack }),
        );
        break;
      case "stopped":
        this.#onStopped();
        break;
    }
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}
