/**
 * Ends a connection that asks too much of the thread that it shares with all other cameras.
 *
 * Counts bytes, packets and messages in windows of a second; beyond what any camera sends, the
 * stream fails (and is tried again, later and later) instead of slowing the others.
 */
import type { Clock } from "../../runtime/clock.ts";
import { CaptureError } from "../capture-error.ts";
import {
  connectionBytesPerSecondMax,
  connectionMessagesPerSecondMax,
  connectionPacketsPerSecondMax,
} from "../limits.ts";

const windowMs = 1_000;

export class FloodGuard {
  readonly #clock: Clock;
  #beganMonoMs = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  #packets = 0;
  #messages = 0;

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** Before the chunk is read: the clock is asked once for all that is in it. */
  addBytes(count: number): void {
    const now = this.#clock.monoMs();
    if (now - this.#beganMonoMs >= windowMs) {
      this.#beganMonoMs = now;
      this.#bytes = 0;
      this.#packets = 0;
      this.#messages = 0;
    }
    this.#bytes += count;
    if (this.#bytes > connectionBytesPerSecondMax) throw flood(this.#bytes, "bytes");
    if (this.#packets > connectionPacketsPerSecondMax) throw flood(this.#packets, "packets");
  }

  addPacket(): void {
    this.#packets += 1;
  }

  addMessage(): void {
    this.#messages += 1;
    if (this.#messages > connectionMessagesPerSecondMax) throw flood(this.#messages, "messages");
  }
}

const flood = (count: number, what: string): CaptureError =>
  new CaptureError("corrupt", `the camera sends too much: ${count} ${what} within a second`);
