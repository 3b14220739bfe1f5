/**
 * Pictures as they go out: RTP packets with their interleaved framing, in one buffer a picture.
 *
 * They are built once a clip and shared by all streams and clients. What differs between clients
 * (channel, sequence number, timestamp, source) is written into a copy when a picture is sent.
 */
import type { Clip } from "../clips/clip.ts";
import { packetise } from "./packetise.ts";

export interface PictureTemplate {
  readonly bytes: Buffer;
  /** Where each packet begins in `bytes`, at its `$`. */
  readonly offsets: Uint32Array;
  readonly isKeyframe: boolean;
}

export interface TemplateOptions {
  readonly mtuBytes: number;
  readonly payloadType: number;
  readonly aggregate: boolean;
  /** Parameter sets go in front of every keyframe. */
  readonly inBand: boolean;
}

/** `$`, channel, length: RFC 2326, section 10.12. */
export const framingBytes = 4;
export const rtpHeaderBytes = 12;

export interface PacketFields {
  readonly channel: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly source: number;
}

const built = new WeakMap<Clip, Map<string, readonly PictureTemplate[]>>();

/** One template a picture of the clip, in the order of sending. */
export function pictureTemplates(clip: Clip, options: TemplateOptions): readonly PictureTemplate[] {
  const { mtuBytes, payloadType, aggregate, inBand } = options;
  const variants = built.get(clip) ?? new Map<string, readonly PictureTemplate[]>();
  built.set(clip, variants);
  const key = [mtuBytes, payloadType, aggregate, inBand].join();
  const known = variants.get(key);
  if (known !== undefined) return known;
  const payloadBytesMax = mtuBytes - rtpHeaderBytes;
  const templates = clip.accessUnits.map(({ nals, isKeyframe }) => {
    const units = inBand && isKeyframe ? [...clip.parameterSets, ...nals] : nals;
    const payloads = packetise(units, { codec: clip.codec, payloadBytesMax, aggregate });
    return buildTemplate(payloads, payloadType, isKeyframe);
  });
  variants.set(key, templates);
  return templates;
}

function buildTemplate(
  payloads: readonly Uint8Array[],
  payloadType: number,
  isKeyframe: boolean,
): PictureTemplate {
  const perPacket = framingBytes + rtpHeaderBytes;
  const size = payloads.reduce((sum, { length }) => sum + perPacket + length, 0);
  const bytes = Buffer.alloc(size);
  const offsets = new Uint32Array(payloads.length);
  let at = 0;
  for (const [index, payload] of payloads.entries()) {
    const marker = index === payloads.length - 1 ? 0x80 : 0;
    offsets[index] = at;
    bytes[at] = 0x24;
    bytes.writeUInt16BE(rtpHeaderBytes + payload.length, at + 2);
    bytes[at + 4] = 0x80;
    bytes[at + 5] = marker | payloadType;
    bytes.set(payload, at + perPacket);
    at += perPacket + payload.length;
  }
  return { bytes, offsets, isKeyframe };
}

/** Writes the client's fields into the packet that begins at `at`. */
export function patchPacket(bytes: Buffer, at: number, fields: PacketFields): void {
  const { channel, sequence, timestamp, source } = fields;
  bytes[at + 1] = channel;
  bytes[at + 6] = sequence >>> 8;
  bytes[at + 7] = sequence;
  bytes[at + 8] = timestamp >>> 24;
  bytes[at + 9] = timestamp >>> 16;
  bytes[at + 10] = timestamp >>> 8;
  bytes[at + 11] = timestamp;
  bytes[at + 12] = source >>> 24;
  bytes[at + 13] = source >>> 16;
  bytes[at + 14] = source >>> 8;
  bytes[at + 15] = source;
}

/** Where the packet after number `index` begins; the end of the picture for the last one. */
export function packetEnd({ bytes, offsets }: PictureTemplate, index: number): number {
  return offsets[index + 1] ?? bytes.length;
}
