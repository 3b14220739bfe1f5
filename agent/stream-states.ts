/** How each stream is, as receiving says it: one log line a change, and the last word of each. */
import type { StreamState } from "./capture/encoded-picture.ts";
import type { Metrics } from "./health/metrics.ts";
import type { Clock } from "./runtime/clock.ts";
import type { Log } from "./runtime/log.ts";

export class StreamStates {
  readonly #parts: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics };
  readonly #states = new Map<string, StreamState & { readonly sinceMs: number }>();

  constructor(parts: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics }) {
    this.#parts = parts;
  }

  /** By `CAMERA/STREAM`. */
  get all(): ReadonlyMap<string, StreamState & { readonly sinceMs: number }> {
    return this.#states;
  }

  tell(state: StreamState): void {
    const { clock, log, metrics } = this.#parts;
    const { cameraId, stream, failure, detail } = state;
    this.#states.set(`${cameraId}/${stream}`, { ...state, sinceMs: clock.wallMs() });
    const fields = { camera: cameraId, stream, ...(failure === undefined ? {} : { failure }) };
    if (failure !== undefined) {
      metrics.capture.failures.inc({ camera: cameraId, stream, failure });
    }
    if (state.state === "failed") log.warn(fields, `camera lost: ${detail}`);
    if (state.state === "live") log.info(fields, `camera live: ${detail}`);
  }
}
