/**
 * Plays one clip to any number of clients, as a camera does: everybody gets the same picture at
 * the same time, and nothing is done while nobody looks.
 *
 * Where the clip stands follows from the clock alone, so a stream that nobody watched for an hour
 * goes on where it would be. Times never run backwards, over loops and changes of the clip.
 */
import type { Clip } from "../clips/clip.ts";
import type { MediaClock } from "./media-clock.ts";
import type { PictureTemplate } from "./picture-template.ts";
import type { QueuedTimer, TimerQueue } from "./timer-queue.ts";

export interface PictureSink {
  sendPicture(picture: PictureTemplate, captureMediaMs: number): void;
  /** A clip that does not loop has sent its last picture. */
  endOfClip(): void;
}

export interface Reel {
  readonly clip: Clip;
  readonly templates: readonly PictureTemplate[];
}

export class Playout {
  readonly #clock: MediaClock;
  readonly #timers: TimerQueue;
  readonly #isLoop: boolean;
  readonly #sinks = new Set<PictureSink>();
  readonly #told = new WeakSet<PictureSink>();
  #reel: Reel;
  /** The pictures' time at which the clip began its first round. */
  #beginMediaMs: number;
  #firstMediaMs: number | undefined;
  /** The next picture. */
  #round = 0;
  #index = 0;
  #timer: QueuedTimer | undefined;

  constructor(options: {
    readonly clock: MediaClock;
    readonly timers: TimerQueue;
    readonly isLoop: boolean;
    readonly reel: Reel;
    readonly beginMediaMs: number;
    /** Where the first client starts, whenever it is added. Default: where the clip stands then. */
    readonly firstMediaMs?: number;
  }) {
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#isLoop = options.isLoop;
    this.#reel = options.reel;
    this.#beginMediaMs = options.beginMediaMs;
    this.#firstMediaMs = options.firstMediaMs;
  }

  add(sink: PictureSink): void {
    this.#sinks.add(sink);
    if (this.#timer !== undefined) return;
    this.#seek(this.#firstMediaMs ?? this.#clock.nowMs());
    this.#firstMediaMs = undefined;
    this.#schedule();
  }

  remove(sink: PictureSink): void {
    this.#sinks.delete(sink);
    if (this.#sinks.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The new clip begins with its first picture where the next one of the old was due. */
  switchTo(reel: Reel): void {
    if (this.#timer === undefined) this.#seek(this.#clock.nowMs());
    this.#beginMediaMs = this.#dueMediaMs() ?? this.#clock.nowMs();
    this.#reel = reel;
    this.#round = 0;
    this.#index = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#sinks.size > 0) this.#schedule();
  }

  #seek(mediaMs: number): void {
    const { clip } = this.#reel;
    const positionMs = Math.max(0, mediaMs - this.#beginMediaMs);
    this.#round = this.#isLoop ? Math.floor(positionMs / clip.durationMs) : 0;
    const inRoundMs = positionMs - this.#round * clip.durationMs;
    const index = clip.accessUnits.findIndex(({ dtsMs }) => dtsMs >= inRoundMs);
    this.#index = index === -1 ? clip.accessUnits.length : index;
    if (index === -1 && this.#isLoop) this.#advanceRound();
  }

  #schedule(): void {
    const dueMediaMs = this.#dueMediaMs();
    // Also the end comes by timer, so that a client that joins late has its reply before it.
    const dueMonoMs = this.#clock.monoMsAt(dueMediaMs ?? this.#clock.nowMs());
    this.#timer = this.#timers.at(dueMonoMs, () => this.#sendDue());
  }

  #sendDue(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    for (;;) {
      const dueMediaMs = this.#dueMediaMs();
      if (dueMediaMs === undefined) {
        this.#tellEnd();
        return;
      }
      if (dueMediaMs > nowMs || this.#sinks.size === 0) break;
      this.#sendNext(dueMediaMs);
    }
    if (this.#sinks.size > 0) this.#schedule();
  }

  #sendNext(dueMediaMs: number): void {
    const { clip, templates } = this.#reel;
    const unit = clip.accessUnits[this.#index];
    const picture = templates[this.#index];
    if (unit === undefined || picture === undefined) throw new Error("picture outside of its clip");
    const captureMediaMs = dueMediaMs - (unit.dtsMs - unit.ptsMs);
    this.#index++;
    if (this.#index === clip.accessUnits.length && this.#isLoop) this.#advanceRound();
    for (const sink of this.#sinks) sink.sendPicture(picture, captureMediaMs);
  }

  /** Once to each sink, also to those that join after the end. */
  #tellEnd(): void {
    for (const sink of this.#sinks) {
      if (this.#told.has(sink)) continue;
      this.#told.add(sink);
      sink.endOfClip();
    }
  }

  #advanceRound(): void {
    this.#index = 0;
    this.#round++;
  }

  /** Undefined after the last picture. */
  #dueMediaMs(): number | undefined {
    const { clip } = this.#reel;
    const unit = clip.accessUnits[this.#index];
    if (unit === undefined) return undefined;
    return this.#beginMediaMs + this.#round * clip.durationMs + unit.dtsMs;
  }
}
