/**
 * Empties the outbox into one broker connection, in order of sequence, at a bounded rate.
 *
 * Invariants: a row is handed over only after every earlier row was; a row leaves the store only
 * when it was accepted (by the broker, or by the hub with `acknowledge`); nothing here is the only
 * copy of anything. When the connection goes, the drain ends; the next one begins at the oldest
 * row that still waits.
 */
import type { Clock } from "../runtime/clock.ts";
import type { OutboxEntry, Store } from "../store/store.ts";
import type { BrokerConnection } from "./broker-connection.ts";
import { releaseBytes } from "./release-bytes.ts";

export interface DrainOptions {
  readonly connection: Pick<BrokerConnection, "publish" | "receiveMaximum">;
  readonly store: Pick<Store, "outboxAfter" | "outboxAttempted" | "outboxDone" | "outboxParked">;
  readonly clock: Clock;
  readonly topic: string;
  readonly perSecondMax: number;
  /** Rows leave on the hub's word, not on the broker's. */
  readonly waitsForHub: boolean;
  readonly onHeld: (reason: "nobody-listens" | "refused" | "hub-silent", detail: string) => void;
  readonly onFlowing: () => void;
  readonly onParked: (entry: OutboxEntry, why: string) => void;
  readonly onSent: (entry: OutboxEntry, ageMs: number) => void;
}

const windowMax = 32;
/** Rows read and counted as tried in one write: on flash each costs up to 200 ms. */
const aheadRowsMax = 64;
/** Rows that were accepted and wait for the write that removes them. */
const leavingRowsMax = 512;
/** Rows that the hub may owe an answer for, with `acknowledge`. */
const hubWindowMax = 128;
const hubSilentMs = 60_000;
const historicalAfterMs = 60_000;
const heldDelayMsMin = 1_000;
const heldDelayMsMax = 60_000;

const nobodyListens = 0x10;
/** Refusals that are about this one row: it would be refused for ever. */
const rowIsWrong = new Set([0x95, 0x99]);

export class Drain {
  readonly #options: DrainOptions;
  /** The last row read on this connection. */
  #cursor = 0;
  /** Read, counted as tried, not yet handed over. */
  #ahead: OutboxEntry[] = [];
  /** Handed over, not yet answered by the broker. */
  readonly #inFlight = new Map<number, { readonly sentMonoMs: number }>();
  /** Answered by the broker, not yet by the hub: id to row. */
  readonly #awaitingHub = new Map<string, OutboxEntry>();
  #hubHeardMonoMs = 0;
  /** Accepted, and on their way out of the store. */
  #leaving: { readonly entry: OutboxEntry; readonly ageMs: number }[] = [];
  #leavingCount = 0;
  #removing: Promise<void> | undefined;
  /** One row at a time until the broker has taken one: keeps the order when nobody listens. */
  #isProbing = true;
  #held: { readonly atSequence: number; readonly untilMonoMs: number } | undefined;
  #heldCount = 0;
  #heldDetail = "";
  #nextSendMonoMs = 0;
  #wake: () => void = () => {};
  #failure: Error | undefined;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  /** Why nothing goes, while nothing goes. */
  get heldBecause(): string | undefined {
    return this.#heldCount > 0 ? this.#heldDetail : undefined;
  }

  /** How long the broker has owed an answer for the row that it has owed one longest. */
  get oldestUnansweredMs(): number {
    const [oldest] = this.#inFlight.values();
    return oldest === undefined ? 0 : this.#options.clock.monoMs() - oldest.sentMonoMs;
  }

  /** There may be something new to send. */
  wake(): void {
    this.#wake();
  }

  /** The hub's word on rows; those it does not know of here are ignored. */
  async acknowledged(
    events: readonly {
      readonly id: string;
      readonly outcome: string;
      readonly reason?: string | undefined;
    }[],
  ): Promise<void> {
    const { clock, store } = this.#options;
    this.#hubHeardMonoMs = clock.monoMs();
    const done: number[] = [];
    for (const { id, outcome, reason } of events) {
      const entry = this.#awaitingHub.get(id);
      if (entry === undefined) continue;
      this.#awaitingHub.delete(id);
      if (outcome === "rejected") {
        await this.#park(entry, `hub: ${reason ?? "rejected"}`);
      } else {
        done.push(entry.sequence);
      }
    }
    if (done.length > 0) await store.outboxDone(done, clock.wallMs());
    this.#wake();
  }

