/** A message's properties in MQTT 5, and how large they make its packet: brokers say what they take. */
import type { PublishOptions } from "./broker-connection.ts";

export interface PublishProperties {
  readonly payloadFormatIndicator?: true;
  readonly contentType?: string;
  readonly messageExpiryInterval?: number;
  readonly userProperties?: Record<string, string>;
}

export function publishProperties({
  contentType,
  expirySeconds,
  userProperties,
  isBinary,
}: PublishOptions): PublishProperties {
  return {
    ...(isBinary === true ? {} : { payloadFormatIndicator: true }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(expirySeconds === undefined ? {} : { messageExpiryInterval: expirySeconds }),
    ...(userProperties === undefined ? {} : { userProperties: { ...userProperties } }),
  };
}

/** Bytes of the whole packet on the wire, at QoS 1. */
export function publishSize(topic: string, payloadBytes: number, options: PublishOptions): number {
  const { contentType, expirySeconds, isBinary } = options;
  const pairs = Object.entries(options.userProperties ?? {});
  const properties =
    (isBinary === true ? 0 : 2) +
    pairs.reduce((sum, [name, value]) => sum + 1 + stringSize(name) + stringSize(value), 0) +
    (contentType === undefined ? 0 : 1 + stringSize(contentType)) +
    (expirySeconds === undefined ? 0 : 5);
  const packetId = 2;
  const rest = stringSize(topic) + packetId + variableSize(properties) + properties + payloadBytes;
  return 1 + variableSize(rest) + rest;
}

const stringSize = (text: string): number => 2 + Buffer.byteLength(text);

/** Seven bits a byte. */
function variableSize(value: number): number {
  if (value < 2 ** 7) return 1;
  if (value < 2 ** 14) return 2;
  return value < 2 ** 21 ? 3 : 4;
}
