/**
 * The decoder that the agent uses: keeps one decoder host running and feeds it picture by picture.
 *
 * A host that hangs or dies is ended and started again; that costs the picture it was working on
 * (it rejects with DECODER_FAILED), never the ones behind it. A camera whose pictures end the host
 * twice is set aside and named. Everything is bounded: waiting pictures, time, the host's memory.
 */
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import { Backoff } from "../../runtime/backoff.ts";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import type { EncodedPicture } from "../encoded-picture.ts";
import type { CropRequest, DecodedCrop, RunnableDecoder } from "./decoder.ts";
import { type HostLink, nodeAvHost, type StartHost, startHost } from "./host-link.ts";
import { type EncodedRequest, encodeRequest, ProtocolError, planesBytes } from "./protocol.ts";
import type { HostReply } from "./reply-reader.ts";
import { SetAside } from "./set-aside.ts";

export interface DecoderHostOptions {
  readonly clock?: Clock;
  readonly startHost?: StartHost;
  /** Pictures that may wait; one more is refused at once. */
  readonly queuePicturesMax?: number;
  /** Two: the next picture is in the pipe while the host works on one. */
  readonly sentPicturesMax?: number;
  /** A picture may take this long, and a millisecond more for each `bytesPerExtraMs`. */
  readonly pictureMsMax?: number;
  readonly startMsMax?: number;
  /** A host that holds more than this is replaced between two pictures. */
  readonly hostBytesMax?: number;
  /** `untilMs` is wall clock. */
  readonly onSetAside?: (cameraId: CameraId, untilMs: number) => void;
  /** Once a death; `cameraId` is whose picture it was working on. */
  readonly onHostGone?: (why: string, cameraId: CameraId | undefined) => void;
}

export interface DecoderHostStats {
  readonly pid: number | undefined;
  readonly isReady: boolean;
  readonly queuedCount: number;
  readonly decodedCount: number;
  readonly failedCounts: Readonly<Record<DecoderFailureReason, number>>;
  /** Starts after the first one. */
  readonly restartCount: number;
  readonly decodeMicrosTotal: number;
  readonly scaleMicrosTotal: number;
  readonly hostBytes: number;
  readonly setAside: readonly CameraId[];
}

const failureReasons = [
  "damaged",
  "no-picture",
  "unsupported",
  "too-large",
  "host-died",
  "host-hung",
  "queue-full",
  "set-aside",
  "stopped",
] as const;
export type DecoderFailureReason = (typeof failureReasons)[number];

interface Job {
  readonly cameraId: CameraId;
  readonly request: EncodedRequest;
  readonly targets: readonly Uint8Array[];
  readonly timeoutMs: number;
  readonly resolve: (crops: readonly DecodedCrop[]) => void;
  readonly reject: (error: AgentError) => void;
}

const bytesPerExtraMs = 2048;
const restartDelayMs = { delayMsMin: 50, delayMsMax: 10_000 } as const;
const setAsideRule = { deathsMax: 2, windowMs: 600_000, durationMs: 300_000 } as const;

export class DecoderHost implements RunnableDecoder {
  readonly #clock: Clock;
  readonly #start: StartHost;
  readonly #queuePicturesMax: number;
  readonly #sentPicturesMax: number;
  readonly #pictureMsMax: number;
  readonly #startMsMax: number;
  readonly #hostBytesMax: number;
  readonly #onSetAside: (cameraId: CameraId, untilMs: number) => void;
  readonly #onHostGone: (why: string, cameraId: CameraId | undefined) => void;
  readonly #backoff = new Backoff(restartDelayMs);
  readonly #setAside = new SetAside(setAsideRule);

  #phase: "new" | "starting" | "ready" | "resting" | "stopped" = "new";
  #link: HostLink | undefined;
  readonly #waiting: Job[] = [];
  /** In the order of sending; the host works on the first. */
  readonly #sent: Job[] = [];
  #nextId = 1;
  /** Why we ended the host ourselves, when we did. */
  #verdict: "hung" | "too-big" | "stopped" | undefined;
  #cancelTimer: () => void = () => undefined;
  #onStopped: () => void = () => undefined;

