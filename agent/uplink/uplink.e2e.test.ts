/**
 * The uplink against real brokers: mosquitto with every way to log in, and aedes.
 *
 * Goal: the right login delivers, and each wrong one is told once, in one line that says what to
 * do, with the retries bounded by the back-off.
 */
import { readFile } from "node:fs/promises";
import mqtt from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "../../test-fixtures/certificates.ts";
import { freePort } from "../../test-fixtures/free-port.ts";
import { type MosquittoOptions, startMosquitto } from "../../test-fixtures/mosquitto.ts";
import {
  drained,
  makeTestUplink,
  testAddress,
  testEvent,
} from "../../test-fixtures/test-uplink.ts";
import { startEmbeddedBroker } from "../hub/embedded-broker.ts";
import { systemClock } from "../runtime/clock.ts";
import type { MqttSettings } from "./mqtt-settings.ts";
import { topicOf } from "./topics.ts";

let certificates: Certificates;

beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => certificates.remove());

/** A hub that only remembers what comes; `until` resolves when so many events have come. */
async function listen(url: string, options: mqtt.IClientOptions = {}) {
  const client = await mqtt.connectAsync(url, { clientId: "listener", ...options });
  const ids: string[] = [];
  const statuses: { online: boolean; reason: string }[] = [];
  let onEvent = () => {};
  client.on("message", (topic, payload) => {
    const message = JSON.parse(payload.toString());
    if (topic.endsWith("/event")) ids.push(message.id);
    if (topic.endsWith("/status")) statuses.push(message);
    onEvent();
  });
  await client.subscribeAsync("kerbside/v1/#", { qos: 1 });
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      onEvent = () => ids.length >= count && resolve();
      onEvent();
    });
  return { client, ids, statuses, until };
}

interface WayIn {
  readonly name: string;
  readonly broker: () => MosquittoOptions;
  readonly settings: (port: number) => Partial<MqttSettings> & { readonly url: string };
  readonly detail: RegExp;
}

const users = { box: "secret", hub: "other" };

const waysIn: readonly WayIn[] = [
  {
    name: "MQTT 5 with a password",
    broker: () => ({ users }),
    settings: (port) => ({ url: `mqtt://127.0.0.1:${port}`, user: "box", password: "secret" }),
    detail: /MQTT 5/,
  },
  {
    name: "MQTT 3.1.1 with a password",
    broker: () => ({ users }),
    settings: (port) => ({
      url: `mqtt://127.0.0.1:${port}`,
      user: "box",
      password: "secret",
      protocol: "3.1.1",
    }),
    detail: /MQTT 3\.1\.1/,
  },
  {
    name: "TLS with a password",
    broker: () => ({ users, tls: certificates.server }),
    settings: (port) => ({
      url: `mqtts://localhost:${port}`,
      user: "box",
      password: "secret",
      caFile: certificates.caFile,
    }),
    detail: /MQTT 5/,
  },
  {
    name: "TLS with a client certificate",
    broker: () => ({ tls: certificates.server, clientCaFile: certificates.caFile }),
    settings: (port) => ({
      url: `mqtts://localhost:${port}`,
      caFile: certificates.caFile,
      certificateFile: certificates.client.certFile,
      keyFile: certificates.client.keyFile,
    }),
    detail: /MQTT 5/,
  },
];

for (const { name, broker, settings, detail } of waysIn) {
  test(`delivers: ${name}`, async () => {
    const mosquitto = await startMosquitto(broker());
    const { uplink, store, states, reached } = makeTestUplink(settings(mosquitto.port));
    await store.appendEvent(testEvent("one"), Date.now());
    await store.appendEvent(testEvent("two"), Date.now());
    const own = settings(mosquitto.port);
    const listener = await listen(own.url, {
      ...(own.user === undefined ? {} : { username: "hub", password: "other" }),
      ...(own.caFile === undefined ? {} : { ca: await readFile(own.caFile) }),
      ...(own.certificateFile === undefined || own.keyFile === undefined
        ? {}
        : { cert: await readFile(own.certificateFile), key: await readFile(own.keyFile) }),
    });
    uplink.start();
    await reached("online");
    await listener.until(2);
    await drained(store);
    await uplink.stop();
    expect(states.map(({ state }) => state)).toEqual(["online", "stopped"]);
    expect(states[0]?.detail).toMatch(detail);
    expect(listener.ids).toEqual(["one", "two"]);
    await listener.client.endAsync();
    await mosquitto.stop();
  });
}

interface WrongWay extends Omit<WayIn, "detail"> {
  readonly failure: string;
  readonly line: RegExp;
}

