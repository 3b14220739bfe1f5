/**
 * A broker connection over MQTT.js: a new client a connection, its own reconnect and queues off.
 *
 * MQTT.js resends in-flight messages by itself after a reconnect (doubles, wrong order), so the
 * client never reconnects: the outbox is the only queue. PUBACK reason codes are read from the
 * packet, because the library hides 0x10 ("nobody listens") from its callback. What a broker may
 * send and how long it may be silent is bounded: it can cost this connection, nothing else.
 */
import { readFile } from "node:fs/promises";
import mqtt from "mqtt";
import { hiderOf } from "../runtime/secret-spellings.ts";
import {
  type BrokerConnection,
  BrokerError,
  type Connect,
  type PublishOptions,
} from "./broker-connection.ts";
import { explainFailure, secretsOf } from "./connect-failure.ts";
import { MessagePace } from "./message-pace.ts";
import type { MqttSettings } from "./mqtt-settings.ts";
import { OwedAnswers } from "./owed-answers.ts";
import { sharePacketLengths } from "./packet-lengths.ts";
import { publishProperties, publishSize } from "./publish-size.ts";
import { packetBytesMaxV5, packetBytesMaxV311, ReceiveGuard } from "./receive-guard.ts";
import { releaseBytes } from "./release-bytes.ts";
import { answerOutsideTheTable } from "./unknown-answer.ts";

/** By name, whatever Node's default or a flag of it says. */
const oldestTls = { minVersion: "TLSv1.2" } as const;
const endTimeoutMs = 1_000;
const answerTimeoutMsDefault = 60_000;
const sessionExpirySeconds = 7 * 24 * 3600;
/** The hub hears "offline" only when the box does not come back at once. */
const willDelaySeconds = 10;
const receiveMaximumDefault = 65_535;
/** Of what a broker says about itself. */
const wordsCharsMax = 200;
const packetTooLarge = 0x95;
/** Goodbyes that are about the one message before them. */
const goodbyesToOneMessage: ReadonlySet<number> = new Set([packetTooLarge, 0x99]);

