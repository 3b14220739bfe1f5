/** For tests: makes RTP packets and a stream of pictures, and collects what is built of them. */

import { PacketRing } from "../../agent/capture/ring/packet-ring.ts";
import { ParameterSets } from "../../agent/capture/rtp/parameter-sets.ts";
import { type BuiltPicture, PictureBuilder } from "../../agent/capture/rtp/picture-builder.ts";
import { packetise } from "../camera-server/packetise.ts";

export interface PacketFields {
  readonly sequence: number;
  readonly rtpTime: number;
  readonly payload: Uint8Array;
  readonly isMarked?: boolean;
  readonly payloadType?: number;
  readonly ssrc?: number;
}

export function rtpPacket(fields: PacketFields): Buffer {
  const { sequence, rtpTime, payload, isMarked = false, payloadType = 96, ssrc = 1 } = fields;
  const head = Buffer.alloc(12);
  head[0] = 0x80;
  head[1] = (isMarked ? 0x80 : 0) | payloadType;
  head.writeUInt16BE(sequence & 0xffff, 2);
  head.writeUInt32BE(rtpTime >>> 0, 4);
  head.writeUInt32BE(ssrc, 8);
  return Buffer.concat([head, payload]);
}

/** First bytes of H.264 slices: header, `first_mb_in_slice` 0, slice type. */
export const h264 = {
  sps: Buffer.from("67640028acd940780227e5c044000003000400000300c83c60c658", "hex"),
  pps: Buffer.from("68ebe3cb22c0", "hex"),
  /** ue(0) ue(7): 1 0001000 */
  idr: (bytes = 20): Buffer =>
    Buffer.concat([Buffer.from([0x65, 0x88, 0x80]), Buffer.alloc(bytes, 0x55)]),
  intra: (bytes = 20): Buffer =>
    Buffer.concat([Buffer.from([0x61, 0x88, 0x80]), Buffer.alloc(bytes, 0x55)]),
  /** ue(0) ue(5): 1 00110 */
  inter: (bytes = 20): Buffer =>
    Buffer.concat([Buffer.from([0x61, 0x9a]), Buffer.alloc(bytes, 0x55)]),
  /** ue(10) ue(7): a second slice of the picture, intra. */
  laterSlice: (type = 0x65): Buffer => Buffer.from([type, 0x16, 0x20, 0x55, 0x55]),
  /** SEI, payload 6: recovery_frame_cnt, exact_match 1, broken_link 0, … */
  recovery: (count: number): Buffer =>
    count === 0
      ? Buffer.from([6, 6, 1, 0xc4, 0x80])
      : Buffer.from([6, 6, 2, ...recoveryBits(count), 0x80]),
} as const;

/** ue(count) for 1..14 in seven bits, then exact_match_flag 1, broken_link 0. */
function recoveryBits(count: number): number[] {
  const code = (count + 1).toString(2);
  const bits = `${"0".repeat(code.length - 1)}${code}10`.padEnd(16, "0");
  return [Number.parseInt(bits.slice(0, 8), 2), Number.parseInt(bits.slice(8), 2)];
}

export class TestStream {
  readonly pictures: BuiltPicture[] = [];
  readonly ring: PacketRing;
  readonly sets: ParameterSets;
  readonly builder: PictureBuilder;
  extended = 0;
  newSources = 0;
  sequence = 65_530;

  constructor(codec: "h264" | "h265" = "h264", ringBytes = 1_000_000) {
    this.ring = new PacketRing({ bytes: ringBytes });
    this.sets = new ParameterSets(codec);
    this.builder = new PictureBuilder({
      codec,
      payloadType: 96,
      ring: this.ring,
      sets: this.sets,
      monoMs: () => 0,
      sink: {
        onPicture: (picture) => this.pictures.push(picture),
        onPictureExtended: (count) => {
          this.extended += count;
        },
        onNewSource: () => {
          this.newSources += 1;
        },
      },
    });
  }

  push(packet: Uint8Array): void {
    this.builder.push(packet, 0, packet.length);
  }

  /** One access unit in as many packets as it takes. */
  unit(
    nals: readonly Uint8Array[],
    rtpTime: number,
    options: {
      readonly mtu?: number;
      readonly aggregate?: boolean;
      readonly codec?: "h264" | "h265";
    } = {},
  ): Buffer[] {
    const { mtu = 1_400, aggregate = false, codec = "h264" } = options;
    const payloads = packetise(nals, { codec, payloadBytesMax: mtu, aggregate });
    return payloads.map((payload, index) =>
      rtpPacket({
        sequence: this.sequence++,
        rtpTime,
        payload,
        isMarked: index === payloads.length - 1,
      }),
    );
  }

  send(nals: readonly Uint8Array[], rtpTime: number, options = {}): void {
    for (const packet of this.unit(nals, rtpTime, options)) this.push(packet);
  }
}