  /** Runs until the signal aborts or the connection fails; rejects with why in the latter case. */
  async run(signal: AbortSignal): Promise<void> {
    this.#hubHeardMonoMs = this.#options.clock.monoMs();
    // One for all waits: one a wait would stay as long as the connection does.
    const onAbort = () => this.#wake();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      while (!signal.aborted && this.#failure === undefined) {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        const waitMs = await this.#step(signal);
        if (waitMs > 0 && !signal.aborted && this.#failure === undefined) {
          await this.#waitFor(woken, waitMs);
        }
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      await this.#removing;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Hands over what may go now; returns how long to wait unless something wakes us. */
  async #step(signal: AbortSignal): Promise<number> {
    const { clock } = this.#options;
    this.#resendWhenHubIsSilent();
    if (this.#held !== undefined) {
      const leftMs = this.#held.untilMonoMs - clock.monoMs();
      if (leftMs > 0 || this.#inFlight.size > 0) return Math.max(leftMs, 50);
      this.#cursor = this.#held.atSequence - 1;
      this.#ahead = [];
      this.#held = undefined;
    }
    if (this.#room() === 0) return 1_000;
    if (this.#ahead.length === 0 && !(await this.#readAhead())) return 5_000;
    while (this.#room() > 0) {
      await this.#pace(signal);
      if (signal.aborted || this.#failure !== undefined || this.#held !== undefined) return 0;
      const entry = this.#ahead.shift();
      if (entry === undefined) return 0;
      this.#inFlight.set(entry.sequence, { sentMonoMs: clock.monoMs() });
      this.#handOver(entry);
    }
    return 1_000;
  }

  /** False: nothing waits. */
  async #readAhead(): Promise<boolean> {
    const { clock, store } = this.#options;
    const entries = await store.outboxAfter(this.#cursor, this.#isProbing ? 1 : aheadRowsMax);
    const last = entries.at(-1);
    if (last === undefined) return false;
    await store.outboxAttempted(
      entries.map(({ sequence }) => sequence),
      clock.wallMs(),
    );
    this.#cursor = last.sequence;
    this.#ahead = [...entries];
    return true;
  }

  #room(): number {
    const window = this.#isProbing
      ? 1
      : Math.min(windowMax, this.#options.connection.receiveMaximum);
    const byBroker = Math.min(
      window - this.#inFlight.size,
      leavingRowsMax - this.#leavingCount - this.#inFlight.size,
    );
    const byHub = hubWindowMax - this.#awaitingHub.size - this.#inFlight.size;
    return Math.max(0, this.#options.waitsForHub ? Math.min(byBroker, byHub) : byBroker);
  }

  #handOver(entry: OutboxEntry): void {
    const { connection, topic, clock } = this.#options;
    const ageMs = clock.wallMs() - entry.createdAtMs;
    const payload = ageMs > historicalAfterMs ? markHistorical(entry.payload) : entry.payload;
    // The hub may answer before the broker does.
    if (this.#options.waitsForHub) this.#awaitingHub.set(entry.eventId, entry);
    connection
      .publish(topic, payload, { contentType: "application/cloudevents+json; charset=utf-8" })
      .then((reasonCode) => this.#answered(entry, reasonCode, ageMs))
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        this.#inFlight.delete(entry.sequence);
        this.#wake();
      });
  }

  async #answered(entry: OutboxEntry, reasonCode: number, ageMs: number): Promise<void> {
    const { onSent, onFlowing, waitsForHub } = this.#options;
    if (reasonCode < 0x80 && reasonCode !== nobodyListens) {
      // One that was under way when an earlier one was refused says nothing about that one.
      if (this.#held === undefined) {
        if (this.#heldCount > 0) onFlowing();
        this.#heldCount = 0;
        this.#isProbing = false;
      }
      if (waitsForHub) onSent(entry, ageMs);
      else this.#leave(entry, ageMs);
      return;
    }
    this.#awaitingHub.delete(entry.eventId);
    if (rowIsWrong.has(reasonCode)) {
      await this.#park(entry, `broker: reason code 0x${reasonCode.toString(16)}`);
      return;
    }
    this.#hold(
      entry.sequence,
      reasonCode === nobodyListens ? "nobody-listens" : "refused",
      `sequence ${entry.sequence}, reason code 0x${reasonCode.toString(16)}`,
    );
  }

  /** Removed with all others that were accepted while the disk was busy. */
  #leave(entry: OutboxEntry, ageMs: number): void {
    this.#leaving.push({ entry, ageMs });
    this.#leavingCount += 1;
    this.#removing ??= this.#removeLeaving();
  }

  /** Never rejects: what the disk refuses ends the drain. */
  async #removeLeaving(): Promise<void> {
    const { store, clock, onSent } = this.#options;
    while (this.#leaving.length > 0 && this.#failure === undefined) {
      const leaving = this.#leaving.splice(0);
      const sequences = leaving.map(({ entry }) => entry.sequence);
      try {
        await store.outboxDone(sequences, clock.wallMs());
        for (const { entry, ageMs } of leaving) onSent(entry, ageMs);
      } catch (error) {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      }
      this.#leavingCount -= leaving.length;
      this.#wake();
    }
    // In the same turn as the look at what leaves: whoever comes later starts anew.
    this.#removing = undefined;
  }

  /** Out of the way: it would be refused for ever. The store tells the hub of the gap. */
  async #park(entry: OutboxEntry, why: string): Promise<void> {
    const { store, clock, onParked } = this.#options;
    await store.outboxParked(entry.sequence, why, clock.wallMs());
    onParked(entry, why);
  }

