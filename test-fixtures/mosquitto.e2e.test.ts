/** Goal: the broker fixture is what its options say. Method: mqtt as client, once an option. */
import { readFile } from "node:fs/promises";
import { connectAsync, type IClientOptions } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { type Mosquitto, type MosquittoOptions, startMosquitto } from "./mosquitto.ts";

const started: Mosquitto[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((broker) => broker.stop()));
});

async function broker(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const mosquitto = await startMosquitto(options);
  started.push(mosquitto);
  return mosquitto;
}

const once: IClientOptions = { reconnectPeriod: 0, connectTimeout: 5_000, protocolVersion: 5 };

async function connects(url: string, options: IClientOptions = {}): Promise<void> {
  const client = await connectAsync(url, { ...once, ...options });
  await client.endAsync();
}

test("users need their password", async () => {
  const { url } = await broker({ users: { box: "secret" } });
  await connects(url, { username: "box", password: "secret" });
  await expect(connects(url, { username: "box", password: "wrong" })).rejects.toThrow(
    /not authorized/i,
  );
  await expect(connects(url)).rejects.toThrow(/not authorized/i);
});

test("with persistence a retained message survives a restart, on the same port", async () => {
  const mosquitto = await broker({ persistence: true });
  const before = await connectAsync(mosquitto.url, once);
  await before.publishAsync("a", "kept", { qos: 1, retain: true });
  await before.endAsync();
  await mosquitto.restart();
  const after = await connectAsync(mosquitto.url, once);
  const message = new Promise<string>((resolve) => {
    after.once("message", (_, payload) => resolve(payload.toString()));
  });
  await after.subscribeAsync("a");
  expect(await message).toBe("kept");
  await after.endAsync();
});

test("killed, it is away; started again, it is back", async () => {
  const mosquitto = await broker();
  await mosquitto.kill();
  await expect(connects(mosquitto.url)).rejects.toThrow(/ECONNREFUSED/);
  await mosquitto.restart();
  await connects(mosquitto.url);
  expect(mosquitto.log()).toContain("running");
});

describe("over TLS", () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterAll(() => certificates.remove());

  test("the certificate must be of the CA, for this name, and not past its end", async () => {
    const ca = await readFile(certificates.caFile);
    const otherCa = await readFile(certificates.otherCaFile);
    const right = await broker({ tls: certificates.server });
    await connects(right.url, { ca });
    await expect(connects(right.url, { ca: otherCa })).rejects.toThrow(/certificate/);
    const wrongName = await broker({ tls: certificates.wrongName });
    await expect(connects(wrongName.url, { ca })).rejects.toThrow(/altnames/);
    const expired = await broker({ tls: certificates.expired });
    await expect(connects(expired.url, { ca })).rejects.toThrow(/expired/);
  });

  test("a client must show a certificate of the CA where that is asked for", async () => {
    const ca = await readFile(certificates.caFile);
    const tls = certificates.server;
    const { url } = await broker({ tls, clientCaFile: certificates.caFile });
    await connects(url, { ca, ...(await certificates.read(certificates.client)) });
    const strange = await certificates.read(certificates.strangeClient);
    await expect(connects(url, { ca, ...strange })).rejects.toThrow(/alert|closed/i);
    await expect(connects(url, { ca })).rejects.toThrow(/alert|closed/i);
  });
});
