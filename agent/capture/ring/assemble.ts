/**
 * Puts pictures together from the packets of the ring: access units with Annex B start codes,
 * or whole JPEGs, all in one fresh block of memory that can be handed to another thread.
 *
 * Called when somebody looks at a picture, never on the path of packets. The packets were checked
 * when they came; here a length that does not fit ends the picture as undefined.
 */
import type { Codec } from "../encoded-picture.ts";
import { payloadStart } from "../rtp/rtp-packet.ts";
import type { PacketRing } from "./packet-ring.ts";

export interface PacketRange {
  readonly firstPacket: number;
  readonly packetCount: number;
}

/** Parameter sets and units, one behind the other in one buffer; undefined when packets are gone. */
export function assemble(
  ring: PacketRing,
  codec: Codec,
  ranges: readonly PacketRange[],
  parameterSets: Uint8Array,
): { readonly parameterSets: Uint8Array; readonly units: readonly Uint8Array[] } | undefined {
  const isThere = ranges.every(
    ({ firstPacket, packetCount }) =>
      firstPacket >= ring.firstPacket && firstPacket + packetCount <= ring.nextPacket,
  );
  if (!isThere) return undefined;
  const sizes = ranges.map((range) => walk(ring, codec, range, undefined, 0));
  const total = sizes.reduce((sum, size) => sum + size, parameterSets.length);
  const bytes = new Uint8Array(total);
  bytes.set(parameterSets, 0);
  let at = parameterSets.length;
  const units = ranges.map((range, index) => {
    walk(ring, codec, range, bytes, at);
    const unit = bytes.subarray(at, at + (sizes[index] ?? 0));
    at += unit.length;
    return unit;
  });
  return { parameterSets: bytes.subarray(0, parameterSets.length), units };
}

/** Bytes of one access unit; written to `target` when there is one. */
function walk(
  ring: PacketRing,
  codec: Codec,
  { firstPacket, packetCount }: PacketRange,
  target: Uint8Array | undefined,
  targetAt: number,
): number {
  let at = targetAt;
  const source = ring.bytes;
  for (let packet = firstPacket; packet < firstPacket + packetCount; packet++) {
    const place = ring.placeOf(packet);
    const end = place + ring.lengthOf(packet);
    const start = payloadStart(source, place, end);
    if (start === -1) continue;
    at = writers[codec](source, start, end, target, at);
  }
  return at - targetAt;
}

type Writer = (
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array | undefined,
  at: number,
) => number;

const writers: Readonly<Record<Codec, Writer>> = {
  h264: (source, start, end, target, at) => {
    if (end <= start) return at;
    const head = source[start] ?? 0;
    const type = head & 0x1f;
    if (type === 24) return writeAggregate(source, start + 1, end, target, at);
    if (type !== 28) return writeUnit(source, start, end, target, at);
    const fragmentHead = source[start + 1] ?? 0;
    if ((fragmentHead & 0x80) === 0) return copy(source, start + 2, end, target, at);
    const behind = writeStartCode(target, at);
    if (target !== undefined) target[behind] = (head & 0xe0) | (fragmentHead & 0x1f);
    return copy(source, start + 2, end, target, behind + 1);
  },
  h265: (source, start, end, target, at) => {
    if (end - start < 3) return at;
    const head = source[start] ?? 0;
    const type = (head >> 1) & 0x3f;
    if (type === 48) return writeAggregate(source, start + 2, end, target, at);
    if (type !== 49) return writeUnit(source, start, end, target, at);
    const fragmentHead = source[start + 2] ?? 0;
    if ((fragmentHead & 0x80) === 0) return copy(source, start + 3, end, target, at);
    const behind = writeStartCode(target, at);
    if (target !== undefined) {
      target[behind] = (head & 0x81) | ((fragmentHead & 0x3f) << 1);
      target[behind + 1] = source[start + 1] ?? 0;
    }
    return copy(source, start + 3, end, target, behind + 2);
  },
  mjpeg: (source, start, end, target, at) => copy(source, start, end, target, at),
};

const startCodeBytes = 4;

function writeStartCode(target: Uint8Array | undefined, at: number): number {
  // The buffer is made of zeros.
  if (target !== undefined) target[at + 3] = 1;
  return at + startCodeBytes;
}

function writeUnit(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array | undefined,
  at: number,
): number {
  return copy(source, start, end, target, writeStartCode(target, at));
}

function writeAggregate(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array | undefined,
  targetAt: number,
): number {
  let at = targetAt;
  for (let from = start; from + 2 <= end; ) {
    const size = ((source[from] ?? 0) << 8) | (source[from + 1] ?? 0);
    from += 2;
    if (size === 0 || from + size > end) break;
    at = writeUnit(source, from, from + size, target, at);
    from += size;
  }
  return at;
}

function copy(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array | undefined,
  at: number,
): number {
  if (target !== undefined) target.set(source.subarray(start, end), at);
  return at + (end - start);
}
