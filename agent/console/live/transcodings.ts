/**
 * One transcoding a camera, for all who watch it: started with the first, stopped with the last.
 *
 * Bounded: two at a time, a processor's core each at most. Pictures keep the camera's time: the
 * n-th that comes out is the n-th that went in.
 */
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import type { LivePictures } from "../console-ports.ts";
import { avcSets } from "./avc.ts";
import {
  aheadMsMax,
  firstBackMs,
  type PictureFeed,
  type PlayablePicture,
} from "./playable-picture.ts";
import { Transcoder } from "./transcoder.ts";

const runningMax = 2;
const pollMs = 80;
/** A group of pictures, and as many more: a viewer that is slower begins anew. */
const keptMax = 100;
const waitingTimesMax = 500;

export class Transcodings {
  readonly #parts: {
    readonly live: LivePictures;
    readonly clock: Clock;
    readonly log: Log;
  };
  readonly #running = new Map<CameraId, Transcoding>();

  constructor(parts: {
    readonly live: LivePictures;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#parts = parts;
  }

  /** Throws when too many run. */
  join(camera: CameraId): PictureFeed {
    let running = this.#running.get(camera);
    if (running === undefined || running.isOver) {
      if (this.#running.size >= runningMax && running === undefined) {
        throw new RangeError(`${runningMax} cameras are transcoded already`);
      }
      running = new Transcoding(camera, this.#parts);
      this.#running.set(camera, running);
    }
    const transcoding = running;
    return transcoding.join(() => {
      if (this.#running.get(camera) === transcoding) this.#running.delete(camera);
    });
  }

  stop(): void {
    for (const running of this.#running.values()) running.stop();
    this.#running.clear();
  }
}

class Transcoding {
  readonly #transcoder: Transcoder;
  readonly #over = new AbortController();
  /** Times of pictures that went in and did not come out yet, rising. */
  readonly #times: number[] = [];
  readonly #kept: PlayablePicture[] = [];
  #firstKept = 0;
  #viewers = 0;

  constructor(
    camera: CameraId,
    { live, clock, log }: { readonly live: LivePictures; readonly clock: Clock; readonly log: Log },
  ) {
    this.#transcoder = new Transcoder(camera, {
      onUnit: ({ unit, isKey }) => this.#keep(unit, isKey),
      onGone: (why) => {
        if (!this.#over.signal.aborted) log.warn({ camera, why }, "page: the preview ended");
        this.#over.abort();
      },
    });
    void this.#feed(camera, live, clock).catch(() => this.stop());
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  join(onLast: () => void): PictureFeed {
    this.#viewers += 1;
    let next: number | undefined;
    let isGone = false;
    return {
      next: async () => {
        if (this.isOver) throw new RangeError("the preview ended");
        const behind = next === undefined || next < this.#firstKept;
        const from = behind ? this.#kept.findLastIndex(({ isKey }) => isKey) : next;
        if (from === undefined || from === -1) return [];
        const at = behind ? from : from - this.#firstKept;
        next = this.#firstKept + this.#kept.length;
        return this.#kept.slice(at);
      },
      stop: () => {
        if (isGone) return;
        isGone = true;
        this.#viewers -= 1;
        if (this.#viewers > 0) return;
        this.stop();
        onLast();
      },
    };
  }

  stop(): void {
    this.#over.abort();
    this.#transcoder.stop();
  }

  async #feed(camera: CameraId, live: LivePictures, clock: Clock): Promise<void> {
    let last: number | undefined;
    while (!this.isOver) {
      const nowMs = clock.wallMs();
      const fromMs = last === undefined ? nowMs - firstBackMs[2] : 0;
      const options = last === undefined ? {} : { afterPicture: last };
      const span = await live.pictures(camera, fromMs, nowMs + aheadMsMax, options);
      if (span !== undefined && span.pictures.length > 0) {
        if (last === undefined) this.#transcoder.write(span.parameterSets);
        for (const { unit, capturedAtMs } of span.pictures) {
          if (this.#transcoder.write(unit)) this.#times.push(capturedAtMs);
        }
        this.#times.sort((a, b) => a - b);
        if (this.#times.length > waitingTimesMax) this.#times.splice(0, this.#times.length - 1);
        last = span.pictures.at(-1)?.pictureNumber;
      }
      await clock.sleep(pollMs, this.#over.signal);
    }
  }

  #keep(unit: Uint8Array, isKey: boolean): void {
    const capturedAtMs = this.#times.shift();
    if (capturedAtMs === undefined) return;
    const sets = isKey ? avcSets(unit) : undefined;
    this.#kept.push({ unit, capturedAtMs, isKey, ...(sets === undefined ? {} : { sets }) });
    const over = this.#kept.length - keptMax;
    if (over <= 0) return;
    this.#kept.splice(0, over);
    this.#firstKept += over;
  }
}
