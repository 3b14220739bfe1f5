/**
 * The opponent's order of work: a look a camera every period, and one queue, first in, first out.
 *
 * A look that is due takes the newest picture; where that one was looked at already it waits for
 * the next. The queue is bounded, as comparable agents bound theirs: what does not fit is missed.
 * Time comes in with each call.
 */
export interface PeerLook<Picture> {
  readonly picture: Picture;
  readonly deadlineMonoMs: number;
}

/** As for our own looks: half a period late, but never more than this, is late. */
const lateMsMax = 1_000;
/** Pictures that may wait, for each camera: more would only grow older. */
const waitingPerCameraMax = 2;

export class LookQueue<Picture> {
  readonly #everyMs: number;
  readonly #waitingMax: number;
  /** By camera: the newest picture that nobody has looked at. */
  readonly #fresh = new Map<number, Picture>();
  /** Cameras whose look is due and has no picture yet. */
  readonly #wanting = new Set<number>();
  readonly #waiting: PeerLook<Picture>[] = [];
  #missedCount = 0;
  #doneCount = 0;

  constructor({
    cameraCount,
    everyMs,
  }: {
    readonly cameraCount: number;
    readonly everyMs: number;
  }) {
    this.#everyMs = everyMs;
    this.#waitingMax = waitingPerCameraMax * cameraCount;
  }

  /** Looks that ended. */
  get doneCount(): number {
    return this.#doneCount;
  }

  /** Looks that ended too late, and those that never were. */
  get missedCount(): number {
    return this.#missedCount;
  }

  /** A newer picture takes the place of an older one. */
  arrived(camera: number, picture: Picture, nowMonoMs: number): void {
    if (this.#wanting.delete(camera)) this.#add(picture, nowMonoMs);
    else this.#fresh.set(camera, picture);
  }

  /** The camera's period has begun anew. */
  due(camera: number, nowMonoMs: number): void {
    const picture = this.#fresh.get(camera);
    if (picture !== undefined) {
      this.#fresh.delete(camera);
      this.#add(picture, nowMonoMs);
      return;
    }
    // Since the last time no picture came at all.
    if (this.#wanting.has(camera)) this.#missedCount += 1;
    this.#wanting.add(camera);
  }

  take(): PeerLook<Picture> | undefined {
    return this.#waiting.shift();
  }

  done({ deadlineMonoMs }: PeerLook<Picture>, nowMonoMs: number): void {
    this.#doneCount += 1;
    if (nowMonoMs > deadlineMonoMs) this.#missedCount += 1;
  }

  #add(picture: Picture, nowMonoMs: number): void {
    if (this.#waiting.length >= this.#waitingMax) {
      this.#missedCount += 1;
      return;
    }
    const deadlineMonoMs = nowMonoMs + Math.min(this.#everyMs / 2, lateMsMax);
    this.#waiting.push({ picture, deadlineMonoMs });
  }
}
