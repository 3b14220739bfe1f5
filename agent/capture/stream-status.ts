/**
 * The state of a stream as people should hear of it: one word a change, not one a retry.
 *
 * A stream that had just failed counts as back at once, unless it keeps breaking off right after
 * coming back: then only after it has given pictures for a while. Pure; time comes in.
 */
import type { CaptureFailure, StreamState } from "./encoded-picture.ts";
import { stableMs } from "./limits.ts";

const pictureGapMsMax = 1_000;

type Change = Pick<StreamState, "state" | "failure" | "detail">;

export class StreamStatus {
  #current: Change = { state: "connecting", detail: "" };
  /** Since when pictures have come without a break. */
  #picturesFromMonoMs: number | undefined;
  #lastPictureMonoMs = 0;
  #isFlapping = false;

  get current(): Change {
    return this.#current;
  }

  /** Pictures have come for so long that retries may begin anew with short delays. */
  isStable(nowMonoMs: number): boolean {
    if (this.#picturesFromMonoMs === undefined) return false;
    // The silence before a failure is no sign of health.
    const untilMonoMs = Math.min(nowMonoMs, this.#lastPictureMonoMs + pictureGapMsMax);
    return untilMonoMs - this.#picturesFromMonoMs >= stableMs;
  }

  /** A decodable picture came; the change that it makes, if any. */
  picture(nowMonoMs: number, detail: string): Change | undefined {
    this.#picturesFromMonoMs ??= nowMonoMs;
    this.#lastPictureMonoMs = nowMonoMs;
    if (this.#current.state === "live") return undefined;
    if (this.#isFlapping && !this.isStable(nowMonoMs)) return undefined;
    this.#isFlapping = false;
    this.#current = { state: "live", detail };
    return this.#current;
  }

  /** The connection ended; the change that it makes, if any. */
  failed(failure: CaptureFailure, detail: string, nowMonoMs: number): Change | undefined {
    if (this.#picturesFromMonoMs !== undefined) this.#isFlapping = !this.isStable(nowMonoMs);
    this.#picturesFromMonoMs = undefined;
    return this.#fail(failure, detail);
  }

  /** Pictures come, but not all that are due can be had; the connection stays. */
  impaired(failure: CaptureFailure, detail: string): Change | undefined {
    // From here pictures must be well for a while before the stream counts as live again.
    this.#isFlapping = true;
    this.#picturesFromMonoMs = undefined;
    return this.#fail(failure, detail);
  }

  #fail(failure: CaptureFailure, detail: string): Change | undefined {
    if (this.#current.state === "failed" && this.#current.failure === failure) return undefined;
    this.#current = { state: "failed", failure, detail };
    return this.#current;
  }
}
