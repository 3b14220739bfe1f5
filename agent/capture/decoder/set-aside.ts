/**
 * Remembers which camera's pictures ended the decoder host, and sets the second offence aside.
 *
 * One camera that sends poison would cost every other camera a restart a look. Set aside, it is
 * left out for a while and named; afterwards one more death within the window is enough.
 */
import type { CameraId } from "../../../pipelines/domain/ids.ts";

export class SetAside {
  readonly #deathsMax: number;
  readonly #windowMs: number;
  readonly #durationMs: number;
  readonly #diedAtMonoMs = new Map<CameraId, readonly number[]>();
  readonly #untilMonoMs = new Map<CameraId, number>();

  constructor({
    deathsMax,
    windowMs,
    durationMs,
  }: {
    readonly deathsMax: number;
    readonly windowMs: number;
    readonly durationMs: number;
  }) {
    this.#deathsMax = deathsMax;
    this.#windowMs = windowMs;
    this.#durationMs = durationMs;
  }

  /** How long the camera stays out from now on; 0 when this was its first offence. */
  hostDied(cameraId: CameraId, nowMonoMs: number): number {
    const recent = (this.#diedAtMonoMs.get(cameraId) ?? []).filter(
      (atMs) => nowMonoMs - atMs < this.#windowMs,
    );
    const deaths = [...recent, nowMonoMs].slice(-this.#deathsMax);
    this.#diedAtMonoMs.set(cameraId, deaths);
    if (deaths.length < this.#deathsMax) return 0;
    this.#untilMonoMs.set(cameraId, nowMonoMs + this.#durationMs);
    return this.#durationMs;
  }

  /** Milliseconds until the camera may come back, 0 when it is not set aside. */
  remainingMs(cameraId: CameraId, nowMonoMs: number): number {
    const untilMonoMs = this.#untilMonoMs.get(cameraId);
    if (untilMonoMs === undefined) return 0;
    if (untilMonoMs > nowMonoMs) return untilMonoMs - nowMonoMs;
    this.#untilMonoMs.delete(cameraId);
    return 0;
  }

  cameras(nowMonoMs: number): readonly CameraId[] {
    return [...this.#untilMonoMs.keys()].filter((id) => this.remainingMs(id, nowMonoMs) > 0);
  }
}
