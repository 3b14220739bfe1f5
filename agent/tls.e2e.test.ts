/**
 * Goal: nothing is said to a stranger. Whoever pretends to be the hub or a camera and cannot prove
 * it hears not one byte of a login, and nobody falls back to plain text.
 * Method: real TLS servers that can be wrong in each way, for every way out of the box: mqtts, wss,
 * rtsps, https. They write down what reaches them inside the encryption; the plain one, everything.
 */
import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "../test-fixtures/certificates.ts";
import { startCapture } from "../test-fixtures/receiving/test-capture.ts";
import { mqttConnect } from "./uplink/mqtt-connection.ts";

const login = { user: "box", password: "canary-tls-login" };

type Fault =
  | "expired"
  | "wrong name"
  | "self-signed"
  | "unknown authority"
  | "TLS 1.1"
  | "plain text";

interface Impostor {
  readonly port: number;
  /** Inside the encryption; all of it where there is none. */
  heard(): string;
  /** Connections so far. */
  count(): number;
  stop(): Promise<void>;
}

let certificates: Certificates;
let ca = "";
const impostors = new Map<Fault, Impostor>();
let cameraRefusals: ReadonlyMap<string, Refusal>;

beforeAll(async () => {
  certificates = await makeCertificates();
  ca = await readFile(certificates.caFile, "utf8");
  const { server, expired, wrongName, selfSigned } = certificates;
  const right = await certificates.read(server);
  const old: TlsOptions = {
    ...right,
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
    // Without it OpenSSL 3 does not speak so old a version at all.
    ciphers: "DEFAULT:@SECLEVEL=0",
  };
  impostors.set("expired", await impostor(await certificates.read(expired)));
  impostors.set("wrong name", await impostor(await certificates.read(wrongName)));
  impostors.set("self-signed", await impostor(await certificates.read(selfSigned)));
  impostors.set("unknown authority", await impostor(right));
  impostors.set("TLS 1.1", await impostor(old));
  impostors.set("plain text", await impostor(undefined));
  cameraRefusals = await askCameras();
});
afterAll(async () => {
  await Promise.all([...impostors.values()].map((one) => one.stop()));
  await certificates.remove();
});

/** Without TLS options: answers what a plain server would. */
async function impostor(tls: TlsOptions | undefined): Promise<Impostor> {
  let heard = "";
  let count = 0;
  const sockets = new Set<Socket>();
  const listen = (socket: Socket): void => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
      if (tls === undefined) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
  };
  const server: Server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
  server.on("tlsClientError", () => undefined);
  server.on("connection", (socket: Socket) => {
    count += 1;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    count: () => count,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

interface Refusal {
  readonly kind: string | undefined;
  readonly line: string;
}

const trusted = (fault: Fault): { readonly caFile: string; readonly ca: string } | undefined =>
  fault === "unknown authority" ? undefined : { caFile: certificates.caFile, ca };

async function askHub(scheme: "mqtts" | "wss", fault: Fault, port: number): Promise<Refusal> {
  const caFile = trusted(fault)?.caFile;
  const connect = mqttConnect({
    url: `${scheme}://localhost:${port}${scheme === "wss" ? "/mqtt" : ""}`,
    ...login,
    ...(caFile === undefined ? {} : { caFile }),
    protocol: "auto",
    keepAliveSeconds: 30,
    connectTimeoutMs: 3_000,
    clientId: "kerbside-tls",
  });
  const will = { topic: "t", payload: Buffer.from("x") };
  const signal = new AbortController().signal;
  return connect({ will, onMessage: () => {}, signal }).then(
    () => ({ kind: "connected", line: "" }),
    (error: { readonly failure?: string; readonly message: string }) => ({
      kind: error.failure,
      line: error.message,
    }),
  );
}

/** All cameras at once: one receiver for each scheme and fault. */
async function askCameras(): Promise<ReadonlyMap<string, Refusal>> {
  const streams = [...impostors].flatMap(([fault, { port }]) =>
    (["rtsps", "https"] as const).map((scheme) => {
      const authority = trusted(fault)?.ca;
      return {
        camera: nameOf(scheme, fault),
        url: `${scheme}://${login.user}:${login.password}@localhost:${port}/main`,
        tls: authority === undefined ? {} : { ca: authority },
      };
    }),
  );
  const capture = startCapture(streams);
  const failed = () => capture.states.filter(({ state }) => state === "failed");
  const cameras = () => new Set(failed().map((state) => state.cameraId));
  try {
    await capture.until("all refusals", () => cameras().size === streams.length, 40_000);
    return new Map(
      failed().map(({ cameraId, failure, detail }) => [cameraId, { kind: failure, line: detail }]),
    );
  } finally {
    await capture.stop();
  }
}

const nameOf = (scheme: string, fault: Fault): string =>
  `${scheme}-${fault.toLowerCase().replaceAll(/[ .]/g, "-")}`;

const faults: readonly { readonly fault: Fault; readonly hub: RegExp; readonly camera: RegExp }[] =
  [
    {
      fault: "expired",
      hub: /^the certificate of localhost:\d+ has expired$/,
      camera: /^the certificate of localhost:\d+ has expired, or the box's clock is wrong$/,
    },
    {
      fault: "wrong name",
      hub: /^the broker's certificate is not for localhost$/,
      camera: /^the certificate of localhost:\d+ is for another name$/,
    },
    {
      fault: "self-signed",
      hub: /is not signed by an authority that this box trusts \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
      camera: /is not signed by an authority that this box trusts \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    },
    {
      fault: "unknown authority",
      hub: /is not signed by an authority that this box trusts/,
      camera: /is not signed by an authority that this box trusts .*name it in tls\.ca$/,
    },
    {
      fault: "TLS 1.1",
      hub: /speaks no TLS 1\.2 or newer$/,
      camera: /speaks no TLS 1\.2 or newer$/,
    },
    {
      fault: "plain text",
      hub: /^localhost:\d+ ends the connection before MQTT begins \(\w+\)$/,
      camera: /^localhost:\d+ does not speak TLS \(\w+\): is it the port for it\?$/,
    },
  ];

for (const { fault, hub, camera: says } of faults) {
  for (const scheme of ["mqtts", "wss", "rtsps", "https"] as const) {
    test(`${scheme}: ${fault} is refused in one clear line, and hears no login`, async () => {
      const one = impostors.get(fault);
      if (one === undefined) throw new Error("no such impostor");
      const isHub = scheme === "mqtts" || scheme === "wss";
      const camera = cameraRefusals.get(nameOf(scheme, fault));
      const refusal = isHub ? await askHub(scheme, fault, one.port) : camera;
      const { kind, line } = refusal ?? { kind: "none", line: "" };
      expect(line).toMatch(isHub ? hub : says);
      expect(["certificate", "lost", "refused"]).toContain(kind);
      expect(one.count()).toBeGreaterThan(0);
      const heard = one.heard();
      expect(heard).not.toMatch(/canary|kerbside|MQTT|RTSP|authorization|GET /i);
      expect(heard).not.toContain(btoa(`${login.user}:${login.password}`));
      // Inside an encryption that was refused there is nothing at all.
      expect(fault === "plain text" ? "" : heard).toBe("");
    });
  }
}
