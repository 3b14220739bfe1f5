/**
 * The broker between a simulated box and its hub, with everything a link can do to a message.
 *
 * Order is kept within a connection, as MQTT says for QoS 1. Acknowledgements come late or are
 * lost with the connection; a half-open one takes all and answers nothing; a restart without
 * persistence forgets what the hub has not got yet (only where rows wait for the hub's own word,
 * because nobody else could notice).
 */
import type { AgentPorts } from "../../agent/agent-ports.ts";
import { type BrokerConnection, BrokerError } from "../../agent/uplink/broker-connection.ts";
import type { AgentRun } from "./agent-run.ts";
import type { Draws } from "./draws.ts";
import type { HubBook } from "./hub-book.ts";
import type { Mutant } from "./mutants.ts";
import { isIn, type WorldPlan } from "./plan.ts";
import type { StoreWatch } from "./store-watch.ts";
import type { Witness } from "./witness.ts";
import type { WorldTime } from "./world-time.ts";

const receiveMaximum = 20;
/** A client notices that nobody answers. */
const silentMsMax = 45_000;
const brokerQueueMax = 10_000;

interface Session {
  readonly run: AgentRun;
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  isOpen: boolean;
  isSubscribed: boolean;
  lose(why: string): void;
}

export class SimulatedBroker {
  readonly #plan: WorldPlan;
  readonly #time: WorldTime;
  readonly #witness: Witness;
  readonly #hub: HubBook;
  readonly #watch: StoreWatch;
  readonly #mutant: Mutant;
  readonly #draws: Draws;
  #session: Session | undefined;
  /** Accepted, not yet with the hub. A restart may forget it. */
  #toHub: { readonly text: string; readonly sequence: number; isGone: boolean }[] = [];
  #hubFreeAtMs = 0;
  /** For the box, while it is away. */
  readonly #toBox: string[] = [];

  constructor(
    plan: WorldPlan,
    parts: {
      readonly time: WorldTime;
      readonly witness: Witness;
      readonly hub: HubBook;
      readonly watch: StoreWatch;
      readonly mutant: Mutant;
      readonly draws: Draws;
    },
  ) {
    this.#plan = plan;
    this.#time = parts.time;
    this.#witness = parts.witness;
    this.#hub = parts.hub;
    this.#watch = parts.watch;
    this.#mutant = parts.mutant;
    this.#draws = parts.draws;
  }

