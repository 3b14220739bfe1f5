/**
 * A broker connection over MQTT.js: a new client a connection, its own reconnect and queues off.
 *
 * MQTT.js resends in-flight messages by itself after a reconnect (doubles, wrong order), so the
 * client never reconnects: the outbox is the only queue. PUBACK reason codes are read from the
 * packet, because the library hides 0x10 ("nobody listens") from its callback.
 */
import { readFile } from "node:fs/promises";
import mqtt from "mqtt";
import {
  type BrokerConnection,
  BrokerError,
  type Connect,
  type PublishOptions,
} from "./broker-connection.ts";

export interface MqttSettings {
  /** mqtt, mqtts, ws or wss, without user and password. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** Files in PEM. */
  readonly caFile?: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** Name the broker's certificate must hold, where it is not the URL's host. */
  readonly serverName?: string;
  readonly protocol: "auto" | "5" | "3.1.1";
  readonly keepAliveSeconds: number;
  readonly connectTimeoutMs: number;
  /** One client a box: the broker keeps its session by this name. */
  readonly clientId: string;
}

const endTimeoutMs = 1_000;
const sessionExpirySeconds = 7 * 24 * 3600;
/** The hub hears "offline" only when the box does not come back at once. */
const willDelaySeconds = 10;
const receiveMaximumDefault = 65_535;

/** Remembers for its lifetime when a broker knows no MQTT 5. */
export function mqttConnect(settings: MqttSettings): Connect {
  let speaks311 = settings.protocol === "3.1.1";
  return async (request) => {
    if (speaks311) return attempt(settings, 4, request);
    try {
      return await attempt(settings, 5, request);
    } catch (error) {
      const mayFallBack =
        settings.protocol === "auto" &&
        error instanceof BrokerError &&
        error.failure === "protocol";
      if (!mayFallBack) throw error;
      const connection = await attempt(settings, 4, request);
      speaks311 = true;
      return connection;
    }
  };
}

