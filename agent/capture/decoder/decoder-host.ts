/**
 * The decoder that the agent uses: keeps decoder hosts running and feeds them picture by picture.
 *
 * A host is one process that decodes on one core. A second one (up to `hostsMax`) is started when
 * nearly all pictures find the first at work, and ended when it had nothing to do for a while. A host
 * that hangs or dies is started again; that costs the picture it was working on (it rejects with
 * DECODER_FAILED), never the ones behind it or in other hosts. A camera whose pictures end hosts
 * twice is set aside and named. Everything is bounded: waiting pictures, time, memory, hosts.
 */
import { availableParallelism } from "node:os";
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import type { EncodedPicture } from "../encoded-picture.ts";
import type { CropRequest, DecodedCrop, RunnableDecoder } from "./decoder.ts";
import { type DecodeJob, HostLane, type HostLoss } from "./host-lane.ts";
import { nodeAvHost, type StartHost, startHost } from "./host-link.ts";
import { encodeRequest, ProtocolError, planesBytes } from "./protocol.ts";
import type { HostReply } from "./reply-reader.ts";
import { SetAside } from "./set-aside.ts";
import { extraMs } from "./time-limit.ts";

export interface DecoderHostOptions {
  readonly clock?: Clock;
  readonly startHost?: StartHost;
  /** Hosts that may run at once. */
  readonly hostsMax?: number;
  /** Pictures that may wait; one more is refused at once. */
  readonly queuePicturesMax?: number;
  /** Two: the next picture is in the pipe while the host works on one. */
  readonly sentPicturesMax?: number;
  /** A picture may take this long; more bytes and more pictures before it may take longer. */
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
  readonly pids: readonly number[];
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

const setAsideRule = { deathsMax: 2, windowMs: 600_000, durationMs: 300_000 } as const;
/**
 * A picture that finds all hosts at work adds one, any other takes four away, 0 at least: so many
 * are reached where the hosts work four fifths of the time, and not when all cameras come at once.
 */
const crowdMax = 200;
const freeWeight = 4;
const idleMsMax = 600_000;

export class DecoderHost implements RunnableDecoder {
  readonly #clock: Clock;
  readonly #options: Required<DecoderHostOptions>;
  readonly #setAside = new SetAside(setAsideRule);
  #isStopped = false;
  readonly #waiting: DecodeJob[] = [];
  /** The first one is always there, from the start on. */
  readonly #lanes: HostLane[] = [];
  #crowd = 0;
  #nextId = 1;
  #cancelIdleCheck: () => void = () => undefined;

  #decodedCount = 0;
  /** Of lanes that were ended. */
  #restartCountBefore = 0;
  #decodeMicrosTotal = 0;
  #scaleMicrosTotal = 0;
  readonly #failedCounts = Object.fromEntries(
    failureReasons.map((reason) => [reason, 0]),
  ) as Record<DecoderFailureReason, number>; // fromEntries forgets the keys

