/**
 * Puts pictures that did not come over RTP into the same ring: each NAL unit as one packet with a
 * header of ours, timed by its arrival.
 *
 * So everything behind (whole pictures, groups, clips, notices) knows one kind of stream only.
 */
import type { Clock } from "../../runtime/clock.ts";
import type { Codec } from "../encoded-picture.ts";
import type { StreamPictures } from "../ring/stream-pictures.ts";
import type { PictureBuilder } from "../rtp/picture-builder.ts";
import { rtpHeadBytes } from "../rtp/rtp-packet.ts";

const payloadType = 96;
const clockRate = 90_000;

export class PictureFeed {
  readonly #codec: Codec;
  readonly #clock: Clock;
  readonly #builder: PictureBuilder;
  #sequence = 0;
  #lastRtpTime = -1;

  constructor(options: {
    readonly codec: Codec;
    readonly pictures: StreamPictures;
    readonly clock: Clock;
  }) {
    this.#codec = options.codec;
    this.#clock = options.clock;
    this.#builder = options.pictures.open({
      codec: options.codec,
      payloadType,
      clockRate,
      parameterSets: [],
    });
  }

  push(parts: readonly Uint8Array[]): void {
    const units = parts.filter((part) => this.#isUnit(part));
    const rtpTime = this.#nextRtpTime();
    for (const [index, unit] of units.entries()) {
      const packet = Buffer.allocUnsafe(rtpHeadBytes + unit.length);
      packet.writeUInt8(0x80, 0);
      packet.writeUInt8(payloadType | (index === units.length - 1 ? 0x80 : 0), 1);
      packet.writeUInt16BE(this.#sequence, 2);
      packet.writeUInt32BE(rtpTime, 4);
      packet.writeUInt32BE(1, 8);
      packet.set(unit, rtpHeadBytes);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#builder.push(packet, 0, packet.length);
    }
  }

  /** Types that RTP keeps for itself would be taken for packets of another kind. */
  #isUnit(part: Uint8Array): boolean {
    const head = part[0] ?? 0;
    if (this.#codec === "h264") return (head & 0x1f) >= 1 && (head & 0x1f) <= 23;
    return this.#codec === "mjpeg" || ((head >> 1) & 0x3f) < 48;
  }

  /** Two pictures that come at once still have two times. */
  #nextRtpTime(): number {
    const now = Math.round((this.#clock.monoMs() * clockRate) / 1_000);
    this.#lastRtpTime = Math.max(now, this.#lastRtpTime + 1);
    return this.#lastRtpTime % 2 ** 32;
  }
}
