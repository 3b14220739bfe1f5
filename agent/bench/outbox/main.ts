/**
 * The far side of the outbox's benchmark as a process of its own: a broker and somebody who
 * listens, so that neither is counted as ours and events are taken (nobody listening holds them).
 */
import { connectAsync } from "mqtt";
import { startMosquitto } from "../../../test-fixtures/mosquitto.ts";
import { startEmbeddedBroker } from "../../hub/embedded-broker.ts";
import type { FarSideFailed, FarSideReady } from "./far-side-messages.ts";

/** Its own log of every message would cost more than the messages. */
const quiet = ["log_type none", "log_type information"];

async function main(): Promise<void> {
  const { stop, ...ready } = await startBroker();
  const listener = await connectAsync(ready.url, { protocolVersion: 4, reconnectPeriod: 0 });
  await listener.subscribeAsync("#", { qos: 0 });
  process.on("disconnect", () => {
    listener.end(true);
    void stop().finally(() => process.exit(0));
  });
  process.send?.(ready);
}

async function startBroker(): Promise<FarSideReady & { readonly stop: () => Promise<void> }> {
  try {
    const broker = await startMosquitto({ extra: quiet });
    return { url: broker.url, broker: "mosquitto", stop: () => broker.stop() };
  } catch {
    const broker = await startEmbeddedBroker();
    return { url: broker.url, broker: "aedes", stop: () => broker.stop() };
  }
}

try {
  await main();
} catch (error) {
  const failure = error instanceof Error ? error.message : String(error);
  process.send?.({ failure } satisfies FarSideFailed, () => process.exit(1));
}
