/**
 * A broker that does what a test tells it to, byte by byte, on a real socket: refusals with every
 * reason code, silence, lies, rubbish.
 *
 * It reads just enough of MQTT 3.1.1 and 5 to know what a client sent. Where a habit says nothing
 * it behaves: greets, grants, acknowledges, answers pings.
 */
import { createServer, type Socket } from "node:net";

export interface SentMessage {
  readonly topic: string;
  readonly messageId: number;
  readonly payload: Buffer;
  readonly isRetained: boolean;
}

export interface BrokerHabits {
  readonly onConnect?: (peer: Peer) => void;
  readonly onSubscribe?: (peer: Peer, messageId: number) => void;
  readonly onPublish?: (peer: Peer, message: SentMessage) => void;
  readonly onPing?: (peer: Peer) => void;
}

export interface ScriptedBroker {
  readonly port: number;
  readonly url: string;
  /** Connections ever accepted. */
  readonly connectionCount: number;
  /** Everything that was published, in its order. */
  readonly messages: readonly SentMessage[];
  stop(): Promise<void>;
}

const types = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  subscribe: 8,
  suback: 9,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const;

export async function startScriptedBroker(habits: BrokerHabits = {}): Promise<ScriptedBroker> {
  const peers = new Set<Peer>();
  const messages: SentMessage[] = [];
  let connectionCount = 0;
  const server = createServer((socket) => {
    connectionCount += 1;
    const peer = new Peer(socket, habits, messages);
    peers.add(peer);
    socket.on("close", () => peers.delete(peer));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const { port } = address;
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    get connectionCount() {
      return connectionCount;
    },
    messages,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const peer of peers) peer.cut();
      await closed;
    },
  };
}

/** One client, as the broker sees it. */
export class Peer {
  readonly #socket: Socket;
  readonly #habits: BrokerHabits;
  readonly #messages: SentMessage[];
  #received: Buffer = Buffer.alloc(0);
  #version = 5;

