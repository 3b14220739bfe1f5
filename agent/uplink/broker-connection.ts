/**
 * One connection with one broker, as the uplink sees it: it works until it is closed, then a new
 * one is made. Nothing is queued, replayed or reconnected behind our back.
 */
export interface PublishOptions {
  readonly retain?: boolean;
  readonly contentType?: string;
  /** Seconds after which the broker may drop it (MQTT 5). Never on events. */
  readonly expirySeconds?: number;
  /** MQTT 5 alone. */
  readonly userProperties?: Readonly<Record<string, string>>;
  /** No text in UTF-8. */
  readonly isBinary?: boolean;
}

export interface BrokerConnection {
  readonly protocol: "5" | "3.1.1";
  /** How many QoS 1 messages the broker takes unacknowledged. */
  readonly receiveMaximum: number;
  /**
   * Resolves with the PUBACK's reason code (0 on 3.1.1); rejects when the connection is lost. The
   * payload is given away: nobody reads it afterwards.
   */
  publish(topic: string, payload: Uint8Array, options?: PublishOptions): Promise<number>;
  subscribe(topic: string): Promise<void>;
  /** Settles once, with a sentence why. */
  readonly closed: Promise<string>;
  /** Says goodbye (no last will) within a second or two. */
  end(): Promise<void>;
}

export const brokerFailures = [
  "refused",
  "host-unknown",
  "timeout",
  "certificate",
  "client-certificate",
  "password",
  "not-authorised",
  "protocol",
  "lost",
] as const;
export type BrokerFailure = (typeof brokerFailures)[number];

/** Why no connection came about: the state that is logged once, with what to do. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  readonly failure: BrokerFailure;
  readonly remedy: string;

  constructor(failure: BrokerFailure, message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
    this.remedy = remedy;
  }

  /** The broker itself gave this reason; false: it is what its silence may mean. */
  get isSaid(): boolean {
    const code = (this.cause as { readonly code?: unknown } | undefined)?.code;
    return typeof code === "number";
  }
}

/** Makes one attempt. Injected, so that the uplink's logic runs against a simulated broker too. */
export type Connect = (request: {
  readonly will: { readonly topic: string; readonly payload: Uint8Array };
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  readonly signal: AbortSignal;
}) => Promise<BrokerConnection>;
