/**
 * `kerbside hub` as people start it: a process of its own, with the small broker inside and with
 * mosquitto.
 *
 * Goal: what it prints, keeps, answers and ends with. The boxes are plain MQTT clients that send
 * the published examples and worse.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeCertificates } from "../../test-fixtures/certificates.ts";
import { freePort } from "../../test-fixtures/free-port.ts";
import { type MosquittoOptions, startMosquitto } from "../../test-fixtures/mosquitto.ts";
import {
  eventMessage,
  example,
  exampleMessage,
  type Message,
  violation,
} from "../hub/testing/box.ts";

const commandLine = join(import.meta.dirname, "main.ts");

let folder = "";
let undo: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerbside-hub-"));
  undo = [() => rm(folder, { recursive: true })];
});
afterEach(async () => {
  await Promise.all(undo.map((step) => step()));
});

class HubProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  out = "";
  err = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [commandLine, "hub", ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.out += chunk.toString();
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.err += chunk.toString();
    });
    this.#exit = once(this.#child, "close");
    undo.push(async () => {
      this.#child.kill("SIGKILL");
      await this.#exit;
    });
  }

  /** Waits for what it writes, on either stream. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (let attempt = 0; attempt < 400; attempt++) {
      const match = pattern.exec(this.out) ?? pattern.exec(this.err);
      if (match !== null) return match;
      await pause(25);
    }
    throw new Error(`the hub never said ${pattern}:\n${this.out}${this.err}`);
  }

  async listens(): Promise<string> {
    const [, url = ""] = await this.says(/^hub: listening at (\S+)$/m);
    return url;
  }

  async end(signal: NodeJS.Signals): Promise<{ readonly code: unknown; readonly ms: number }> {
    const startedMs = performance.now();
    this.#child.kill(signal);
    const [code] = await this.#exit;
    return { code, ms: performance.now() - startedMs };
  }

  async ends(): Promise<unknown> {
    const [code] = await this.#exit;
    return code;
  }
}

async function broker(options: MosquittoOptions = {}) {
  const started = await startMosquitto(options);
  undo.push(() => started.stop());
  return started;
}

/** A box on the wire; remembers what it is told. */
async function box(url: string, options: mqtt.IClientOptions = {}) {
  const client = await mqtt.connectAsync(url, { clientId: "box", ...options });
  undo.push(() => client.endAsync(true));
  const told: { id: string; outcome: string; reason?: string }[] = [];
  client.on("message", (_, payload) => {
    told.push(...(JSON.parse(payload.toString()) as { events: typeof told }).events);
  });
  await client.subscribeAsync("kerbside/v1/445102/cz-paifang-03/command", { qos: 1 });
  const send = async (...messages: readonly Message[]) => {
    for (const { topic, payload } of messages) {
      await client.publishAsync(topic, Buffer.from(payload), { qos: 1 });
    }
  };
  const isTold = async (count: number) => {
    for (let attempt = 0; told.length < count && attempt < 400; attempt++) await pause(25);
    return told;
  };
  return { client, send, isTold };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const lines = (text: string) => text.trimEnd().split("\n");
const warned = (sequence: number, id = `v${sequence}`) =>
  eventMessage(violation(sequence, { violation: id }));
const kept = async (path = "received/events.jsonl") =>
  lines(await readFile(join(folder, path), "utf8"));

test("with its own broker: prints, answers, keeps as received, sums up", async () => {
  const hub = new HubProcess(["--listen", "0", "--out", "received"]);
  const { send, isTold } = await box(await hub.listens());
  const reported = violation(2, { violation: "v1", revision: 2, stage: "reported" });
  const messages = [warned(1), eventMessage(reported), warned(1), exampleMessage("status")];
  await send(...messages);
  expect(await isTold(3)).toEqual([
    { id: "v1.1", outcome: "accepted" },
    { id: "v1.2", outcome: "accepted" },
    { id: "v1.1", outcome: "duplicate" },
  ]);
  await hub.says(/ online /);
  const { code, ms } = await hub.end("SIGTERM");
  expect(code).toBe(0);
  expect(ms).toBeLessThan(3_000);
  expect(lines(hub.out)).toEqual([
    expect.stringMatching(/^08:01:00 {2}warned .*cz-paifang-03 east\/kerb.*#1$/),
    expect.stringMatching(/ reported .*#2$/),
    expect.stringMatching(/ online .*cz-paifang-03 \(started\), 2 cameras$/),
    expect.stringMatching(/^key {8}cz-paifang-03 signs with [0-9a-f]{32}$/),
    "2 events, 1 violation, 1 double, 0 lost, 0 dropped by boxes, 0 out of order, 0 refused",
  ]);
  const sent = messages.slice(0, 2).map(({ payload }) => Buffer.from(payload).toString());
  expect(await kept()).toEqual(sent);
});

test("--json: one object is the whole standard output; 1 when something was not right", async () => {
  const hub = new HubProcess(["--listen", "0", "--json"]);
  const { send, isTold } = await box(await hub.listens());
  await send(warned(1), warned(4), warned(3));
  await isTold(3);
  const { code } = await hub.end("SIGINT");
  expect(code).toBe(1);
  expect(JSON.parse(hub.out)).toEqual({
    violations: {
      "street-vending": [],
      "illegal-parking": ["v1", "v3", "v4"].map((id) => ({
        id,
        source: "/kerbside/445102/cz-paifang-03",
        stages: ["warned"],
      })),
      "overflowing-bin": [],
      "unlicensed-signage": [],
    },
    events: 3,
    duplicates: 0,
    lost: 1,
    dropped: 0,
    outOfOrder: 1,
    rejected: 0,
  });
  expect(hub.err).toMatch(/ warned .*#4$/m);
});

test("hostile boxes: refused one by one, nothing reaches the terminal, the good one goes on", async () => {
  const hub = new HubProcess(["--listen", "0", "--out", "received"]);
  const { client, send, isTold } = await box(await hub.listens());
  const attack = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e";
  const raw = (payload: Uint8Array | string): Message => ({
    ...warned(1),
    payload: Buffer.from(payload),
  });
  await send(
    raw(""),
    raw("x".repeat(3_000_000)),
    raw(Uint8Array.of(0xff, 0xfe)),
    raw("[".repeat(900_000)),
    eventMessage({ ...violation(1), id: attack, time: attack }),
    eventMessage({ ...violation(1), type: attack }),
    eventMessage({ ...violation(1), source: "/kerbside/445102/other" }),
    eventMessage({ ...example("test-event"), data: { requestedBy: attack, note: attack } }),
  );
  await client.publishAsync("kerbside/v1/445102/x y/event", "{}", { qos: 1 });
  await send(warned(45));
  const told = await isTold(5);
  expect(told.map(({ outcome }) => outcome)).toEqual([
    "rejected",
    "rejected",
    "rejected",
    "accepted",
    "accepted",
  ]);
  const { code } = await hub.end("SIGTERM");
  expect(code).toBe(1);
  expect(hub.out.match(/^REFUSED/gm)?.length).toBe(8);
  expect(hub.out + hub.err).not.toMatch(/[^\P{C}\n]/u);
  expect(Math.max(...lines(hub.out).map(({ length }) => length))).toBeLessThanOrEqual(400);
  expect((await kept()).length).toBe(2);
});

test("with mosquitto, a login and TLS", async () => {
  const certificates = await makeCertificates();
  undo.push(() => certificates.remove());
  const users = { hub: "secret", box: "other" };
  const { url } = await broker({ users, tls: certificates.server });
  const ca = ["--ca", certificates.caFile];
  const password = { KERBSIDE_HUB_PASSWORD: "secret" };
  const hub = new HubProcess(["--url", url, "--user", "hub", ...ca], password);
  await hub.listens();
  const { send, isTold } = await box(url, {
    username: "box",
    password: "other",
    ca: await readFile(certificates.caFile),
  });
  await send(warned(1));
  expect(await isTold(1)).toEqual([{ id: "v1.1", outcome: "accepted" }]);
  expect((await hub.end("SIGINT")).code).toBe(0);
  expect(hub.out + hub.err).not.toContain("secret");

  const stranger = new HubProcess(["--url", url, "--user", "hub"], password);
  expect(await stranger.ends()).toBe(3);
  expect(stranger.err).toMatch(/^kerbside hub: cannot listen at the broker: .*certificate/);
  const wrong = new HubProcess(["--url", url, "--user", "hub", ...ca], {
    KERBSIDE_HUB_PASSWORD: "wrong",
  });
  expect(await wrong.ends()).toBe(3);
  expect(lines(wrong.err).length).toBe(2);
});

test("the broker goes and comes: said once each, and heard again", async () => {
  const mosquitto = await broker();
  const hub = new HubProcess(["--url", mosquitto.url]);
  await hub.listens();
  const first = await box(mosquitto.url, { reconnectPeriod: 0 });
  first.client.on("error", () => {});
  await first.send(warned(1));
  await mosquitto.kill();
  await hub.says(/the broker is away/);
  await pause(2_500);
  await mosquitto.restart();
  await hub.says(/the broker is back/);
  const second = await box(mosquitto.url);
  await second.send(warned(2));
  expect(await second.isTold(1)).toEqual([{ id: "v2.1", outcome: "accepted" }]);
  await mosquitto.kill();
  await pause(200);
  const { code, ms } = await hub.end("SIGTERM");
  expect(code).toBe(0);
  expect(ms).toBeLessThan(3_000);
  expect(hub.out.match(/broker is away/g)?.length).toBeLessThanOrEqual(2);
  expect(lines(hub.out).at(-1)).toMatch(/^2 events, /);
});

test("--session: what comes while the hub is away is waiting for it", async () => {
  const { url } = await broker();
  const session = ["--url", url, "--session", "city-hub", "--out", "received"];
  const before = new HubProcess(session);
  await before.listens();
  await before.end("SIGTERM");
  const { send, isTold } = await box(url);
  await send(warned(1), warned(2));
  const after = new HubProcess(session);
  await isTold(2);
  expect((await after.end("SIGTERM")).code).toBe(0);
  expect((await kept()).length).toBe(2);
});

test("a broker that accepts and never answers: ends at a signal within 3 s", async () => {
  const silent = createServer((socket) => {
    undo.push(async () => socket.destroy());
  });
  undo.push(() => new Promise((resolve) => silent.close(resolve)));
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : 0;
  const hub = new HubProcess(["--url", `mqtt://127.0.0.1:${port}`]);
  await once(silent, "connection");
  const { code, ms } = await hub.end("SIGTERM");
  expect(code).toBe(3);
  expect(ms).toBeLessThan(3_000);
});

const wrongUses = [
  { name: "neither --url nor --listen", args: [], code: 2, err: /one of --url and --listen/ },
  {
    name: "both --url and --listen",
    args: ["--url", "mqtt://127.0.0.1", "--listen", "0"],
    code: 2,
    err: /one of --url and --listen/,
  },
  { name: "a port that is none", args: ["--listen", "port"], code: 2, err: /"port" is no port/ },
  { name: "an address that is none", args: ["--url", "hub:1883"], code: 2, err: /is no broker/ },
  {
    name: "a CA that is not there",
    args: ["--url", "mqtts://127.0.0.1", "--ca", "no.pem"],
    code: 2,
    err: /--ca: cannot read .*no\.pem/,
  },
  {
    name: "a folder that cannot be made",
    args: ["--listen", "0", "--out", "file/received"],
    code: 3,
    err: /cannot write to .*file\/received/,
  },
];
for (const { name, args, code, err } of wrongUses) {
  test(`${name}: exit code ${code} and a line that says so`, async () => {
    await writeFile(join(folder, "file"), "");
    const hub = new HubProcess(args);
    expect(await hub.ends()).toBe(code);
    expect(hub.err).toMatch(err);
    expect(hub.err).not.toContain("a bug");
    expect(hub.out).toBe("");
  });
}

test("a broker that is not there, and a port that is taken: exit code 3", async () => {
  const port = await freePort();
  const nobody = new HubProcess(["--url", `mqtt://127.0.0.1:${port}`]);
  expect(await nobody.ends()).toBe(3);
  expect(nobody.err).toMatch(/cannot listen at the broker: .*ECONNREFUSED/);
  const { port: taken } = await broker();
  const second = new HubProcess(["--listen", String(taken)]);
  expect(await second.ends()).toBe(3);
  expect(second.err).toMatch(/cannot listen at port \d+: .*EADDRINUSE/);
});
