/**
 * Every bound of the store in one place, with its unit; checked once when the store opens.
 *
 * The outbox drops only at its limit and says so to the hub; history and detection log forget
 * their oldest rows. Nothing that still waits for its acknowledgement is ever "history".
 */
const dayMs = 24 * 60 * 60 * 1000;

export interface StoreLimits {
  /** Events that wait; the rows that tell of dropped ones do not count here. */
  readonly outboxRowsMax: number;
  /** Bytes of all waiting payloads. */
  readonly outboxBytesMax: number;
  readonly outboxAgeMsMax: number;
  /** Refused events that are kept for a person to look at. */
  readonly parkedRowsMax: number;
  /** Committed events that no longer wait, and violations that have ended. */
  readonly historyRowsMax: number;
  readonly historyBytesMax: number;
  readonly historyAgeMsMax: number;
  /** People's words on violations: worth more than events, and smaller. */
  readonly verdictRowsMax: number;
  readonly verdictAgeMsMax: number;
  readonly lookRowsMax: number;
  /** Of the detection log's file, without its pages that are free. */
  readonly lookBytesMax: number;
  readonly lookAgeMsMax: number;
  /** Requests that wait for the store's thread. */
  readonly requestsMax: number;
  /** Requests that share one transaction. */
  readonly groupRequestsMax: number;
}

/** Whoever holds an event for its evidence lets it go within seconds; this is for a fault in that. */
export const heldMsMax = 60_000;

const defaultStoreLimits: StoreLimits = {
  outboxRowsMax: 200_000,
  outboxBytesMax: 1024 ** 3,
  outboxAgeMsMax: 30 * dayMs,
  parkedRowsMax: 1_000,
  historyRowsMax: 200_000,
  historyBytesMax: 1024 ** 3,
  historyAgeMsMax: 90 * dayMs,
  verdictRowsMax: 100_000,
  verdictAgeMsMax: 400 * dayMs,
  lookRowsMax: 2_000_000,
  lookBytesMax: 1024 ** 3,
  lookAgeMsMax: 2 * dayMs,
  requestsMax: 4_096,
  groupRequestsMax: 256,
};

export function storeLimits(given: Partial<StoreLimits> = {}): StoreLimits {
  const limits = { ...defaultStoreLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${name} must be a whole number from 1 up, got ${value}`);
    }
  }
  if (limits.groupRequestsMax > limits.requestsMax) {
    throw new RangeError(
      `groupRequestsMax must not exceed requestsMax, got ${limits.groupRequestsMax} and ${limits.requestsMax}`,
    );
  }
  return limits;
}

/** Rows written while the clock had not been set (1970) are not old: their age is unknown. */
const ageKnownFromMs = Date.UTC(2024, 0, 1);

/** Instants in `[from, before)` are older than `ageMsMax`; the range may be empty. */
export function tooOld(nowMs: number, ageMsMax: number): { fromMs: number; beforeMs: number } {
  return { fromMs: ageKnownFromMs, beforeMs: Math.max(ageKnownFromMs, nowMs - ageMsMax) };
}