async function attempt(
  settings: MqttSettings,
  protocolVersion: 4 | 5,
  { will, onMessage, signal }: Parameters<Connect>[0],
): Promise<BrokerConnection> {
  const files = await readTlsFiles(settings);
  const isV5 = protocolVersion === 5;
  const client = mqtt.connect(settings.url, {
    ...files,
    ...(settings.user === undefined ? {} : { username: settings.user }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    ...(settings.serverName === undefined ? {} : { servername: settings.serverName }),
    protocolVersion,
    clientId: settings.clientId,
    clean: false,
    keepalive: settings.keepAliveSeconds,
    connectTimeout: settings.connectTimeoutMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    rejectUnauthorized: true,
    ...(isV5 ? { properties: { sessionExpiryInterval: sessionExpirySeconds } } : {}),
    will: {
      topic: will.topic,
      payload: Buffer.from(will.payload),
      qos: 1,
      retain: true,
      ...(isV5
        ? {
            properties: {
              willDelayInterval: willDelaySeconds,
              payloadFormatIndicator: true,
              contentType: "application/json",
            },
          }
        : {}),
    },
  });
  client.on("message", (topic, payload) => onMessage(topic, payload));
  const receiveMaximum = await connected(client, settings, signal);
  return new MqttConnection(client, isV5 ? "5" : "3.1.1", receiveMaximum);
}

async function readTlsFiles({ caFile, certificateFile, keyFile }: MqttSettings) {
  const read = async (file: string | undefined) => {
    if (file === undefined) return undefined;
    try {
      return await readFile(file);
    } catch (cause) {
      throw new BrokerError(
        "certificate",
        `cannot read ${file}: ${(cause as NodeJS.ErrnoException).code ?? "unreadable"}`,
        "Put the file there, or correct hub.ca, hub.cert or hub.key in the configuration.",
        cause,
      );
    }
  };
  const [ca, cert, key] = await Promise.all([caFile, certificateFile, keyFile].map(read));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Resolves with the broker's receive maximum; ends the client on every other way out. */
function connected(
  client: mqtt.MqttClient,
  settings: MqttSettings,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let lastError: unknown;
    const cleanUp = () => {
      client.off("connect", onConnect);
      client.off("close", onClose);
      signal.removeEventListener("abort", onAbort);
    };
    const fail = (error: unknown) => {
      cleanUp();
      client.on("error", () => {}); // A late error of a client that is already given up.
      client.end(true);
      reject(error);
    };
    const onConnect = (packet: mqtt.IConnackPacket) => {
      cleanUp();
      resolve(packet.properties?.receiveMaximum ?? receiveMaximumDefault);
    };
    const onClose = () => fail(explain(lastError, settings));
    const onAbort = () => fail(signal.reason);
    client.on("error", (error) => {
      lastError = error;
    });
    client.on("connect", onConnect);
    client.on("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

class MqttConnection implements BrokerConnection {
  readonly protocol: "5" | "3.1.1";
  readonly receiveMaximum: number;
  readonly closed: Promise<string>;
  readonly #client: mqtt.MqttClient;
  /** Message id of each payload that is on the wire; the payload object itself is the key. */
  readonly #messageIds = new Map<unknown, number>();
  readonly #reasonCodes = new Map<number, number>();

  constructor(client: mqtt.MqttClient, protocol: "5" | "3.1.1", receiveMaximum: number) {
    this.#client = client;
    this.protocol = protocol;
    this.receiveMaximum = receiveMaximum;
    client.on("packetsend", (packet) => {
      if (packet.cmd === "publish" && packet.messageId !== undefined) {
        this.#messageIds.set(packet.payload, packet.messageId);
      }
    });
    client.on("packetreceive", (packet) => {
      if (packet.cmd === "puback" && packet.messageId !== undefined) {
        this.#reasonCodes.set(packet.messageId, packet.reasonCode ?? 0);
      }
    });
    this.closed = new Promise((resolve) => {
      let why = "the broker closed the connection";
      client.on("error", (error) => {
        why = error.message;
      });
      client.on("disconnect", (packet) => {
        why = packet.properties?.reasonString ?? `the broker said goodbye (${packet.reasonCode})`;
      });
      client.on("close", () => {
        client.end(true);
        resolve(why);
      });
    });
  }

  async publish(topic: string, payload: Uint8Array, options: PublishOptions = {}): Promise<number> {
    // A Buffer of its own: its identity tells which acknowledgement is ours.
    const message = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const properties =
      this.protocol === "5"
        ? {
            payloadFormatIndicator: true,
            ...(options.contentType === undefined ? {} : { contentType: options.contentType }),
            ...(options.expirySeconds === undefined
              ? {}
              : { messageExpiryInterval: options.expirySeconds }),
          }
        : undefined;
    const sent = new Promise<number>((resolve, reject) => {
      this.#client.publish(
        topic,
        message,
        { qos: 1, retain: options.retain ?? false, ...(properties ? { properties } : {}) },
        (error) => {
          const reasonCode = this.#takeReasonCode(message);
          if (reasonCode !== undefined) resolve(reasonCode);
          else reject(error ?? new Error("the connection closed before the acknowledgement"));
        },
      );
    });
    const lost = this.closed.then((why) => {
      throw new Error(why);
    });
    return Promise.race([sent, lost]);
  }

  async subscribe(topic: string): Promise<void> {
    await this.#client.subscribeAsync(topic, { qos: 1 });
  }

  async end(): Promise<void> {
    const forced = setTimeout(() => this.#client.end(true), endTimeoutMs);
    this.#client.end(false);
    await this.closed;
    clearTimeout(forced);
  }

  #takeReasonCode(message: Buffer): number | undefined {
    const messageId = this.#messageIds.get(message);
    this.#messageIds.delete(message);
    if (messageId === undefined) return undefined;
    const reasonCode = this.#reasonCodes.get(messageId);
    this.#reasonCodes.delete(messageId);
    return reasonCode;
  }
}

/** Names what went wrong, in one line, with what to do. Never shows a password. */
function explain(error: unknown, settings: MqttSettings): BrokerError {
  const { code = "", message = "" } = (error ?? {}) as { code?: string | number; message?: string };
  const { hostname, host } = new URL(settings.url);
  const fail = (failure: BrokerError["failure"], text: string, remedy: string) =>
    new BrokerError(failure, text, remedy, error);
  switch (code) {
    case 4:
    case 0x86:
      return fail(
        "password",
        `the broker at ${host} refuses user or password (user ${settings.user ?? "not set"})`,
        "Correct hub.user and hub.password, or the broker's password file.",
      );
    case 5:
    case 0x87:
      return fail(
        "not-authorised",
        `the broker at ${host} does not let this device in (user ${settings.user ?? "not set"})`,
        "Check hub.user and hub.password, and the broker's access list for this device.",
      );
    case 1:
    case 0x84:
      return fail(
        "protocol",
        `the broker at ${host} does not speak this version of MQTT`,
        "Set hub.protocol to auto or 3.1.1.",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return fail(
        "host-unknown",
        `no host has the name ${hostname}`,
        "Correct the host in hub.url, or the box's name server.",
      );
    case "ECONNREFUSED":
      return fail(
        "refused",
        `nothing listens at ${host}`,
        "Check host and port in hub.url, and that the broker runs.",
      );
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return fail("timeout", `${host} cannot be reached`, "Check the box's network and firewall.");
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return fail(
        "certificate",
        `the broker's certificate is not for ${settings.serverName ?? hostname}`,
        "Use the name that the certificate holds in hub.url, or set hub.serverName.",
      );
    case "CERT_HAS_EXPIRED":
      return fail(
        "certificate",
        `the certificate of ${host} has expired`,
        "Renew the broker's certificate, and check the box's clock.",
      );
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_GET_ISSUER_CERT":
      return fail(
        "certificate",
        `the certificate of ${host} is not signed by an authority that this box trusts (${code})`,
        "Name the authority's certificate in hub.ca.",
      );
    default:
      return explainByText(String(code), message, host, fail);
  }
}

function explainByText(
  code: string,
  message: string,
  host: string,
  fail: (failure: BrokerError["failure"], text: string, remedy: string) => BrokerError,
): BrokerError {
  if (
    /alert.*(certificate|unknown ca)|CERTIFICATE_REQUIRED|peer did not return/i.test(
      `${code} ${message}`,
    )
  ) {
    return fail(
      "client-certificate",
      `the broker at ${host} does not accept this box's certificate (${code})`,
      "Set hub.cert and hub.key to a certificate that the broker's authority has signed.",
    );
  }
  if (/wrong version number|EPROTO|packet length too long|ECONNRESET/i.test(`${code} ${message}`)) {
    return fail(
      "lost",
      `${host} ends the connection before MQTT begins (${code})`,
      "Check host and port in hub.url: a plain port wants mqtt://, a TLS port (often 8883) mqtts://.",
    );
  }
  if (/connack timeout/i.test(message)) {
    return fail(
      "timeout",
      `${host} accepts and does not answer`,
      "Check that hub.url names an MQTT broker.",
    );
  }
  if (message === "") {
    // Closed without a word: what brokers do that know no MQTT 5, and what proxies do.
    return fail(
      "protocol",
      `${host} closed the connection without an answer`,
      "Check that hub.url names an MQTT broker and its right port.",
    );
  }
  return fail("lost", `${host}: ${message}`, "Check the broker's log.");
}
