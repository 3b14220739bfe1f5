/**
 * The opponent as a process: one ffmpeg a camera, one queue, one picture at a time.
 *
 * Written as comparable agents are, without work that they do not do: no ring of packets, no
 * stills, no rules. It ends when whoever started it is gone, and takes its ffmpegs with it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { Worker } from "node:worker_threads";
import { ffmpegArguments } from "./ffmpeg-arguments.ts";
import { LookQueue, type PeerLook } from "./look-queue.ts";
import type { DetectorJob, FromDetector, FromPeer, PeerJob, ToPeer } from "./messages.ts";
import { RawPictures } from "./raw-pictures.ts";

type Planes = Uint8Array<ArrayBuffer>;

const complaintCharsMax = 300;

class Peer {
  readonly #job: PeerJob;
  readonly #queue: LookQueue<Planes>;
  readonly #detector: Worker;
  readonly #seen = new Set<number>();
  #busyWith: PeerLook<Planes> | undefined;
  #isReady = false;
  #detectionCount = 0;

  constructor(job: PeerJob) {
    this.#job = job;
    const { model, session, place, urls, everyMs } = job;
    this.#queue = new LookQueue({ cameraCount: urls.length, everyMs });
    this.#detector = new Worker(new URL("./detector-worker.ts", import.meta.url), {
      name: "detector",
      workerData: { model, session, place } satisfies DetectorJob,
    });
    this.#detector.on("message", (message: FromDetector) => this.#heard(message));
    this.#detector.on("error", fail);
  }

  counts(): { readonly looks: number; readonly missed: number; readonly detections: number } {
    const { doneCount: looks, missedCount: missed } = this.#queue;
    return { looks, missed, detections: this.#detectionCount };
  }

  #heard(message: FromDetector): void {
    if (message.type === "ready") {
      this.#isReady = true;
      for (const [camera, url] of this.#job.urls.entries()) this.#receive(camera, url);
      return;
    }
    this.#detectionCount += message.count;
    if (this.#busyWith !== undefined) this.#queue.done(this.#busyWith, performance.now());
    this.#busyWith = undefined;
    this.#analyse();
  }

  #receive(camera: number, url: string): void {
    const { kind, place } = this.#job;
    const child = spawn("ffmpeg", ffmpegArguments(url, kind, place), {
      stdio: ["ignore", "pipe", "pipe"],
    });
    ffmpegs.push(child);
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("latin1")).slice(-complaintCharsMax);
    });
    child.on("error", fail);
    child.on("exit", (code, signal) => {
      fail(new Error(`ffmpeg of camera ${camera + 1} ended with ${code ?? signal} ${complaint}`));
    });
    const pictures = new RawPictures(3 * place.contentWidth * place.contentHeight, (picture) => {
      this.#queue.arrived(camera, picture, performance.now());
      if (!this.#seen.has(camera)) this.#begin(camera);
      this.#analyse();
    });
    child.stdout.on("data", (chunk: Buffer) => pictures.add(chunk));
  }

  /** Looks are spread evenly over the period: a queue is shortest so. */
  #begin(camera: number): void {
    const { urls, everyMs } = this.#job;
    this.#seen.add(camera);
    const phaseMs = (everyMs * camera) / urls.length;
    let nextMonoMs = performance.now() + phaseMs;
    const plan = (): void => {
      setTimeout(look, Math.max(0, nextMonoMs - performance.now()));
    };
    const look = (): void => {
      this.#queue.due(camera, performance.now());
      nextMonoMs += everyMs;
      plan();
      this.#analyse();
    };
    plan();
    if (this.#seen.size === urls.length) say({ type: "running" });
  }

  #analyse(): void {
    if (!this.#isReady || this.#busyWith !== undefined) return;
    const look = this.#queue.take();
    if (look === undefined) return;
    this.#busyWith = look;
    this.#detector.postMessage(look.picture, [look.picture.buffer]);
  }
}

const ffmpegs: ChildProcess[] = [];
let peer: Peer | undefined;

process.on("message", (message: ToPeer) => {
  if (message.type === "start") peer = new Peer(message.job);
  else if (peer !== undefined) say({ type: "counted", id: message.id, ...peer.counts() });
});
process.on("disconnect", end);

/** A measurement in which a part of it ended is none. */
function fail(error: Error): void {
  say({ type: "failed", text: error.message });
}

function end(): void {
  for (const child of ffmpegs) {
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
  }
  process.exit(0);
}

function say(message: FromPeer): void {
  process.send?.(message);
}
