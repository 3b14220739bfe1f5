/**
 * Looks as the detection log keeps them, handed to the store a few at a time.
 *
 * Losing the last seconds of it in a power cut is allowed, so a failed write is counted and told
 * once, never retried, and never holds up a rule.
 */
import { type Detections, noDetections } from "../pipelines/domain/detections.ts";
import type { Look } from "../pipelines/domain/look.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";
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
    this.#waiting.push(lookLogRow(look));
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
  const { pictureWidth, pictureHeight } = look;
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
    ...(look.detections.appearances === undefined
      ? {}
      : { appearances: look.detections.appearances }),
  };
}

const bytesPerDetection = 21;

/** Per detection: 4 × f32 box, f32 score, u8 label; little-endian. */
export function packDetections({ count, boxes, scores, labelIndices }: Detections): Uint8Array {
  const bytes = new Uint8Array(count * bytesPerDetection);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < count; index++) {
    const at = index * bytesPerDetection;
    for (let side = 0; side < 4; side++) {
      view.setFloat32(at + side * 4, boxes[index * 4 + side] ?? 0, true);
    }
    view.setFloat32(at + 16, scores[index] ?? 0, true);
    view.setUint8(at + 20, labelIndices[index] ?? 0);
  }
  return bytes;
}

/** `appearances`: as they were logged beside it. */
export function unpackDetections(
  bytes: Uint8Array,
  appearances: Uint8Array | null = null,
): Detections {
  const count = Math.floor(bytes.byteLength / bytesPerDetection);
  if (count === 0) return noDetections;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes = new Float32Array(count * 4);
  const scores = new Float32Array(count);
  const labelIndices = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const at = index * bytesPerDetection;
    for (let side = 0; side < 4; side++) {
      boxes[index * 4 + side] = view.getFloat32(at + side * 4, true);
    }
    scores[index] = view.getFloat32(at + 16, true);
    labelIndices[index] = view.getUint8(at + 20);
  }
  return { count, boxes, scores, labelIndices, ...(appearances && { appearances }) };
}