  constructor(options: DecoderHostOptions = {}) {
    this.#options = {
      clock: systemClock,
      startHost: startHost(nodeAvHost()),
      hostsMax: 1,
      queuePicturesMax: 64,
      sentPicturesMax: 2,
      pictureMsMax: 2_000,
      startMsMax: 15_000,
      hostBytesMax: 1024 ** 3,
      onSetAside: () => undefined,
      onHostGone: () => undefined,
      ...options,
    };
    this.#clock = this.#options.clock;
    const { hostsMax } = this.#options;
    if (!Number.isInteger(hostsMax) || hostsMax < 1) {
      throw new RangeError(`hostsMax must be a whole number from 1 up, got ${hostsMax}`);
    }
  }

  start(): void {
    if (this.#lanes.length === 0 && !this.#isStopped) this.#addLane();
  }

  /** Ends the hosts; pictures that wait reject. Resolves when the processes are gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelIdleCheck();
    const stopped = this.#lanes.map((lane) => lane.stop());
    const left = [...stopped.flatMap((lane) => lane.left), ...this.#waiting.splice(0)];
    for (const job of left) this.#fail(job, "stopped", "the decoder was stopped");
    await Promise.all(stopped.map(({ ended }) => ended));
  }

  decode(picture: EncodedPicture, crops: readonly CropRequest[]): Promise<readonly DecodedCrop[]> {
    return new Promise((resolve, reject) => {
      const job = this.#jobOf(picture, crops, resolve, reject);
      if (job === undefined) return;
      const remainingMs = this.#setAside.remainingMs(picture.cameraId, this.#clock.monoMs());
      if (this.#isStopped) {
        this.#fail(job, "stopped", "the decoder was stopped");
      } else if (remainingMs > 0) {
        const minutes = Math.ceil(remainingMs / 60_000);
        this.#fail(job, "set-aside", `set aside for ${minutes} more min: it ended the decoder`);
      } else if (this.#waiting.length >= this.#options.queuePicturesMax) {
        this.#fail(job, "queue-full", `${this.#waiting.length} pictures wait already`);
      } else {
        this.#countCrowd();
        this.#waiting.push(job);
        this.#pump();
      }
    });
  }

  /** Starts after the first one of each host. */
  get restartCount(): number {
    return this.#sumOf((lane) => lane.restartCount) + this.#restartCountBefore;
  }

  stats(): DecoderHostStats {
    return {
      pids: this.#lanes.map(({ pid }) => pid).filter((pid) => pid !== undefined),
      isReady: this.#lanes.some(({ isReady }) => isReady),
      queuedCount: this.#waiting.length + this.#sumOf(({ sentCount }) => sentCount),
      decodedCount: this.#decodedCount,
      failedCounts: { ...this.#failedCounts },
      restartCount: this.restartCount,
      decodeMicrosTotal: this.#decodeMicrosTotal,
      scaleMicrosTotal: this.#scaleMicrosTotal,
      hostBytes: this.#sumOf(({ hostBytes }) => hostBytes),
      setAside: this.#setAside.cameras(this.#clock.monoMs()),
    };
  }

  #sumOf(pick: (lane: HostLane) => number): number {
    return this.#lanes.reduce((sum, lane) => sum + pick(lane), 0);
  }

  #addLane(): void {
    const { clock, startHost: startOne, sentPicturesMax, startMsMax, hostBytesMax } = this.#options;
    const lane = new HostLane({
      clock,
      startHost: startOne,
      sentPicturesMax,
      startMsMax,
      hostBytesMax,
      events: {
        onRoom: () => this.#pump(),
        onReply: (job, reply) => this.#replied(job, reply),
        onLost: (loss) => this.#lost(loss),
      },
    });
    this.#lanes.push(lane);
    lane.start();
  }

  /** More than one core of decoding is needed where nearly all pictures find the hosts at work. */
  #countCrowd(): void {
    const isCrowded =
      this.#lanes.every(({ isReady }) => isReady) &&
      this.#lanes.every(({ sentCount }) => sentCount > 0);
    this.#crowd = Math.max(0, this.#crowd + (isCrowded ? 1 : -freeWeight));
    if (this.#crowd < crowdMax || this.#lanes.length >= this.#options.hostsMax) return;
    this.#crowd = 0;
    this.#addLane();
    this.#checkIdleLater();
  }

  #checkIdleLater(): void {
    this.#cancelIdleCheck();
    if (this.#lanes.length < 2) return;
    this.#cancelIdleCheck = this.#clock.after(idleMsMax / 2, () => {
      this.#endIdle();
      this.#checkIdleLater();
    });
  }

  /** The last one started, when it had nothing to do for long: memory is for cameras. */
  #endIdle(): void {
    const last = this.#lanes.at(-1);
    const idleSinceMonoMs = last?.idleSinceMonoMs;
    if (last === undefined || idleSinceMonoMs === undefined) return;
    if (this.#clock.monoMs() - idleSinceMonoMs < idleMsMax) return;
    this.#lanes.pop();
    this.#restartCountBefore += last.restartCount;
    void last.stop().ended;
  }

  #pump(): void {
    while (this.#waiting.length > 0) {
      const lane = this.#laneWithRoom();
      const job = lane === undefined ? undefined : this.#waiting.shift();
      if (lane === undefined || job === undefined) return;
      try {
        lane.send(job);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        this.#fail(job, "too-large", error.message);
      }
    }
  }

  /**
   * The first that has nothing to do, so that later ones may end; else the one with the least to
   * decode, so that no picture stands behind a long group while another host is nearly done.
   */
  #laneWithRoom(): HostLane | undefined {
    let best: HostLane | undefined;
    for (const lane of this.#lanes) {
      if (lane.hasRoom && (best === undefined || lane.sentBytes < best.sentBytes)) best = lane;
    }
    return best;
  }

  #replied(job: DecodeJob, { head, places, text }: HostReply): void {
    if (head.failure !== undefined) {
      this.#fail(job, head.failure, text);
      return;
    }
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
  }

  #lost({ guilty, unbegun, reason, why, wasReady }: HostLoss): void {
    this.#waiting.unshift(...unbegun);
    if (reason !== "host-too-big") {
      this.#options.onHostGone(why, guilty?.cameraId);
      if (guilty !== undefined) {
        this.#fail(guilty, reason, why);
        this.#blame(guilty.cameraId);
      }
      if (!wasReady && !this.#lanes.some(({ isReady }) => isReady)) {
        // None even starts: what waits is too old when one does.
        for (const job of this.#waiting.splice(0)) this.#fail(job, reason, why);
      }
    }
    this.#pump();
  }

  #blame(cameraId: CameraId): void {
    const outMs = this.#setAside.hostDied(cameraId, this.#clock.monoMs());
    if (outMs === 0) return;
    const isOut = (job: DecodeJob) => job.cameraId === cameraId;
    for (const job of this.#waiting.filter(isOut)) {
      this.#fail(job, "set-aside", "set aside: its pictures end the decoder");
    }
    const others = this.#waiting.filter((job) => !isOut(job));
    this.#waiting.splice(0, this.#waiting.length, ...others);
    this.#options.onSetAside(cameraId, this.#clock.wallMs() + outMs);
  }

  #fail(
    job: Pick<DecodeJob, "cameraId" | "reject">,
    reason: DecoderFailureReason,
    detail: string,
  ): void {
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
    resolve: DecodeJob["resolve"],
    reject: DecodeJob["reject"],
  ): DecodeJob | undefined {
    const targets = crops.map((crop) => targetOf(crop));
    try {
      const request = encodeRequest({ id: this.#nextId, codec, parameterSets, units, crops });
      this.#nextId = (this.#nextId % 0xffff_fff0) + 1;
      const timeoutMs = this.#options.pictureMsMax + extraMs(units);
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

/**
 * Hosts for this machine: decoding is about half of what a camera costs, so more than half of the
 * cores is never needed; two where there are two, as one core's worth of it comes in bursts.
 */
export function automaticHostsMax(cores = availableParallelism()): number {
  return cores < 2 ? 1 : Math.max(2, Math.ceil(cores / 2));
}
