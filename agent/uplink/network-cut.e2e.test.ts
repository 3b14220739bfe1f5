/**
 * The network between box and broker goes without a word, comes back, and loses packets.
 *
 * Method: mosquitto in a network namespace behind a virtual cable, a listener beside it; the uplink
 * on this side. Skipped where this machine lets nobody cut networks.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import {
  type BrokerBehindCable,
  mayCutNetworks,
  startBrokerBehindCable,
} from "../../test-fixtures/broker-behind-cable.ts";
import { drained, makeTestUplink, testEvent } from "../../test-fixtures/test-uplink.ts";
import { systemClock } from "../runtime/clock.ts";

const keepAliveSeconds = 2;
/** MQTT's own bound, and the first retry behind it. */
const noticedMsMax = 1_500 * keepAliveSeconds + 2_000;

test.skipIf(!mayCutNetworks())(
  "a cable that is cut, comes back and loses packets loses nothing, in order, and is noticed in time",
  async () => {
    const broker = await startBrokerBehindCable();
    const hub = await listenBeside(broker);
    const { uplink, store, states, reached } = makeTestUplink({
      url: broker.url,
      keepAliveSeconds,
    });
    const append = async (from: number, count: number): Promise<void> => {
      for (let n = from; n < from + count; n++) {
        await store.appendEvent(testEvent(`event ${n}`), Date.now());
        uplink.wake();
      }
    };
    try {
      uplink.start();
      await reached("online");
      await append(1, 20);
      await drained(store);

      // Half-open: no reset, no goodbye; the broker still thinks that it is connected.
      broker.setCable("down");
      const cutMonoMs = performance.now();
      await append(21, 20);
      await reached("failed");
      expect(performance.now() - cutMonoMs).toBeLessThan(noticedMsMax);
      broker.setCable("up");
      await drained(store);

      if (broker.loseEvery(20)) {
        await append(41, 20);
        await drained(store);
        broker.loseEvery(0);
      }
      expect(states.map(({ state }) => state).slice(0, 3)).toEqual(["online", "failed", "online"]);
      const { lastSequence } = await store.outboxStats();
      const want = Array.from({ length: lastSequence }, (_, index) => `event ${index + 1}`);
      await hub.until(lastSequence);
      expect([...new Set(hub.ids)]).toEqual(want);
    } finally {
      await uplink.stop();
      hub.stop();
      await broker.stop();
    }
  },
);

const listener = `
  const client = require("mqtt").connect("mqtt://127.0.0.1:1883", { protocolVersion: 5 });
  client.on("message", (_, payload) => console.log(payload.toString()));
  client.subscribe("kerbside/v1/+/+/event", { qos: 1 }, () => console.log("ready"));
`;

/** On the broker's side of the cable, so that a cut takes nothing from it. */
async function listenBeside(broker: BrokerBehindCable) {
  const [tool = "", ...args] = broker.inside([process.execPath, "-e", listener]);
  const child: ChildProcess = spawn(tool, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ids: string[] = [];
  if (child.stdout === null) throw new Error("the listener has no output");
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line === "ready") ready.resolve();
    else ids.push(JSON.parse(line).id);
  });
  await ready.promise;
  return {
    ids,
    until: async (count: number) => {
      for (let turn = 0; turn < 500 && new Set(ids).size < count; turn++)
        await systemClock.sleep(10);
    },
    stop: () => child.kill("SIGKILL"),
  };
}
