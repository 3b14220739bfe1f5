/**
 * Cuts the NAL units of one picture into RTP payloads: RFC 6184 (H.264), RFC 7798 (H.265).
 *
 * A unit that fits travels alone or, when asked for, together with its small neighbours; one that
 * does not fit is fragmented. Taking the payloads apart again gives the same units in order.
 */
import type { ClipCodec } from "../clips/clip.ts";

export interface PacketiseOptions {
  readonly codec: ClipCodec;
  readonly payloadBytesMax: number;
  /** Small units share a packet (STAP-A, AP), as parameter sets of many cameras do. */
  readonly aggregate: boolean;
}

export function packetise(
  nals: readonly Uint8Array[],
  { codec, payloadBytesMax, aggregate }: PacketiseOptions,
): Uint8Array[] {
  const headerBytes = codec === "h264" ? 1 : 2;
  const payloads: Uint8Array[] = [];
  let group: Uint8Array[] = [];
  let groupBytes = headerBytes;
  const flush = (): void => {
    const [only] = group;
    if (group.length === 1 && only !== undefined) payloads.push(only);
    else if (group.length > 1) payloads.push(aggregated(group, codec));
    group = [];
    groupBytes = headerBytes;
  };
  for (const nal of nals) {
    if (nal.length > payloadBytesMax) {
      flush();
      payloads.push(...fragments(nal, codec, payloadBytesMax));
      continue;
    }
    if (!aggregate || groupBytes + 2 + nal.length > payloadBytesMax) flush();
    group.push(nal);
    groupBytes += 2 + nal.length;
  }
  flush();
  return payloads;
}

const h264Stap = 24;
const h264Fragment = 28;
const h265Aggregation = 48;
const h265Fragment = 49;

function aggregated(nals: readonly Uint8Array[], codec: ClipCodec): Uint8Array {
  const parts: Uint8Array[] = [codec === "h264" ? stapHeader(nals) : apHeader(nals)];
  for (const nal of nals) parts.push(Uint8Array.of(nal.length >> 8, nal.length & 0xff), nal);
  return Buffer.concat(parts);
}

/** The forbidden bit and the highest importance of all units inside. */
function stapHeader(nals: readonly Uint8Array[]): Uint8Array {
  const forbidden = nals.reduce((bits, nal) => bits | ((nal[0] ?? 0) & 0x80), 0);
  const importance = nals.reduce((most, nal) => Math.max(most, (nal[0] ?? 0) & 0x60), 0);
  return Uint8Array.of(forbidden | importance | h264Stap);
}

/** The lowest layer and temporal id of all units inside. */
function apHeader(nals: readonly Uint8Array[]): Uint8Array {
  const layer = nals.reduce((least, nal) => Math.min(least, h265Layer(nal)), 63);
  const temporal = nals.reduce((least, nal) => Math.min(least, (nal[1] ?? 1) & 0x07), 7);
  return Uint8Array.of((h265Aggregation << 1) | (layer >> 5), ((layer & 0x1f) << 3) | temporal);
}

function h265Layer(nal: Uint8Array): number {
  return (((nal[0] ?? 0) & 0x01) << 5) | ((nal[1] ?? 0) >> 3);
}

function fragments(nal: Uint8Array, codec: ClipCodec, payloadBytesMax: number): Uint8Array[] {
  const first = nal[0] ?? 0;
  const type = codec === "h264" ? first & 0x1f : (first >> 1) & 0x3f;
  const header =
    codec === "h264"
      ? [(first & 0xe0) | h264Fragment]
      : [(first & 0x81) | (h265Fragment << 1), nal[1] ?? 0];
  const bodyBytesMax = payloadBytesMax - header.length - 1;
  const pieces: Uint8Array[] = [];
  // The header of the unit itself is not repeated: it is in the headers of its fragments.
  for (let from = header.length; from < nal.length; from += bodyBytesMax) {
    const body = nal.subarray(from, from + bodyBytesMax);
    const start = from === header.length ? 0x80 : 0;
    const end = from + bodyBytesMax >= nal.length ? 0x40 : 0;
    pieces.push(Buffer.concat([Uint8Array.of(...header, start | end | type), body]));
  }
  return pieces;
}
