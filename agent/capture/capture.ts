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
  EncodedSpan,
  PictureNotice,
  PictureSource,
  SpanSource,
  StreamName,
  StreamState,
} from "./encoded-picture.ts";
import { ringTotalBytesMax } from "./limits.ts";
import type { SpanRequest } from "./ring/picture-span.ts";
import { RingBudget, type RingGrants } from "./ring/ring-budget.ts";
import type { RingNeed } from "./ring/ring-shares.ts";
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
  /** All rings together, over all threads. Default 1 GiB. */
  readonly ringBytesMax?: number;
  /** The worker's file; tests put one in its place that dies. */
  readonly worker?: URL;
}

const receiveWorker = new URL("./receive-worker.ts", import.meta.url);
const stopTimeoutMs = 2_000;
const restartDelayMs = { delayMsMin: 500, delayMsMax: 30_000 };

export class Capture implements PictureSource, SpanSource {
  readonly #clock: Clock;
  readonly #threads: ReceiveThread[];
  /** Which thread has a stream: it stays there, so that updates do not touch others. */
  readonly #homes = new Map<string, ReceiveThread>();
  readonly #rings: RingBudget;
  #streams: readonly StreamSettings[];

  constructor(options: CaptureOptions) {
    const { streams, clock, workerCount = 1, worker = receiveWorker } = options;
    if (!Number.isInteger(workerCount) || workerCount < 1) {
      throw new RangeError(`workerCount must be a whole number from 1 up, got ${workerCount}`);
    }
    this.#streams = streams;
    this.#clock = clock;
    this.#rings = new RingBudget({ bytesMax: options.ringBytesMax ?? ringTotalBytesMax });
    this.#threads = Array.from(
      { length: workerCount },
      () =>
        new ReceiveThread({
          clock,
          file: worker,
          onRingNeed: (key, need) => this.#onRingNeed(key, need),
        }),
    );
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
    this.#rings.set(streams);
    for (const thread of this.#threads) {
      const own = streams.filter((stream) => this.#homes.get(streamKey(stream)) === thread);
      thread.update(own, this.#rings.grants);
    }
  }

  async newestPicture(cameraId: CameraId, stream: StreamName): Promise<EncodedPicture | undefined> {
    return this.#homes.get(streamKey({ cameraId, stream }))?.newestPicture(cameraId, stream);
  }

  async pictures(
    cameraId: CameraId,
    fromMs: number,
    toMs: number,
    options: { readonly stream?: StreamName; readonly afterPicture?: number | undefined } = {},
  ): Promise<EncodedSpan | undefined> {
    const { stream = "main", afterPicture } = options;
    const span = { fromMs, toMs, afterPicture };
    return this.#homes.get(streamKey({ cameraId, stream }))?.span(cameraId, stream, span);
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

  #onRingNeed(key: string, need: RingNeed): void {
    if (!this.#rings.need(key, need)) return;
    for (const thread of this.#threads) thread.grantRings(this.#rings.grants);
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
  readonly #onRingNeed: (key: string, need: RingNeed) => void;
  readonly #backoff = new Backoff(restartDelayMs);
  #worker: Worker | undefined;
  #sink: CaptureSink | undefined;
  #streams: readonly StreamSettings[] = [];
  #grants: RingGrants = new Map();
  #nextRequest = 0;
  readonly #pictureRequests = new Map<number, (picture: EncodedPicture | undefined) => void>();
  readonly #spanRequests = new Map<number, (span: EncodedSpan | undefined) => void>();
  readonly #statsRequests = new Map<number, (stats: readonly StreamStats[]) => void>();
  #onStopped: () => void = () => undefined;
  #isStopping = false;
  #cancelRestart: () => void = () => undefined;

  constructor(options: {
    readonly clock: Clock;
    readonly file: URL;
    readonly onRingNeed: (key: string, need: RingNeed) => void;
  }) {
    this.#clock = options.clock;
    this.#file = options.file;
    this.#onRingNeed = options.onRingNeed;
  }

  start(sink: CaptureSink): void {
    this.#sink = sink;
    this.#isStopping = false;
    this.#spawn();
  }

  update(streams: readonly StreamSettings[], grants: RingGrants): void {
    this.#streams = streams;
    this.#grants = this.#ownOf(grants);
    this.#post({ kind: "streams", streams, grants: this.#grants });
  }

  grantRings(grants: RingGrants): void {
    this.#grants = this.#ownOf(grants);
    this.#post({ kind: "rings", grants: this.#grants });
  }

  newestPicture(cameraId: CameraId, stream: StreamName): Promise<EncodedPicture | undefined> {
    return new Promise((resolve) => {
      if (this.#worker === undefined) return resolve(undefined);
      const request = this.#nextRequest++;
      this.#pictureRequests.set(request, resolve);
      this.#post({ kind: "newest-picture", request, cameraId, stream });
    });
  }

  span(
    cameraId: CameraId,
    stream: StreamName,
    span: SpanRequest,
  ): Promise<EncodedSpan | undefined> {
    return new Promise((resolve) => {
      if (this.#worker === undefined) return resolve(undefined);
      const request = this.#nextRequest++;
      this.#spanRequests.set(request, resolve);
      this.#post({ kind: "span", request, cameraId, stream, span });
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
      ...(this.#clock.shared === undefined ? {} : { wallOffset: this.#clock.shared }),
    };
    const worker = new Worker(this.#file, { workerData, name: "receive" });
    this.#worker = worker;
    let crash: Error | undefined;
    worker.on("message", (message: FromWorker) => this.#onMessage(message));
    worker.on("error", (error) => {
      crash = error instanceof Error ? error : new Error(String(error));
    });
    worker.on("exit", (code) => this.#onExit(crash ?? new Error(`exit code ${code}`)));
    this.#post({ kind: "streams", streams: this.#streams, grants: this.#grants });
  }

  #onExit(error: Error): void {
    this.#worker = undefined;
    this.#onStopped();
    for (const resolve of this.#pictureRequests.values()) resolve(undefined);
    for (const resolve of this.#spanRequests.values()) resolve(undefined);
    for (const resolve of this.#statsRequests.values()) resolve([]);
    this.#pictureRequests.clear();
    this.#spanRequests.clear();
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
      case "ring-need":
        this.#onRingNeed(streamKey(message), message.need);
        break;
      case "picture":
        this.#pictureRequests.get(message.request)?.(message.picture);
        this.#pictureRequests.delete(message.request);
        break;
      case "span":
        this.#spanRequests.get(message.request)?.(message.span);
        this.#spanRequests.delete(message.request);
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

  #ownOf(grants: RingGrants): RingGrants {
    const keys = new Set(this.#streams.map(streamKey));
    return new Map([...grants].filter(([key]) => keys.has(key)));
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}
