/**
 * How fast messages of the broker are read: a second's worth at once, then a steady rate.
 *
 * What comes faster waits in the sockets and at the broker; nothing is thrown away, and a flood
 * costs a small part of a core.
 */
const messagesPerSecond = 2_000;
/** A message costs one, and one more for each of these. */
const bytesOfOneMessage = 1_024;
const atOnceMs = 1_000;

export class MessagePace {
  /** What was read and not yet paid with time. */
  #debtMs = 0;
  #atMonoMs = 0;

  /** How long to wait behind a message of so many bytes before the next is read. */
  delayMs(bytes: number, nowMonoMs: number): number {
    const passedMs = Math.max(0, nowMonoMs - this.#atMonoMs);
    this.#atMonoMs = nowMonoMs;
    const costMs = (1_000 / messagesPerSecond) * (1 + bytes / bytesOfOneMessage);
    this.#debtMs = Math.max(0, this.#debtMs - passedMs) + costMs;
    return Math.max(0, Math.round(this.#debtMs - atOnceMs));
  }
}
