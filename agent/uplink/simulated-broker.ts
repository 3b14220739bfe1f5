/**
 * A broker for tests: answers what it is told to, remembers what it was handed, never sleeps.
 *
 * The same shape as a real connection, so the drain and the uplink run against it unchanged.
 */
import type { BrokerConnection } from "./broker-connection.ts";

export interface Handed {
  readonly topic: string;
  readonly text: string;
}

export class SimulatedConnection implements BrokerConnection {
  readonly protocol = "5";
  readonly receiveMaximum: number;
  readonly closed: Promise<string>;
  readonly handed: Handed[] = [];
  readonly subscribed: string[] = [];
  /** What the next publishes get; then 0. `lose` ends the connection before the answer. */
  readonly script: (number | "lose" | "silent")[] = [];
  #close: (why: string) => void = () => {};
  #reject: (error: Error) => void = () => {};
  readonly #gone: Promise<never>;

  constructor({ receiveMaximum = 20 }: { readonly receiveMaximum?: number } = {}) {
    this.receiveMaximum = receiveMaximum;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    this.#gone = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    this.#gone.catch(() => {}); // Only those who publish want to know.
  }

  async publish(topic: string, payload: Uint8Array): Promise<number> {
    this.handed.push({ topic, text: Buffer.from(payload).toString("utf8") });
    const answer = this.script.shift() ?? 0;
    if (answer === "lose") this.lose("cut");
    if (typeof answer === "number") return answer;
    return this.#gone;
  }

  async subscribe(topic: string): Promise<void> {
    this.subscribed.push(topic);
  }

  async end(): Promise<void> {
    this.lose("ended");
  }

  lose(why: string): void {
    this.#close(why);
    this.#reject(new Error(why));
  }
}