const wrongWays: readonly WrongWay[] = [
  {
    name: "wrong password",
    broker: () => ({ users }),
    settings: (port) => ({ url: `mqtt://127.0.0.1:${port}`, user: "box", password: "hunter2" }),
    failure: "not-authorised",
    line: /^the broker at 127\.0\.0\.1:\d+ does not let this device in \(user box\)$/,
  },
  {
    name: "wrong password over MQTT 3.1.1",
    broker: () => ({ users }),
    settings: (port) => ({
      url: `mqtt://127.0.0.1:${port}`,
      user: "box",
      password: "hunter2",
      protocol: "3.1.1",
    }),
    failure: "not-authorised",
    line: /does not let this device in \(user box\)$/,
  },
  {
    name: "a certificate of an unknown authority",
    broker: () => ({ tls: certificates.server }),
    settings: (port) => ({
      url: `mqtts://localhost:${port}`,
      caFile: certificates.otherCaFile,
    }),
    failure: "certificate",
    line: /is not signed by an authority that this box trusts/,
  },
  {
    name: "a certificate for another name",
    broker: () => ({ tls: certificates.wrongName }),
    settings: (port) => ({ url: `mqtts://localhost:${port}`, caFile: certificates.caFile }),
    failure: "certificate",
    line: /^the broker's certificate is not for localhost$/,
  },
  {
    name: "a certificate that has expired",
    broker: () => ({ tls: certificates.expired }),
    settings: (port) => ({ url: `mqtts://localhost:${port}`, caFile: certificates.caFile }),
    failure: "certificate",
    line: /^the certificate of localhost:\d+ has expired$/,
  },
  {
    name: "a client certificate that the broker does not know",
    broker: () => ({ tls: certificates.server, clientCaFile: certificates.caFile }),
    settings: (port) => ({
      url: `mqtts://localhost:${port}`,
      caFile: certificates.caFile,
      certificateFile: certificates.strangeClient.certFile,
      keyFile: certificates.strangeClient.keyFile,
    }),
    failure: "client-certificate",
    line: /does not accept this box's certificate/,
  },
  {
    name: "TLS spoken to a plain port",
    broker: () => ({}),
    settings: (port) => ({ url: `mqtts://localhost:${port}`, caFile: certificates.caFile }),
    failure: "lost",
    line: /^localhost:\d+ ends the connection before MQTT begins \(\w+\)$/,
  },
];

for (const { name, broker, settings, failure, line } of wrongWays) {
  test.concurrent(`one clear line, no busy loop: ${name}`, async () => {
    const mosquitto = await startMosquitto(broker());
    const { uplink, states, reached, attempts } = makeTestUplink(settings(mosquitto.port));
    uplink.start();
    await reached("failed");
    await systemClock.sleep(2_500); // Real sockets: two or three retries happen meanwhile.
    await uplink.stop();
    await mosquitto.stop();
    const [state, ...rest] = states;
    expect(state).toMatchObject({ state: "failed", failure });
    expect(state?.detail).toMatch(line);
    expect(state?.remedy).toBeTruthy();
    expect(JSON.stringify(states)).not.toContain("hunter2");
    expect(rest.map((next) => next.state)).toEqual(["stopped"]);
    expect(attempts()).toBeLessThanOrEqual(4);
  });
}

test("one clear line: a host that does not exist, a port that nobody listens on", async () => {
  const nowhere = makeTestUplink({ url: "mqtt://no-such-host.invalid:1883" });
  nowhere.uplink.start();
  await nowhere.reached("failed");
  await nowhere.uplink.stop();
  expect(nowhere.states[0]).toMatchObject({
    failure: "host-unknown",
    detail: "no host has the name no-such-host.invalid",
  });
  const closed = makeTestUplink({ url: `mqtt://127.0.0.1:${await freePort()}` });
  closed.uplink.start();
  await closed.reached("failed");
  await closed.uplink.stop();
  expect(closed.states[0]?.detail).toMatch(/^nothing listens at 127\.0\.0\.1:\d+$/);
});

test("a broker that knows no MQTT 5 is spoken to in 3.1.1", async () => {
  const broker = await startEmbeddedBroker();
  const listener = await listen(broker.url);
  const { uplink, store, states } = makeTestUplink({ url: broker.url });
  await store.appendEvent(testEvent("one"), Date.now());
  uplink.start();
  await listener.until(1);
  await uplink.stop();
  expect(states[0]?.detail).toBe("MQTT 3.1.1");
  await listener.client.endAsync();
  await broker.stop();
});

test("events wait while the broker is away, go in order when it is back, and the will says offline", async () => {
  const mosquitto = await startMosquitto({ persistence: true });
  const { uplink, store, states, reached } = makeTestUplink({ url: mosquitto.url });
  uplink.start();
  await reached("online");
  await mosquitto.kill();
  await reached("failed");
  for (let n = 1; n <= 30; n++) await store.appendEvent(testEvent(`event ${n}`), Date.now());
  await mosquitto.restart();
  const listener = await listen(mosquitto.url);
  uplink.wake();
  await listener.until(30);
  await drained(store);
  expect(listener.ids).toEqual(Array.from({ length: 30 }, (_, index) => `event ${index + 1}`));
  expect(states.map(({ state }) => state)).toEqual(["online", "failed", "online"]);
  await uplink.stop();
  expect(listener.statuses.at(-1)).toMatchObject({ online: false, reason: "stopped" });
  await listener.client.endAsync();
  await mosquitto.stop();
});

test("mosquitto says that nobody listens: the row is kept until somebody does", async () => {
  const mosquitto = await startMosquitto();
  const { uplink, store, reached } = makeTestUplink({ url: mosquitto.url });
  await store.appendEvent(testEvent("one"), Date.now());
  uplink.start();
  await reached("online");
  await systemClock.sleep(300);
  expect((await store.outboxStats()).waitingCount).toBe(1);
  const listener = await listen(mosquitto.url);
  await listener.until(1);
  await drained(store);
  await uplink.stop();
  await listener.client.endAsync();
  await mosquitto.stop();
});

test("with acknowledgement, a real hub's word on the command topic empties the outbox", async () => {
  const mosquitto = await startMosquitto();
  const listener = await listen(mosquitto.url);
  const { uplink, store } = makeTestUplink({ url: mosquitto.url }, { waitsForHub: true });
  await store.appendEvent(testEvent("one"), Date.now());
  uplink.start();
  await listener.until(1);
  expect((await store.outboxStats()).waitingCount).toBe(1);
  await listener.client.publishAsync(
    topicOf(testAddress, "command"),
    JSON.stringify({
      command: "acknowledge",
      id: "a1",
      events: [{ id: "one", outcome: "accepted" }],
    }),
    { qos: 1 },
  );
  await drained(store);
  await uplink.stop();
  await listener.client.endAsync();
  await mosquitto.stop();
});
