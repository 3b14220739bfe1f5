/**
 * One decoder host kept running: takes a picture or two, and starts again when its host dies,
 * hangs or grows too large.
 *
 * Knows nothing of queues and cameras: whoever hands it jobs hears what became of each, and how a
 * host was lost. Bounded: time for a start and a picture, memory of the host, rate of restarts.
 */
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import type { AgentError } from "../../runtime/agent-error.ts";
import { Backoff } from "../../runtime/backoff.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { DecodedCrop } from "./decoder.ts";
import type { HostLink, StartHost } from "./host-link.ts";
import type { EncodedRequest } from "./protocol.ts";
import type { HostReply } from "./reply-reader.ts";

/** What a host works on at a time. */
export interface LaneJob {
  readonly request: EncodedRequest;
  readonly targets: readonly Uint8Array[];
  readonly timeoutMs: number;
}

/** A picture on its way through the decoder. */
export interface DecodeJob extends LaneJob {
  readonly cameraId: CameraId;
  readonly resolve: (crops: readonly DecodedCrop[]) => void;
  readonly reject: (error: AgentError) => void;
}

export interface HostLoss<Job extends LaneJob = DecodeJob> {
  /** Whose picture it was working on; undefined where it was not the picture's doing. */
  readonly guilty: Job | undefined;
  /** What was sent and not begun: for another host, in their order. */
  readonly unbegun: readonly Job[];
  readonly reason: "host-died" | "host-hung" | "host-too-big";
  readonly why: string;
  /** False: it did not even start. */
  readonly wasReady: boolean;
}

interface LaneEvents<Job extends LaneJob> {
  /** It may take a picture more than before. */
  onRoom(): void;
  onReply(job: Job, reply: HostReply, file?: Uint8Array): void;
  /** The lane starts its next host by itself, after a while. */
  onLost(loss: HostLoss<Job>): void;
}

interface HostLaneOptions<Job extends LaneJob> {
  readonly clock: Clock;
  readonly startHost: StartHost;
  readonly events: LaneEvents<Job>;
  readonly sentPicturesMax: number;
  readonly startMsMax: number;
  readonly hostBytesMax: number;
}

const restartDelayMs = { delayMsMin: 50, delayMsMax: 10_000 } as const;

export class HostLane<Job extends LaneJob = DecodeJob> {
  readonly #options: HostLaneOptions<Job>;
  readonly #backoff = new Backoff(restartDelayMs);
  #phase: "new" | "starting" | "ready" | "resting" | "stopped" = "new";
  #link: HostLink | undefined;
  /** In the order of sending; the host works on the first. */
  readonly #sent: Job[] = [];
  /** Why we ended the host ourselves, when we did. */
  #verdict: "hung" | "too-big" | "stopped" | undefined;
  #cancelTimer: () => void = () => undefined;
  #onStopped: () => void = () => undefined;
  #startCount = 0;
  #hostBytes = 0;
  #idleSinceMonoMs: number;

  constructor(options: HostLaneOptions<Job>) {
    this.#options = options;
    this.#idleSinceMonoMs = options.clock.monoMs();
  }

  start(): void {
    this.#phase = "starting";
    this.#verdict = undefined;
    this.#startCount += 1;
    this.#hostBytes = 0;
    const { startHost, startMsMax } = this.#options;
    this.#link = startHost({
      onReady: () => {
        if (this.#phase !== "starting") return;
        this.#phase = "ready";
        this.#cancelTimer();
        this.#options.events.onRoom();
      },
      onReply: (reply, file) => this.#replied(reply, file),
      onGone: (why) => this.#gone(why),
    });
    this.#setTimer(startMsMax);
  }

  /** Gives back what was sent; resolves when the process is gone. */
  stop(): { readonly left: readonly Job[]; readonly ended: Promise<void> } {
    const link = this.#link;
    this.#phase = "stopped";
    this.#cancelTimer();
    const left = this.#sent.splice(0);
    if (link === undefined) return { left, ended: Promise.resolve() };
    this.#verdict = "stopped";
    const ended = new Promise<void>((resolve) => {
      this.#onStopped = resolve;
    });
    link.kill();
    return { left, ended };
  }

  get pid(): number | undefined {
    return this.#link?.pid;
  }

  get isReady(): boolean {
    return this.#phase === "ready";
  }

  get hasRoom(): boolean {
    const { sentPicturesMax } = this.#options;
    return this.isReady && this.#verdict === undefined && this.#sent.length < sentPicturesMax;
  }

  get sentCount(): number {
    return this.#sent.length;
  }

  /** What it still has to decode; time goes with it. */
  get sentBytes(): number {
    return this.#sent.reduce((sum, { request }) => sum + request.bytes, 0);
  }

  /** Undefined while it has something to do. */
  get idleSinceMonoMs(): number | undefined {
    return this.#sent.length === 0 ? this.#idleSinceMonoMs : undefined;
  }

  /** Of its host, as that said with its last picture. */
  get hostBytes(): number {
    return this.#hostBytes;
  }

  /** Starts after the first one. */
  get restartCount(): number {
    return Math.max(0, this.#startCount - 1);
  }

  /** Only while it has room. Throws a ProtocolError, and did not take it, where memory lacks. */
  send(job: Job): void {
    this.#link?.send(job.request, job.targets);
    this.#sent.push(job);
    if (this.#sent.length === 1) this.#setTimer(job.timeoutMs);
  }

  #replied(reply: HostReply, file: Uint8Array | undefined): void {
    const job = this.#sent.shift();
    if (job === undefined) return;
    this.#cancelTimer();
    const next = this.#sent[0];
    if (next === undefined) this.#idleSinceMonoMs = this.#options.clock.monoMs();
    else this.#setTimer(next.timeoutMs);
    this.#backoff.reset();
    this.#hostBytes = reply.head.residentKilobytes * 1024;
    const { events, hostBytesMax } = this.#options;
    events.onReply(job, reply, file);
    if (this.#hostBytes > hostBytesMax && this.#verdict === undefined) this.#end("too-big");
    events.onRoom();
  }

  /** The picture in work pays when the host died of it; those behind it go to another. */
  #gone(why: string): void {
    this.#cancelTimer();
    this.#link = undefined;
    if (this.#phase === "stopped") {
      this.#onStopped();
      return;
    }
    const verdict = this.#verdict;
    const wasReady = this.#phase === "ready";
    const guilty = verdict === "too-big" ? undefined : this.#sent.shift();
    const unbegun = this.#sent.splice(0);
    this.#phase = "resting";
    const { clock, events } = this.#options;
    this.#idleSinceMonoMs = clock.monoMs();
    this.#cancelTimer = clock.after(this.#backoff.nextDelayMs(), () => this.start());
    const isHung = verdict === "hung";
    const died = isHung ? "host-hung" : "host-died";
    const reason = verdict === "too-big" ? "host-too-big" : died;
    events.onLost({ guilty, unbegun, reason, why: isHung ? "no answer in time" : why, wasReady });
  }

  #end(verdict: "hung" | "too-big"): void {
    this.#verdict = verdict;
    this.#link?.kill();
  }

  #setTimer(ms: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(ms, () => this.#end("hung"));
  }
}
