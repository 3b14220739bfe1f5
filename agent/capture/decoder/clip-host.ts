/**
 * Makes clips in a decoder host of their own, so that no look ever waits behind one.
 *
 * The host is started with the first clip and ended when there was none for a while; the processors
 * are given to everything else first. One clip at a time, a few wait, one more is refused. A camera
 * whose clips end the host twice gets none for a while.
 */
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import { AgentError } from "../../runtime/agent-error.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ClipEncoder, ClipRequest, EncodedClip } from "./clip.ts";
import { encodeClipRequest } from "./clip-protocol.ts";
import { HostLane, type HostLoss, type LaneJob } from "./host-lane.ts";
import { nodeAvHost, type StartHost, startHost } from "./host-link.ts";
import { ProtocolError } from "./protocol.ts";
import type { HostReply } from "./reply-reader.ts";
import { SetAside } from "./set-aside.ts";

export interface ClipHostOptions {
  readonly clock: Clock;
  readonly startHost?: StartHost;
  readonly waitingMax?: number;
  readonly clipMsMax?: number;
  readonly startMsMax?: number;
  readonly idleMsMax?: number;
  readonly hostBytesMax?: number;
  /** Once a death; `cameraId` is whose clip it was working on. */
  readonly onHostGone?: (why: string, cameraId: CameraId | undefined) => void;
}

interface ClipJob extends LaneJob {
  readonly cameraId: CameraId;
  readonly resolve: (clip: EncodedClip) => void;
  readonly reject: (error: AgentError) => void;
}

const setAsideRule = { deathsMax: 2, windowMs: 600_000, durationMs: 600_000 } as const;
/** The scheduler's lowest but one: looks and everything else come first. */
const niceness = 15;

export class ClipHost implements ClipEncoder {
  readonly #options: Required<ClipHostOptions>;
  readonly #clock: Clock;
  readonly #setAside = new SetAside(setAsideRule);
  readonly #waiting: ClipJob[] = [];
  #lane: HostLane<ClipJob> | undefined;
  #cancelIdleCheck: () => void = () => undefined;
  #ending: Promise<void> = Promise.resolve();
  #isStopped = false;
  #nextId = 1;

  constructor(options: ClipHostOptions) {
    this.#options = {
      startHost: startHost(nodeAvHost(), { niceness }),
      waitingMax: 8,
      clipMsMax: 60_000,
      startMsMax: 30_000,
      idleMsMax: 60_000,
      hostBytesMax: 1024 ** 3,
      onHostGone: () => undefined,
      ...options,
    };
    this.#clock = options.clock;
  }

  encode(cameraId: CameraId, request: ClipRequest): Promise<EncodedClip> {
    return new Promise((resolve, reject) => {
      const why = this.#refusal(cameraId);
      if (why !== undefined) return reject(failed(cameraId, why));
      try {
        const encoded = encodeClipRequest(this.#nextId, request);
        this.#nextId = (this.#nextId % 0xffff_fff0) + 1;
        const timeoutMs = this.#options.clipMsMax;
        this.#waiting.push({ cameraId, request: encoded, targets: [], timeoutMs, resolve, reject });
        this.#pump();
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        reject(failed(cameraId, error.message));
      }
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const left = this.#endLane();
    for (const { cameraId, reject } of [...left, ...this.#waiting.splice(0)]) {
      reject(failed(cameraId, "the decoder was stopped"));
    }
    await this.#ending;
  }

  #refusal(cameraId: CameraId): string | undefined {
    if (this.#isStopped) return "the decoder was stopped";
    if (this.#setAside.remainingMs(cameraId, this.#clock.monoMs()) > 0) {
      return "set aside: its clips end the decoder";
    }
    const isFull = this.#waiting.length >= this.#options.waitingMax;
    return isFull ? `${this.#waiting.length} clips wait already` : undefined;
  }

  #pump(): void {
    this.#cancelIdleCheck();
    if (this.#waiting.length === 0) {
      this.#endWhenIdle();
      return;
    }
    this.#lane ??= this.#startLane();
    const job = this.#lane.hasRoom ? this.#waiting.shift() : undefined;
    if (job === undefined) return;
    try {
      this.#lane.send(job);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      job.reject(failed(job.cameraId, error.message));
      this.#pump();
    }
  }

  #startLane(): HostLane<ClipJob> {
    const { startHost: startOne, startMsMax, hostBytesMax } = this.#options;
    const lane: HostLane<ClipJob> = new HostLane<ClipJob>({
      clock: this.#clock,
      startHost: startOne,
      sentPicturesMax: 1,
      startMsMax,
      hostBytesMax,
      events: {
        onRoom: () => this.#pump(),
        onReply: (job, reply, file) => this.#replied(job, reply, file),
        onLost: (loss) => this.#lost(loss),
      },
    });
    lane.start();
    return lane;
  }

  #replied(job: ClipJob, { head, clip, text }: HostReply, file: Uint8Array | undefined): void {
    if (clip === undefined || file === undefined) {
      job.reject(failed(job.cameraId, `(${head.failure ?? "no clip"}) ${text}`));
      return;
    }
    const { pictureCount, firstUnit, lastUnit } = clip;
    const { pictureWidth: width, pictureHeight: height } = head;
    job.resolve({ bytes: file, width, height, pictureCount, firstUnit, lastUnit });
  }

  #lost({ guilty, unbegun, reason, why, wasReady }: HostLoss<ClipJob>): void {
    this.#waiting.unshift(...unbegun);
    if (reason === "host-too-big") return;
    this.#options.onHostGone(why, guilty?.cameraId);
    if (guilty !== undefined) {
      guilty.reject(failed(guilty.cameraId, `(${reason}) ${why}`));
      this.#setAside.hostDied(guilty.cameraId, this.#clock.monoMs());
    }
    if (wasReady) return;
    for (const { cameraId, reject } of this.#waiting.splice(0)) reject(failed(cameraId, why));
  }

  #endWhenIdle(): void {
    if (this.#lane === undefined) return;
    this.#cancelIdleCheck = this.#clock.after(this.#options.idleMsMax, () => {
      if (this.#lane?.sentCount === 0) this.#endLane();
    });
  }

  #endLane(): readonly ClipJob[] {
    this.#cancelIdleCheck();
    const stopped = this.#lane?.stop();
    this.#lane = undefined;
    if (stopped === undefined) return [];
    this.#ending = Promise.all([this.#ending, stopped.ended]).then(() => undefined);
    return stopped.left;
  }
}

/** The ffmpeg tools would show pixels that are not masked to the agent's own process. */
export class NoClips implements ClipEncoder {
  async encode(cameraId: CameraId): Promise<EncodedClip> {
    throw failed(cameraId, "there are no clips with `decoder: ffmpeg`");
  }

  async stop(): Promise<void> {}
}

function failed(cameraId: CameraId, detail: string): AgentError {
  return new AgentError(
    "DECODER_FAILED",
    `camera ${cameraId}: clip not made: ${detail}`,
    "The event goes without its clip and says so. If it goes on, check the camera's encoder settings.",
  );
}
