/** RTCP as a camera sends it (RFC 3550): sender report with its name, and goodbye. */

const ntpEpochOffsetS = 2_208_988_800;

export interface SenderReport {
  readonly source: number;
  /** Wall time of the camera at the instant that `timestamp` names. */
  readonly atMs: number;
  readonly timestamp: number;
  readonly packetCount: number;
  readonly payloadBytes: number;
}

export function senderReport(report: SenderReport): Buffer {
  const { source, atMs, timestamp, packetCount, payloadBytes } = report;
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16BE(0x80c8, 0);
  bytes.writeUInt16BE(6, 2);
  bytes.writeUInt32BE(source, 4);
  const seconds = Math.floor(atMs / 1_000);
  bytes.writeUInt32BE((seconds + ntpEpochOffsetS) >>> 0, 8);
  bytes.writeUInt32BE(Math.floor(((atMs - seconds * 1_000) / 1_000) * 2 ** 32) >>> 0, 12);
  bytes.writeUInt32BE(timestamp, 16);
  bytes.writeUInt32BE(packetCount >>> 0, 20);
  bytes.writeUInt32BE(payloadBytes >>> 0, 24);
  return Buffer.concat([bytes, sourceDescription(source)]);
}

export function goodbye(source: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16BE(0x81cb, 0);
  bytes.writeUInt16BE(1, 2);
  bytes.writeUInt32BE(source, 4);
  return bytes;
}

function sourceDescription(source: number): Buffer {
  const name = Buffer.from("camera");
  // Type, length, text, and at least one zero byte up to a whole word.
  const itemBytes = Math.ceil((2 + name.length + 1) / 4) * 4;
  const bytes = Buffer.alloc(8 + itemBytes);
  bytes.writeUInt16BE(0x81ca, 0);
  bytes.writeUInt16BE(bytes.length / 4 - 1, 2);
  bytes.writeUInt32BE(source, 4);
  bytes[8] = 1;
  bytes[9] = name.length;
  bytes.set(name, 10);
  return bytes;
}

/** The frame that carries `packet` on an interleaved channel. */
export function interleaved(channel: number, packet: Uint8Array): Buffer {
  const head = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]);
  return Buffer.concat([head, packet]);
}
