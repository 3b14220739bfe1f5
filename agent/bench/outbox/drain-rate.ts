/**
 * How fast waiting rows leave: the agent's own drain from its store into a broker, and bare
 * publishes of the same bytes with as many in flight.
 */
import { connectAsync, type MqttClient } from "mqtt";
import { systemClock } from "../../runtime/clock.ts";
import type { Store } from "../../store/store.ts";
import type { BrokerConnection } from "../../uplink/broker-connection.ts";
import { Drain } from "../../uplink/drain.ts";
import { mqttConnect } from "../../uplink/mqtt-connection.ts";

const topic = "kerbside/v1/445102/bench/event";
/** As many as the drain has in flight where the broker takes them. */
const windowMax = 32;
/** In place of the configured bound on the rate. */
const perSecondMax = 1e6;

export class DrainUnderTest {
  readonly #connection: BrokerConnection;
  readonly #store: Store;

  private constructor(connection: BrokerConnection, store: Store) {
    this.#connection = connection;
    this.#store = store;
  }

  static async open(url: string, store: Store, signal: AbortSignal): Promise<DrainUnderTest> {
    const connect = mqttConnect({
      url,
      protocol: "auto",
      keepAliveSeconds: 60,
      connectTimeoutMs: 10_000,
      clientId: "kerbside-bench-drain",
    });
    const will = { topic: "kerbside/v1/445102/bench/status", payload: Buffer.from("{}") };
    const connection = await connect({ will, onMessage: () => undefined, signal });
    return new DrainUnderTest(connection, store);
  }

  /** How many messages the broker lets be in flight. */
  get window(): number {
    return Math.min(windowMax, this.#connection.receiveMaximum);
  }

  /** Until the store has nothing left that waits; returns the rows that left. */
  async empty(signal: AbortSignal): Promise<number> {
    const { waitingCount } = await this.#store.outboxStats();
    if (waitingCount === 0) return 0;
    const done = Promise.withResolvers<void>();
    const stopping = new AbortController();
    let leftCount = 0;
    const drain = new Drain({
      connection: this.#connection,
      store: this.#store,
      clock: systemClock,
      topic,
      perSecondMax,
      waitsForHub: false,
      onHeld: (reason, detail) => done.reject(new Error(`the drain stands: ${reason}, ${detail}`)),
      onFlowing: () => undefined,
      onParked: (_, why) => done.reject(new Error(`an event was refused: ${why}`)),
      onSent: () => {
        leftCount += 1;
        if (leftCount === waitingCount) done.resolve();
      },
    });
    const abort = (): void => done.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const running = drain.run(stopping.signal).catch(done.reject);
    try {
      await done.promise;
      return leftCount;
    } finally {
      signal.removeEventListener("abort", abort);
      stopping.abort();
      await running;
    }
  }

  async close(): Promise<void> {
    await this.#connection.end();
  }
}

export class BarePublisher {
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  static async open(url: string): Promise<BarePublisher> {
    return new BarePublisher(await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 }));
  }

  /** All of them, each acknowledged by the broker. */
  async publish(payloads: readonly Uint8Array[], window: number): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let payload = payloads[next++]; payload !== undefined; payload = payloads[next++]) {
        await this.#client.publishAsync(topic, Buffer.from(payload), { qos: 1 });
      }
    };
    await Promise.all(Array.from({ length: window }, lane));
  }

  close(): void {
    this.#client.end(true);
  }
}
