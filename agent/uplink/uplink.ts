/**
 * Keeps the box connected with its hub: connect, say online, drain the outbox, listen, for ever.
 *
 * States change rarely and are told once each; retries are counted, not logged. A box that was
 * away longer than a minute waits a random part of `startJitterMs` before it drains, so that a
 * city's boxes do not all come back in the same second.
 */
import { AgentError } from "../runtime/agent-error.ts";
import { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";
import type { OutboxEntry, Store } from "../store/store.ts";
import { type BrokerConnection, BrokerError, type Connect } from "./broker-connection.ts";
import { CommandRate } from "./command-rate.ts";
import { answerCommand, type CommandDoers } from "./commands.ts";
import { Drain } from "./drain.ts";
import { EvidenceSender, type EvidenceSending } from "./evidence-sender.ts";
import type { StatusMessage } from "./messages.ts";
import { evidenceShareOf } from "./part-window.ts";
import { type DeviceAddress, topicOf } from "./topics.ts";

export interface UplinkState {
  /** `held`: connected, and nobody takes what is sent. */
  readonly state: "connecting" | "online" | "held" | "failed" | "stopped";
  /** `BrokerFailure` when failed. */
  readonly failure?: string;
  readonly detail: string;
  readonly remedy?: string;
}

export interface UplinkOptions {
  readonly address: DeviceAddress;
  readonly connect: Connect;
  readonly store: Store;
  readonly clock: Clock;
  readonly drainPerSecondMax: number;
  readonly waitsForHub: boolean;
  /** At most this much is waited before a drain after an outage. */
  readonly startJitterMs: number;
  readonly random: () => number;
  readonly statusMessage: (online: boolean, reason: StatusMessage["reason"]) => StatusMessage;
  readonly doers: CommandDoers;
  readonly onState: (state: UplinkState) => void;
  readonly onHeld: (reason: string, detail: string) => void;
  readonly onFlowing: () => void;
  readonly onParked: (entry: OutboxEntry, why: string) => void;
  readonly onSent: (entry: OutboxEntry, ageMs: number) => void;
  /** Absent: pictures stay on the box. */
  readonly evidence?: EvidenceSending;
}

const retryDelayMsMin = 1_000;
const retryDelayMsMax = 60_000;
/** A connection that lived this long was a good one: the next retry starts from the first delay. */
const steadyAfterMs = 30_000;
/** So did one that carried as many parts of evidence: a link that breaks often gets on all the same. */
const steadyAfterParts = 8;
const outageMs = 60_000;
/** An event without an answer for so long goes before any picture. */
const eventWaitsMs = 200;
/** At stop: how long the last rows and the goodbye may take. */
const stopWithinMs = 1_500;
/** Answers to commands that the broker has not acknowledged; beyond it commands get none. */
const answersInFlightMax = 32;

export class Uplink {
  readonly #options: UplinkOptions;
  readonly #stopping = new AbortController();
  readonly #commandRate = new CommandRate();
  #drain: Drain | undefined;
  #sender: EvidenceSender | undefined;
  #isSteady = false;
  #connection: BrokerConnection | undefined;
  #running: Promise<void> = Promise.resolve();
  #state: UplinkState = { state: "connecting", detail: "" };
  #connectionCount = 0;
  #answersInFlight = 0;
  #offlineSinceMonoMs = 0;

  constructor(options: UplinkOptions) {
    this.#options = options;
  }

  get state(): UplinkState {
    const heldBecause = this.#drain?.heldBecause;
    if (heldBecause === undefined || this.#state.state !== "online") return this.#state;
    return { state: "held", detail: heldBecause };
  }

  get isConnected(): boolean {
    return this.#state.state === "online";
  }

  start(): void {
    this.#offlineSinceMonoMs = this.#options.clock.monoMs();
    this.#running = this.#run();
  }

  /** The store has a new row. */
  wake(): void {
    this.#drain?.wake();
    this.#sender?.wake();
  }

  /** True when the broker took it; false when there is no connection or it went meanwhile. */
  async publishLive(
    topic: "health" | "counts",
    message: Readonly<Record<string, unknown>>,
    { retain }: { readonly retain: boolean },
  ): Promise<boolean> {
    const connection = this.#connection;
    if (connection === undefined) return false;
    try {
      const reasonCode = await connection.publish(
        topicOf(this.#options.address, topic),
        json(message),
        { retain, contentType: "application/json" },
      );
      return reasonCode < 0x80;
    } catch {
      return false; // The connection's end is handled where it is awaited.
    }
  }

  /** Says "stopped" to the hub when connected, and ends within two seconds. */
  async stop(): Promise<void> {
    const { clock } = this.#options;
    const connection = this.#connection;
    if (connection !== undefined) {
      await Promise.race([
        this.#publishStatus(connection, false, "stopped").catch(() => {}),
        // Ended below: a timer that is left would keep the process alive.
        clock.sleep(stopWithinMs, this.#stopping.signal).catch(() => {}),
      ]);
    }
    this.#stopping.abort(new AgentError("UPLINK_REFUSED", "the agent stops", "Nothing to do."));
    await connection?.end();
    await this.#running;
    this.#tell({ state: "stopped", detail: "" });
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    const { signal } = this.#stopping;
    const backoff = new Backoff({
      delayMsMin: retryDelayMsMin,
      delayMsMax: retryDelayMsMax,
      random,
    });
    while (!signal.aborted) {
      const startedMonoMs = clock.monoMs();
      try {
        await this.#connectOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#tell(stateOf(error));
      }
      if (this.#isSteady || clock.monoMs() - startedMonoMs > steadyAfterMs) backoff.reset();
      await clock.sleep(backoff.nextDelayMs(), signal).catch(() => {});
    }
  }

  /** One connection from beginning to end; rejects with why it ended. */
  async #connectOnce(signal: AbortSignal): Promise<void> {
    const { address, connect, clock, statusMessage, startJitterMs, random } = this.#options;
    const connection = await connect({
      will: {
        topic: topicOf(address, "status"),
        payload: json(statusMessage(false, "connection-lost")),
      },
      onMessage: (topic, payload) => void this.#onMessage(topic, payload),
      signal,
    });
    this.#connection = connection;
    const outage = clock.monoMs() - this.#offlineSinceMonoMs;
    const session = new AbortController();
    const ended = connection.closed.then((why) => {
      session.abort();
      throw new BrokerError("lost", `the connection was lost: ${why}`, "Nothing: it is retried.");
    });
    ended.catch(() => {}); // Awaited below; an early end must not count as unhandled.
    try {
      const reason = this.#connectionCount === 0 ? "started" : "reconnected";
      await Promise.race([this.#greet(connection, reason), ended]);
      this.#connectionCount += 1;
      this.#tell({ state: "online", detail: `MQTT ${connection.protocol}` });
      if (outage > outageMs && this.#connectionCount > 1) {
        await Promise.race([clock.sleep(random() * startJitterMs, signal).catch(() => {}), ended]);
      }
      const both = AbortSignal.any([signal, session.signal]);
      await Promise.race([this.#drainInto(connection, both), ended]);
    } finally {
      this.#isSteady = (this.#sender?.answeredCount ?? 0) >= steadyAfterParts;
      this.#drain = undefined;
      this.#sender = undefined;
      this.#connection = undefined;
      this.#offlineSinceMonoMs = clock.monoMs();
      if (!signal.aborted) await connection.end();
    }
  }

  async #greet(connection: BrokerConnection, reason: StatusMessage["reason"]): Promise<void> {
    await connection.subscribe(topicOf(this.#options.address, "command"));
    await this.#publishStatus(connection, true, reason);
  }

  async #publishStatus(
    connection: BrokerConnection,
    online: boolean,
    reason: StatusMessage["reason"],
  ): Promise<void> {
    const { address, statusMessage } = this.#options;
    await connection.publish(topicOf(address, "status"), json(statusMessage(online, reason)), {
      retain: true,
      contentType: "application/json",
    });
  }

  async #drainInto(connection: BrokerConnection, signal: AbortSignal): Promise<void> {
    const { address, store, clock, drainPerSecondMax, waitsForHub, evidence } = this.#options;
    const { onHeld, onFlowing, onParked, onSent } = this.#options;
    const { receiveMaximum } = connection;
    const share = evidence === undefined ? 0 : evidenceShareOf(receiveMaximum);
    const drain = new Drain({
      connection: {
        publish: (...message) => connection.publish(...message),
        receiveMaximum: receiveMaximum - share,
      },
      store,
      clock,
      topic: topicOf(address, "event"),
      perSecondMax: drainPerSecondMax,
      waitsForHub,
      onHeld,
      onFlowing,
      onParked,
      // What stands behind this event may go now.
      onSent: (entry, ageMs) => {
        onSent(entry, ageMs);
        this.#sender?.wake();
      },
    });
    this.#drain = drain;
    if (evidence !== undefined) {
      const mustGiveWay = () =>
        drain.heldBecause !== undefined || drain.oldestUnansweredMs > eventWaitsMs;
      const parts = { connection, address, clock, waitsForHub, mustGiveWay };
      this.#sender = new EvidenceSender({ ...evidence, ...parts });
    }
    await Promise.all([drain.run(signal), this.#sender?.run(signal)]);
  }

  async #onMessage(topic: string, payload: Uint8Array): Promise<void> {
    const { address, clock, doers } = this.#options;
    if (topic !== topicOf(address, "command")) return;
    const answer = await answerCommand(payload, {
      address,
      nowMs: clock.wallMs(),
      mayObey: () => this.#commandRate.take(clock.monoMs()),
      mayPicture: () => this.#commandRate.takePicture(clock.monoMs()),
      doers: {
        ...doers,
        acknowledge: async (events) => {
          await this.#drain?.acknowledged(events);
        },
        acknowledgeEvidence: async (files) => {
          await this.#sender?.acknowledged(files);
        },
      },
    });
    const connection = this.#connection;
    if (answer === undefined || connection === undefined) return;
    // Whoever asks faster than answers are taken asks again when it hears nothing.
    if (this.#answersInFlight >= answersInFlightMax) return;
    this.#answersInFlight += 1;
    await connection
      .publish(topicOf(address, "result"), json(answer), { contentType: "application/json" })
      .catch(() => {}); // The hub asks again when it hears nothing.
    this.#answersInFlight -= 1;
  }

  /** One call a change: the same failure again is a retry, not news. */
  #tell(next: UplinkState): void {
    const isSame = next.state === this.#state.state && next.failure === this.#state.failure;
    this.#state = next;
    if (!isSame) this.#options.onState(next);
  }
}

function stateOf(error: unknown): UplinkState {
  if (error instanceof BrokerError) {
    return {
      state: "failed",
      failure: error.failure,
      detail: error.message,
      remedy: error.remedy,
    };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { state: "failed", failure: "lost", detail };
}

function json(message: Readonly<Record<string, unknown>>): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}