  start(): void {
    const { away, halfOpen, restartsMs } = this.#plan.broker;
    const at = (atMs: number, happens: () => void) =>
      this.#time.after(atMs - this.#time.nowMs, happens);
    for (const { fromMs } of away) at(fromMs, () => this.#session?.lose("the broker went away"));
    for (const { fromMs, untilMs } of halfOpen) {
      at(fromMs, () => this.#witness.tell("broker: the connection is half-open"));
      at(Math.min(untilMs, fromMs + silentMsMax), () => this.#session?.lose("keep-alive time-out"));
    }
    for (const atMs of restartsMs) at(atMs, () => this.#restart());
    this.#hub.onCommand = (command) => this.#command(JSON.stringify(command));
  }

  /** The box's end of the connection is gone. */
  dropped(run: AgentRun): void {
    if (this.#session?.run === run) this.#session = undefined;
  }

  connectorFor(run: AgentRun): AgentPorts["connect"] {
    return () => async (request) => {
      await run.wait(this.#draws.between(5, 400), "connect");
      if (isIn(this.#plan.broker.away, this.#time.nowMs)) {
        throw new BrokerError("refused", "nobody listens there", "Wait.");
      }
      if (isIn(this.#plan.broker.halfOpen, this.#time.nowMs)) {
        await run.wait(10_000, "connect");
        throw new BrokerError("timeout", "no answer", "Wait.");
      }
      if (request.signal.aborted) throw new Error("stopped");
      this.#session?.lose("another connection took its place");
      const closed = Promise.withResolvers<string>();
      const gone = Promise.withResolvers<never>();
      gone.promise.catch(() => {});
      const session: Session = {
        run,
        onMessage: request.onMessage,
        isOpen: true,
        isSubscribed: false,
        lose: (why) => {
          if (!session.isOpen) return;
          session.isOpen = false;
          if (this.#session === session) this.#session = undefined;
          this.#witness.tell(`broker: connection lost, ${why}`);
          this.#time.after(this.#draws.between(1, 200), () => {
            if (!run.isAlive) return;
            closed.resolve(why);
            gone.reject(new Error(why));
          });
        },
      };
      this.#session = session;
      this.#witness.tell("broker: connected");
      return this.#connection(session, closed.promise, gone.promise);
    };
  }

  #connection(session: Session, closed: Promise<string>, gone: Promise<never>): BrokerConnection {
    let [inFlight, arrivesAtMs, answersAtMs] = [0, 0, 0];
    const { run } = session;
    return {
      protocol: "5",
      receiveMaximum,
      closed,
      publish: async (topic, payload) => {
        await run.call("publish");
        const isEvent = topic.endsWith("/event");
        const text = Buffer.from(payload).toString("utf8");
        if (isEvent) {
          inFlight += 1;
          this.#checkHanded(text, inFlight);
        }
        const taken = new Promise<number>((resolve) => {
          const now = this.#time.nowMs;
          arrivesAtMs = Math.max(arrivesAtMs, now + this.#draws.between(1, 60));
          this.#time.after(arrivesAtMs - now, () => {
            if (!session.isOpen || isIn(this.#plan.broker.halfOpen, this.#time.nowMs)) return;
            const reasonCode = this.#take(topic, text);
            if (this.#isLossy() && this.#draws.is(this.#plan.broker.acknowledgementLostRatio)) {
              this.#time.after(this.#draws.between(10, 5_000), () =>
                session.lose("an acknowledgement was lost with it"),
              );
              return;
            }
            const lateMs = this.#isLossy() ? this.#plan.broker.lateMsMax : 20;
            answersAtMs = Math.max(answersAtMs, this.#time.nowMs + this.#draws.between(1, lateMs));
            this.#time.after(answersAtMs - this.#time.nowMs, () => {
              run.count();
              if (session.isOpen && run.isAlive) resolve(reasonCode);
            });
          });
        });
        if (this.#mutant.trustsSilence && isEvent) return 0;
        try {
          return await Promise.race([taken, gone]);
        } finally {
          if (isEvent) inFlight -= 1;
        }
      },
      subscribe: async () => {
        await Promise.race([run.wait(this.#draws.between(1, 60), "subscribe"), gone]);
        session.isSubscribed = true;
        for (const text of this.#toBox.splice(0)) this.#deliver(text);
      },
      end: async () => {
        await run.call("end");
        session.lose("the box said goodbye");
        await closed;
      },
    };
  }

  #isLossy(): boolean {
    return this.#time.nowMs < this.#plan.calmFromMs;
  }

  #checkHanded(text: string, inFlight: number): void {
    const { id, type } = JSON.parse(text) as { id: string; type: string };
    const isNotice = type === "city.kerbside.dropped.v1";
    if (!isNotice && !this.#watch.writtenAtMs.has(id)) {
      this.#witness.breaks("nothing leaves before it is on disk", `${id} was handed over`);
    }
    if (inFlight > receiveMaximum) {
      this.#witness.breaks("no more in flight than the broker takes", `${inFlight} are`);
    }
  }

  #take(topic: string, text: string): number {
    if (topic.endsWith("/result")) this.#hub.result(text);
    if (!topic.endsWith("/event")) return 0;
    const { sequence: written, id } = JSON.parse(text) as { sequence: string; id: string };
    const sequence = Number(written);
    const { broker } = this.#plan;
    const refuse = (reasonCode: number) => {
      this.#hub.excused.add(sequence);
      this.#witness.tell(`broker: refuses ${sequence} with 0x${reasonCode.toString(16)}`);
      return reasonCode;
    };
    if (isIn(broker.nobodyListens, this.#time.nowMs)) return refuse(0x10);
    const refusing = broker.refusing.find((span) => isIn([span], this.#time.nowMs));
    if (refusing !== undefined) return refuse(refusing.reasonCode);
    if (isHated(id, broker.hatedRatio)) return refuse(0x99);
    this.#forward(text, sequence);
    if (this.#isLossy() && this.#draws.is(broker.doubledRatio)) this.#forward(text, sequence);
    return 0;
  }

  #forward(text: string, sequence: number): void {
    const message = { text, sequence, isGone: false };
    const lateMs = this.#isLossy() ? this.#draws.between(1, 500) : 5;
    this.#hubFreeAtMs = Math.max(this.#hubFreeAtMs, this.#time.nowMs + lateMs);
    this.#toHub.push(message);
    this.#time.after(this.#hubFreeAtMs - this.#time.nowMs, () => {
      if (message.isGone) return;
      this.#toHub = this.#toHub.filter((other) => other !== message);
      this.#hub.event(message.text);
    });
  }

  #restart(): void {
    this.#witness.tell("broker: restarts");
    this.#session?.lose("the broker restarts");
    if (!this.#plan.waitsForHub) return;
    for (const message of this.#toHub) {
      message.isGone = true;
      this.#hub.excused.add(message.sequence);
    }
    this.#toHub = [];
    this.#toBox.length = 0;
  }

  #command(text: string): void {
    if (this.#session?.isSubscribed === true) this.#deliver(text);
    else if (this.#toBox.length < brokerQueueMax) this.#toBox.push(text);
  }

  #deliver(text: string): void {
    const session = this.#session;
    if (session === undefined) return void this.#toBox.push(text);
    this.#time.after(this.#draws.between(1, 100), () => {
      session.run.count();
      if (!session.run.isAlive || !session.isOpen) return;
      if (isIn(this.#plan.broker.halfOpen, this.#time.nowMs)) return;
      const { division, device } = simulatedDevice;
      session.onMessage(`kerbside/v1/${division}/${device}/command`, Buffer.from(text));
    });
  }
}

export const simulatedDevice = { division: "445102", device: "sim-1" } as const;

/** Always the same rows, whenever they are tried; never a notice, which nobody could replace. */
function isHated(id: string, ratio: number): boolean {
  if (id.startsWith("dropped.")) return false;
  let value = 7;
  for (const byte of Buffer.from(id)) value = (value * 31 + byte) % 9_973;
  return value / 9_973 < ratio;
}