  #decodedCount = 0;
  #startCount = 0;
  #decodeMicrosTotal = 0;
  #scaleMicrosTotal = 0;
  #hostBytes = 0;
  readonly #failedCounts = Object.fromEntries(
    failureReasons.map((reason) => [reason, 0]),
  ) as Record<DecoderFailureReason, number>; // fromEntries forgets the keys

  constructor(options: DecoderHostOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#start = options.startHost ?? startHost(nodeAvHost());
    this.#queuePicturesMax = options.queuePicturesMax ?? 64;
    this.#sentPicturesMax = options.sentPicturesMax ?? 2;
    this.#pictureMsMax = options.pictureMsMax ?? 2_000;
    this.#startMsMax = options.startMsMax ?? 15_000;
    this.#hostBytesMax = options.hostBytesMax ?? 1024 ** 3;
    this.#onSetAside = options.onSetAside ?? (() => undefined);
    this.#onHostGone = options.onHostGone ?? (() => undefined);
  }

  start(): void {
    if (this.#phase === "new") this.#startHost();
  }

  /** Ends the host; pictures that wait reject. Resolves when the process is gone. */
  stop(): Promise<void> {
    const link = this.#link;
    this.#phase = "stopped";
    this.#cancelTimer();
    const left = [...this.#sent.splice(0), ...this.#waiting.splice(0)];
    for (const job of left) this.#fail(job, "stopped", "the decoder was stopped");
    if (link === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onStopped = resolve;
      this.#verdict = "stopped";
      link.kill();
    });
  }

  decode(picture: EncodedPicture, crops: readonly CropRequest[]): Promise<readonly DecodedCrop[]> {
    return new Promise((resolve, reject) => {
      const job = this.#jobOf(picture, crops, resolve, reject);
      if (job === undefined) return;
      const remainingMs = this.#setAside.remainingMs(picture.cameraId, this.#clock.monoMs());
      if (this.#phase === "stopped") {
        this.#fail(job, "stopped", "the decoder was stopped");
      } else if (remainingMs > 0) {
        const minutes = Math.ceil(remainingMs / 60_000);
        this.#fail(job, "set-aside", `set aside for ${minutes} more min: it ended the decoder`);
      } else if (this.#waiting.length >= this.#queuePicturesMax) {
        this.#fail(job, "queue-full", `${this.#waiting.length} pictures wait already`);
      } else {
        this.#waiting.push(job);
        this.#pump();
      }
    });
  }

  get restartCount(): number {
    return Math.max(0, this.#startCount - 1);
  }

  stats(): DecoderHostStats {
    return {
      pid: this.#link?.pid,
      isReady: this.#phase === "ready",
      queuedCount: this.#waiting.length + this.#sent.length,
      decodedCount: this.#decodedCount,
      failedCounts: { ...this.#failedCounts },
      restartCount: this.restartCount,
      decodeMicrosTotal: this.#decodeMicrosTotal,
      scaleMicrosTotal: this.#scaleMicrosTotal,
      hostBytes: this.#hostBytes,
      setAside: this.#setAside.cameras(this.#clock.monoMs()),
    };
  }

  #startHost(): void {
    this.#phase = "starting";
    this.#verdict = undefined;
    this.#startCount += 1;
    this.#link = this.#start({
      onReady: () => {
        if (this.#phase !== "starting") return;
        this.#phase = "ready";
        this.#cancelTimer();
        this.#pump();
      },
      onReply: (reply) => this.#replied(reply),
      onGone: (why) => this.#gone(why),
    });
    this.#setTimer(this.#startMsMax);
  }

  #pump(): void {
    while (
      this.#phase === "ready" &&
      this.#verdict === undefined &&
      this.#sent.length < this.#sentPicturesMax
    ) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#sent.push(job);
      this.#link?.send(job.request, job.targets);
      if (this.#sent.length === 1) this.#setTimer(job.timeoutMs);
    }
  }

  #replied({ head, places, text }: HostReply): void {
    const job = this.#sent.shift();
    if (job === undefined) return;
    this.#cancelTimer();
    const next = this.#sent[0];
    if (next !== undefined) this.#setTimer(next.timeoutMs);
    this.#backoff.reset();
    this.#hostBytes = head.residentKilobytes * 1024;
    if (head.failure === undefined) {
      this.#decodedCount += 1;
      this.#decodeMicrosTotal += head.decodeMicros;
      this.#scaleMicrosTotal += head.scaleMicros;
      const { pictureWidth, pictureHeight } = head;
      job.resolve(
        places.map((place, index) => ({
          planes: job.targets[index] ?? new Uint8Array(0),
          contentX: place.contentX,
          contentY: place.contentY,
          contentWidth: place.contentWidth,
          contentHeight: place.contentHeight,
          pictureWidth,
          pictureHeight,
          crop: {
            xMin: place.cropX / pictureWidth,
            yMin: place.cropY / pictureHeight,
            xMax: (place.cropX + place.cropWidth) / pictureWidth,
            yMax: (place.cropY + place.cropHeight) / pictureHeight,
          },
        })),
      );
    } else {
      this.#fail(job, head.failure, text);
    }
    if (this.#hostBytes > this.#hostBytesMax && this.#verdict === undefined) {
      this.#end("too-big");
    }
    this.#pump();
  }

  /** The picture in work pays when the host died of it; those behind it are sent again. */
  #gone(why: string): void {
    this.#cancelTimer();
    this.#link = undefined;
    const verdict = this.#verdict;
    if (this.#phase === "stopped") {
      this.#onStopped();
      return;
    }
    const wasReady = this.#phase === "ready";
    const guilty = verdict === "too-big" ? undefined : this.#sent.shift();
    this.#waiting.unshift(...this.#sent.splice(0));
    const reason = verdict === "hung" ? "host-hung" : "host-died";
    const text = verdict === "hung" ? "no answer in time" : why;
    if (verdict !== "too-big") this.#onHostGone(text, guilty?.cameraId);
    if (guilty !== undefined) {
      this.#fail(guilty, reason, text);
      this.#blame(guilty.cameraId);
    }
    if (!wasReady) {
      // It does not even start: what waits is too old when it does.
      for (const job of this.#waiting.splice(0)) this.#fail(job, reason, text);
    }
    this.#phase = "resting";
    this.#cancelTimer = this.#clock.after(this.#backoff.nextDelayMs(), () => this.#startHost());
  }

  #blame(cameraId: CameraId): void {
    const outMs = this.#setAside.hostDied(cameraId, this.#clock.monoMs());
    if (outMs === 0) return;
    const isOut = (job: Job) => job.cameraId === cameraId;
    for (const job of this.#waiting.filter(isOut)) {
      this.#fail(job, "set-aside", "set aside: its pictures end the decoder");
    }
    const others = this.#waiting.filter((job) => !isOut(job));
    this.#waiting.splice(0, this.#waiting.length, ...others);
    this.#onSetAside(cameraId, this.#clock.wallMs() + outMs);
  }

  #end(verdict: "hung" | "too-big"): void {
    this.#verdict = verdict;
    this.#link?.kill();
  }

  #setTimer(ms: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(ms, () => this.#end("hung"));
  }

  #fail(job: Pick<Job, "cameraId" | "reject">, reason: DecoderFailureReason, detail: string): void {
    this.#failedCounts[reason] += 1;
    job.reject(
      new AgentError(
        "DECODER_FAILED",
        `camera ${job.cameraId}: picture not decoded (${reason}): ${detail}`,
        "One picture lost is one look less. If it goes on, check the camera's encoder settings.",
      ),
    );
  }

  /** Undefined, and the job has failed, when the picture is beyond what the protocol takes. */
  #jobOf(
    { cameraId, codec, parameterSets, units }: EncodedPicture,
    crops: readonly CropRequest[],
    resolve: Job["resolve"],
    reject: Job["reject"],
  ): Job | undefined {
    const targets = crops.map((crop) => targetOf(crop));
    try {
      const request = encodeRequest({ id: this.#nextId, codec, parameterSets, units, crops });
      this.#nextId = (this.#nextId % 0xffff_fff0) + 1;
      const timeoutMs = this.#pictureMsMax + request.bytes / bytesPerExtraMs;
      return { cameraId, request, targets, timeoutMs, resolve, reject };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#fail({ cameraId, reject }, "too-large", error.message);
      return undefined;
    }
  }
}

function targetOf(crop: CropRequest): Uint8Array {
  const target = crop.into ?? new Uint8Array(planesBytes(crop));
  if (target.byteLength !== planesBytes(crop)) {
    throw new RangeError(`${target.byteLength} bytes for planes of ${planesBytes(crop)}`);
  }
  return target;
}