  /** Stops at a row until somebody takes it; later rows wait behind it. */
  #hold(
    atSequence: number,
    reason: "nobody-listens" | "refused" | "hub-silent",
    detail: string,
  ): void {
    const { clock, onHeld } = this.#options;
    const delayMs = Math.min(heldDelayMsMax, heldDelayMsMin * 2 ** Math.min(this.#heldCount, 10));
    const first = Math.min(atSequence, this.#held?.atSequence ?? Number.POSITIVE_INFINITY);
    if (this.#held === undefined) {
      if (this.#heldCount === 0) onHeld(reason, detail);
      this.#heldCount += 1;
      this.#heldDetail = `${reason}: ${detail}`;
    }
    this.#held = { atSequence: first, untilMonoMs: clock.monoMs() + delayMs };
    this.#isProbing = true;
  }

  #resendWhenHubIsSilent(): void {
    const { clock, waitsForHub } = this.#options;
    if (!waitsForHub || this.#awaitingHub.size === 0 || this.#held !== undefined) {
      if (this.#awaitingHub.size === 0) this.#hubHeardMonoMs = clock.monoMs();
      return;
    }
    if (clock.monoMs() - this.#hubHeardMonoMs < hubSilentMs) return;
    const oldest = Math.min(...[...this.#awaitingHub.values()].map(({ sequence }) => sequence));
    this.#awaitingHub.clear();
    this.#hubHeardMonoMs = clock.monoMs();
    this.#hold(oldest, "hub-silent", `no word on sequence ${oldest} for ${hubSilentMs / 1000} s`);
  }

  async #pace(signal: AbortSignal): Promise<void> {
    const { clock, perSecondMax } = this.#options;
    const nowMonoMs = clock.monoMs();
    const waitMs = this.#nextSendMonoMs - nowMonoMs;
    // A second's worth may go at once; after that the rate is held.
    this.#nextSendMonoMs = Math.max(this.#nextSendMonoMs, nowMonoMs - 1_000) + 1_000 / perSecondMax;
    if (waitMs > 0) await clock.sleep(waitMs, signal).catch(() => {});
  }

  async #waitFor(woken: Promise<void>, waitMs: number): Promise<void> {
    let cancel: () => void = () => {};
    const timeUp = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(waitMs, resolve);
    });
    await Promise.race([woken, timeUp]);
    cancel();
  }
}

/** Adds `"historical":true` to a JSON object without parsing it. */
function markHistorical(payload: Uint8Array): Uint8Array {
  const marked = new Uint8Array(mark.byteLength + payload.byteLength - 1);
  marked.set(mark);
  marked.set(payload.subarray(1), mark.byteLength);
  releaseBytes(payload);
  return marked;
}

const mark = Buffer.from('{"historical":true,');
