/**
 * The agent's uplink alone, over real sockets: with a store in memory and a record of all it says.
 */
import { type Clock, systemClock } from "../agent/runtime/clock.ts";
import { MemoryStore } from "../agent/store/memory-store.ts";
import type { EvidenceSending } from "../agent/uplink/evidence-sender.ts";
import type { StatusMessage } from "../agent/uplink/messages.ts";
import { mqttConnect } from "../agent/uplink/mqtt-connection.ts";
import type { MqttSettings } from "../agent/uplink/mqtt-settings.ts";
import { Uplink, type UplinkState } from "../agent/uplink/uplink.ts";

export const testAddress = { division: "445102", device: "box" };

export interface TestUplink {
  readonly uplink: Uplink;
  readonly store: MemoryStore;
  /** In the order in which they were told. */
  readonly states: readonly UplinkState[];
  /** What else was told: `held …`, `flowing`, `parked …`. */
  readonly told: readonly string[];
  /** Commands that were obeyed. */
  readonly obeyed: readonly string[];
  /** That state is the last, or comes. */
  readonly reached: (state: UplinkState["state"]) => Promise<void>;
  readonly attempts: () => number;
}

/** `pace`: how many times as fast its own waits are; sockets keep their time. */
export function makeTestUplink(
  settings: Partial<MqttSettings> & { readonly url: string },
  {
    waitsForHub = false,
    pace = 1,
    store = new MemoryStore(),
    evidence,
    publicKey = null,
    onSent = () => {},
    onState = () => {},
  }: {
    readonly waitsForHub?: boolean;
    readonly pace?: number;
    readonly store?: MemoryStore;
    readonly evidence?: EvidenceSending;
    readonly publicKey?: string | null;
    readonly onSent?: (eventId: string) => void;
    readonly onState?: (state: UplinkState) => void;
  } = {},
): TestUplink {
  const states: UplinkState[] = [];
  const told: string[] = [];
  const obeyed: string[] = [];
  let attemptCount = 0;
  const connect = mqttConnect({
    protocol: "auto",
    keepAliveSeconds: 30,
    connectTimeoutMs: 15_000,
    clientId: "kerbside-445102-box",
    ...settings,
  });
  const waiters: { readonly state: UplinkState["state"]; readonly resolve: () => void }[] = [];
  const uplink = new Uplink({
    address: testAddress,
    connect: (request) => {
      attemptCount += 1;
      return connect(request);
    },
    store,
    clock: fastClock(pace),
    drainPerSecondMax: 100,
    waitsForHub,
    startJitterMs: 0,
    random: () => 0,
    statusMessage: (online, reason) => ({ ...status(online, reason), publicKey }),
    ...(evidence === undefined ? {} : { evidence }),
    doers: {
      testEvent: async (note) => {
        obeyed.push(`test-event ${note}`);
      },
      verdict: async ({ id }) => {
        obeyed.push(`verdict ${id}`);
        return { outcome: "accepted", reason: "" };
      },
      noteCases: () => {},
    },
    onState: (state) => {
      states.push(state);
      onState(state);
      for (const waiter of waiters) if (waiter.state === state.state) waiter.resolve();
    },
    onHeld: (reason, detail) => told.push(`held ${reason}: ${detail}`),
    onFlowing: () => told.push("flowing"),
    onParked: ({ sequence }, why) => told.push(`parked ${sequence}: ${why}`),
    onSent: ({ eventId }) => onSent(eventId),
  });
  const reached = (state: UplinkState["state"]) =>
    new Promise<void>((resolve) => {
      if (states.at(-1)?.state === state) resolve();
      waiters.push({ state, resolve });
    });
  return { uplink, store, states, told, obeyed, reached, attempts: () => attemptCount };
}

export function testEvent(id: string): Record<string, unknown> {
  return {
    specversion: "1.0",
    id,
    source: "/kerbside/445102/box",
    type: "city.kerbside.test.v1",
    time: "2026-01-05T00:00:00.000+08:00",
    datacontenttype: "application/json",
    data: { requestedBy: "test", note: "" },
  };
}

/** Until nothing waits. */
export async function drained(store: MemoryStore): Promise<void> {
  while ((await store.outboxStats()).waitingCount > 0) await systemClock.sleep(10);
}

function fastClock(pace: number): Clock {
  return {
    wallMs: () => systemClock.wallMs(),
    monoMs: () => systemClock.monoMs() * pace,
    sleep: (ms, signal) => systemClock.sleep(ms / pace, signal),
    after: (ms, callback) => systemClock.after(ms / pace, callback),
  };
}

function status(online: boolean, reason: StatusMessage["reason"]): StatusMessage {
  return {
    source: "/kerbside/445102/box",
    online,
    at: "2026-01-05T00:00:00.000+08:00",
    reason,
    versions: { agent: "0", node: "24" },
    configuration: "0",
    publicKey: null,
    cameras: 0,
  };
}
