/**
 * Looks as the detection log keeps them, handed to the store a few at a time.
 *
 * Losing the last seconds of it in a power cut is allowed, so a failed write is counted and told
 * once, never retried, and never holds up a rule.
 */
import type { Look } from "../pipelines/domain/look.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
import { packDetections } from "./store/packed-detections.ts";
import type { LookLogRow, Store } from "./store/store.ts";

const flushEveryMs = 1_000;
const waitingRowsMax = 4_096;

export class LookLog {
  readonly #store: Pick<Store, "logLooks">;
  readonly #clock: Clock;
  readonly #log: Log;
  #waiting: LookLogRow[] = [];
  #isFailing = false;
  #droppedCount = 0;
  #cancelTimer: (() => void) | undefined;

  constructor({
    store,
    clock,
    log,
  }: {
    readonly store: Pick<Store, "logLooks">;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Not yet with the store. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  add(look: Look): void {
    if (this.#waiting.length >= waitingRowsMax) {
      this.#droppedCount += 1;
      return;
    }
    const row = lookLogRow(look);
    const isClockWrong = this.#clock.trust?.().isWrong === true;
    this.#waiting.push(isClockWrong ? { ...row, isClockWrong } : row);
    this.#cancelTimer ??= this.#clock.after(flushEveryMs, () => void this.flush());
  }

  async flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const rows = this.#waiting;
    this.#waiting = [];
    if (rows.length === 0) return;
    try {
      await this.#store.logLooks(rows);
      this.#isFailing = false;
    } catch (error) {
      this.#droppedCount += rows.length;
      if (!this.#isFailing) this.#log.warn({ err: error }, "looks cannot be logged");
      this.#isFailing = true;
    }
  }
}

/**
 * As the log keeps it: instants to the millisecond. The rules are fed with the same, so that a
 * replay of the log decides what was decided.
 */
export function asLogged(look: Look): Look {
  return {
    ...look,
    capturedAtMs: Math.round(look.capturedAtMs),
    capturedUncertaintyMs: Math.round(look.capturedUncertaintyMs),
  };
}

function lookLogRow(look: Look): LookLogRow {
  const { cameraId, viewId, capturedAtMs, capturedUncertaintyMs, model, crop } = asLogged(look);
  const { pictureWidth, pictureHeight, isReused } = look;
  return {
    cameraId,
    viewId,
    capturedAtMs,
    capturedUncertaintyMs,
    model,
    pictureWidth,
    pictureHeight,
    crop,
    detections: packDetections(look.detections),
    ...(isReused === undefined ? {} : { isReused }),
    ...(look.detections.appearances === undefined
      ? {}
      : { appearances: look.detections.appearances }),
  };
}