  constructor(socket: Socket, habits: BrokerHabits, messages: SentMessage[]) {
    this.#socket = socket;
    this.#habits = habits;
    this.#messages = messages;
    socket.on("error", () => {}); // Clients leave as they like.
    socket.on("data", (bytes) => this.#take(bytes));
  }

  /** Of the client: 5, or 4 for 3.1.1. */
  get version(): number {
    return this.#version;
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  /** Resolves when the client has read up to it, or has gone. */
  raw(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) return resolve();
      this.#socket.write(bytes, () => resolve());
    });
  }

  connack(reasonCode = 0, properties: Uint8Array = Buffer.alloc(0)): void {
    const tail = this.#version === 5 ? withLength(properties) : Buffer.alloc(0);
    void this.raw(packet(types.connack, 0, Buffer.concat([Buffer.of(0, reasonCode), tail])));
  }

  suback(messageId: number, granted = 1): void {
    const properties = this.#version === 5 ? [0] : [];
    void this.raw(packet(types.suback, 0, Buffer.of(...word(messageId), ...properties, granted)));
  }

  puback(messageId: number, reasonCode = 0): void {
    const code = reasonCode === 0 ? [] : [reasonCode, 0];
    void this.raw(packet(types.puback, 0, Buffer.of(...word(messageId), ...code)));
  }

  pingresp(): void {
    void this.raw(packet(types.pingresp, 0, Buffer.alloc(0)));
  }

  disconnect(reasonCode: number, properties: Uint8Array = Buffer.alloc(0)): void {
    const rest = Buffer.concat([Buffer.of(reasonCode), withLength(properties)]);
    void this.raw(packet(types.disconnect, 0, rest));
    this.#socket.end();
  }

  /** At QoS 1; `retain` as of a retained message. */
  publish(
    topic: string,
    payload: Uint8Array,
    { retain = false, messageId = 1 } = {},
  ): Promise<void> {
    return this.raw(publishPacket(topic, payload, { retain, messageId, version: this.#version }));
  }

  /** No goodbye. */
  cut(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const whole = nextPacket(this.#received);
      if (whole === undefined) return;
      this.#received = this.#received.subarray(whole.bytes);
      this.#obey(whole);
    }
  }

  #obey({ type, flags, body }: Packet): void {
    const { onConnect, onSubscribe, onPublish, onPing } = this.#habits;
    switch (type) {
      case types.connect:
        this.#version = body.readUInt8(6);
        if (onConnect === undefined) this.connack();
        else onConnect(this);
        return;
      case types.subscribe:
        if (onSubscribe === undefined) this.suback(body.readUInt16BE(0));
        else onSubscribe(this, body.readUInt16BE(0));
        return;
      case types.publish: {
        const message = readPublish(body, flags, this.#version);
        this.#messages.push(message);
        if (onPublish === undefined) this.puback(message.messageId);
        else onPublish(this, message);
        return;
      }
      case types.pingreq:
        if (onPing === undefined) this.pingresp();
        else onPing(this);
        return;
      case types.disconnect:
        this.#socket.end();
        return;
      default:
    }
  }
}

/** A property of MQTT 5: its identifier and a text. */
export function textProperty(identifier: number, text: string): Buffer {
  return Buffer.concat([Buffer.of(identifier), text16(text)]);
}

/** A property of MQTT 5: its identifier and a number of 1, 2 or 4 bytes. */
export function numberProperty(identifier: number, value: number, bytes: 1 | 2 | 4): Buffer {
  const buffer = Buffer.alloc(1 + bytes);
  buffer.writeUInt8(identifier);
  buffer.writeUIntBE(value, 1, bytes);
  return buffer;
}

/** The fixed header with the length that the body has, or that is claimed. */
export function packet(
  type: number,
  flags: number,
  body: Uint8Array,
  claimedBytes = body.byteLength,
): Buffer {
  return Buffer.concat([Buffer.of((type << 4) | flags), variable(claimedBytes), body]);
}

export function publishPacket(
  topic: string,
  payload: Uint8Array,
  {
    retain = false,
    messageId = 1,
    version = 5,
  }: { readonly retain?: boolean; readonly messageId?: number; readonly version?: number } = {},
): Buffer {
  const properties = version === 5 ? Buffer.of(0) : Buffer.alloc(0);
  const body = Buffer.concat([text16(topic), Buffer.from(word(messageId)), properties, payload]);
  return packet(types.publish, 0b010 | Number(retain), body);
}

interface Packet {
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
  /** Of all of it. */
  readonly bytes: number;
}

function nextPacket(received: Buffer): Packet | undefined {
  if (received.byteLength < 2) return undefined;
  const { value, bytes } = readVariable(received, 1);
  if (value === undefined || received.byteLength < 1 + bytes + value) return undefined;
  const first = received.readUInt8(0);
  const body = received.subarray(1 + bytes, 1 + bytes + value);
  return { type: first >> 4, flags: first & 0x0f, body, bytes: 1 + bytes + value };
}

function readPublish(body: Buffer, flags: number, version: number): SentMessage {
  const topicBytes = body.readUInt16BE(0);
  const topic = body.toString("utf8", 2, 2 + topicBytes);
  const messageId = body.readUInt16BE(2 + topicBytes);
  let at = 4 + topicBytes;
  if (version === 5) {
    const { value = 0, bytes } = readVariable(body, at);
    at += bytes + value;
  }
  return { topic, messageId, payload: body.subarray(at), isRetained: (flags & 1) === 1 };
}

function readVariable(buffer: Buffer, from: number): { value?: number; bytes: number } {
  let value = 0;
  for (let bytes = 0; bytes < 4; bytes++) {
    if (from + bytes >= buffer.byteLength) return { bytes };
    const digit = buffer.readUInt8(from + bytes);
    value += (digit & 0x7f) * 2 ** (7 * bytes);
    if (digit < 0x80) return { value, bytes: bytes + 1 };
  }
  return { bytes: 4 };
}

function variable(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Buffer.from(bytes);
}

const withLength = (bytes: Uint8Array): Buffer =>
  Buffer.concat([variable(bytes.byteLength), bytes]);
const word = (value: number): number[] => [value >> 8, value & 0xff];
const text16 = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(word(bytes.byteLength)), bytes]);
};