/** Remembers for its lifetime when a broker says that it knows no MQTT 5. */
export function mqttConnect(settings: MqttSettings): Connect {
  sharePacketLengths();
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
      // Closing without a word is also what a broker does that just ends: the next one is asked.
      speaks311 = error.isSaid;
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
    ...oldestTls,
    // One of its own: the library writes certificates into it.
    wsOptions: { ...oldestTls },
    rejectUnauthorized: true,
    ...(isV5
      ? {
          properties: {
            sessionExpiryInterval: sessionExpirySeconds,
            maximumPacketSize: packetBytesMaxV5,
          },
        }
      : {}),
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
  const connection = new MqttConnection(client, isV5 ? "5" : "3.1.1", settings);
  await connection.opened(signal);
  return connection;
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

class MqttConnection implements BrokerConnection {
  readonly protocol: "5" | "3.1.1";
  readonly closed: Promise<string>;
  readonly #client: mqtt.MqttClient;
  readonly #settings: MqttSettings;
  readonly #owed: OwedAnswers;
  readonly #guard: ReceiveGuard;
  readonly #pace = new MessagePace();
  #greeting: mqtt.IConnackPacket["properties"];
  #lastError: unknown;
  #lastPiece: Buffer = Buffer.alloc(0);
  /** The first reason counts; the rest follows from it. */
  #why: string | undefined;
  /** A broker may repeat the login in its goodbye. */
  readonly #hide: (text: string) => string;
  #isClosed = false;

  constructor(client: mqtt.MqttClient, protocol: "5" | "3.1.1", settings: MqttSettings) {
    this.#client = client;
    this.#settings = settings;
    this.protocol = protocol;
    this.#hide = hiderOf(secretsOf(settings));
    const packetBytesMax = protocol === "5" ? packetBytesMaxV5 : packetBytesMaxV311;
    this.#guard = new ReceiveGuard({ packetBytesMax });
    const silentAfterMs = settings.answerTimeoutMs ?? answerTimeoutMsDefault;
    this.#owed = new OwedAnswers({
      silentAfterMs,
      onSilent: () => this.#drop(`the broker acknowledged nothing for ${silentAfterMs / 1_000} s`),
    });
    this.closed = new Promise((resolve) => {
      client.on("close", () => {
        this.#isClosed = true;
        const why = this.#why ?? "the broker closed the connection";
        this.#owed.loseAll(why);
        client.end(true);
        resolve(why);
      });
    });
    this.#listen(packetBytesMax);
  }

  get receiveMaximum(): number {
    // MQTT forbids 0; taken at its word, nothing would ever be sent.
    return Math.max(1, this.#greeting?.receiveMaximum ?? receiveMaximumDefault);
  }

  /** Resolves when the broker has let us in; rejects with why not, the client ended. */
  opened(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const client = this.#client;
      const cleanUp = () => {
        client.off("connect", onConnect);
        client.off("close", onClose);
        signal.removeEventListener("abort", onAbort);
      };
      const fail = (error: unknown) => {
        cleanUp();
        client.end(true);
        reject(error);
      };
      const onConnect = (packet: mqtt.IConnackPacket) => {
        this.#greeting = packet.properties;
        if (packet.properties?.maximumQoS === 0) {
          fail(withoutAcknowledgements(this.#settings));
          return;
        }
        cleanUp();
        resolve();
      };
      const onClose = () => fail(explainFailure(this.#lastError, this.#settings));
      const onAbort = () => fail(signal.reason);
      client.on("connect", onConnect);
      client.on("close", onClose);
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
  }

  async publish(topic: string, payload: Uint8Array, options: PublishOptions = {}): Promise<number> {
    if (this.#isClosed) throw new Error(this.#why ?? "the connection is closed");
    // A Buffer of its own: its identity tells which acknowledgement is ours.
    const message = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const isV5 = this.protocol === "5";
    const bytesMax = this.#greeting?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
    // Sent all the same it would cost the connection, again and again.
    if (isV5 && publishSize(topic, message.byteLength, options) > bytesMax) return packetTooLarge;
    const answered = this.#owed.published(message);
    this.#client.publish(
      topic,
      message,
      {
        qos: 1,
        retain: options.retain === true && this.#greeting?.retainAvailable !== false,
        ...(isV5 ? { properties: publishProperties(options) } : {}),
      },
      (error) => {
        // Behind an acknowledgement this says nothing any more.
        this.#owed.lose(message, error ?? new Error("it was not acknowledged"));
      },
    );
    const reasonCode = await answered;
    releaseBytes(payload);
    return reasonCode;
  }

  async subscribe(topic: string): Promise<void> {
    await this.#owed.during(this.#client.subscribeAsync(topic, { qos: 1 }));
  }

  async end(): Promise<void> {
    // The library's own way out waits for ever for a broker that owes answers.
    const forced = setTimeout(() => this.#client.stream.destroy(), endTimeoutMs);
    this.#client.end(false);
    await this.closed;
    clearTimeout(forced);
  }

  #listen(packetBytesMax: number): void {
    const client = this.#client;
    // Before the library reads it: what it cannot read must be known when it says so.
    client.stream.prependListener("data", (piece: Buffer) => {
      this.#lastPiece = piece;
      if (this.#guard.takePiece(piece.byteLength)) return;
      this.#drop(`the broker sends a packet larger than ${packetBytesMax} bytes`);
    });
    client.on("packetsend", (packet) => {
      if (packet.cmd === "publish" && packet.messageId !== undefined) {
        this.#owed.sent(packet.payload, packet.messageId);
      }
    });
    client.on("packetreceive", (packet) => this.#received(packet));
    client.on("disconnect", ({ reasonCode = 0, properties }) => {
      if (goodbyesToOneMessage.has(reasonCode)) this.#owed.answerOnly(reasonCode);
      const words = properties?.reasonString ?? "the broker said goodbye";
      this.#drop(`${plainWords(this.#hide(words))} (0x${reasonCode.toString(16)})`);
    });
    client.on("error", (error) => {
      this.#lastError = error;
      const unknown = answerOutsideTheTable(error, this.#lastPiece, this.#owed.onlyMessageId());
      if (unknown !== undefined) this.#owed.answerOnly(unknown);
      // What follows cannot be trusted: the library would read on in the middle of a packet.
      this.#drop(plainWords(this.#hide(error.message)));
    });
    client.handleMessage = (packet, done) => {
      const delayMs = this.#pace.delayMs(packet.payload.length, performance.now());
      if (delayMs === 0) done();
      else setTimeout(done, delayMs);
    };
  }

  #received(packet: mqtt.Packet): void {
    this.#guard.packetEnds();
    switch (packet.cmd) {
      case "puback":
        if (this.#owed.acknowledged(packet.messageId ?? 0, packet.reasonCode ?? 0)) return;
        break;
      case "suback":
        if (this.#owed.isAsking) return;
        break;
      case "publish":
        // We asked for no higher one; these come at their own pace.
        if (packet.qos < 2) return;
        break;
      // The library ends the connection at the second one.
      case "connack":
      case "disconnect":
        return;
      default:
    }
    if (this.#guard.takeStray(performance.now())) return;
    this.#drop("the broker sends packets that nobody asked for");
  }

  #drop(why: string): void {
    if (this.#isClosed) return;
    this.#why ??= why;
    this.#lastError ??= new Error(why);
    // The library would still go through all packets of the last piece, thousands in a flood, in one
    // turn of the event loop; without this it knows that they are nobody's any more.
    Reflect.set(this.#client, "_currentPump", undefined);
    this.#client.stream.destroy();
  }
}

function withoutAcknowledgements({ url }: MqttSettings): BrokerError {
  return new BrokerError(
    "lost",
    `the broker at ${new URL(url).host} acknowledges nothing (QoS 0 alone)`,
    "Allow QoS 1 at the broker: without it events can be lost.",
  );
}

/** A broker's own words go into logs and health: short, on one line, without control characters. */
function plainWords(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, wordsCharsMax);
}
