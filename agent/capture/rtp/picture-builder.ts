/**
 * Turns the RTP packets of one connection into pictures: finds where each access unit begins and
 * ends, what is missing, and which picture can be decoded from where.
 *
 * A gap in the sequence damages the unit in which it lies and breaks the chain: nothing is handed
 * on as decodable until the next picture that decodes alone has come whole. Works packet by
 * packet without allocation; everything slow happens once a picture.
 */
import type { Codec } from "../encoded-picture.ts";
import { accessUnitBytesMax, accessUnitPacketsMax } from "../limits.ts";
import type { PacketRing } from "../ring/packet-ring.ts";
import type { ParameterSets } from "./parameter-sets.ts";
import { PayloadScan } from "./payload-scan.ts";
import {
  isMarked,
  payloadEnd,
  payloadStart,
  payloadTypeOf,
  sequenceOf,
  ssrcOf,
  timestampOf,
} from "./rtp-packet.ts";
import { UnitFacts } from "./unit-facts.ts";

/** One access unit that has ended, damaged or not. */
export interface BuiltPicture {
  readonly firstPacket: number;
  readonly packetCount: number;
  readonly bytes: number;
  readonly rtpTime: number;
  readonly arrivedAtMonoMs: number;
  /** Whole, and it is a picture. */
  readonly isWhole: boolean;
  /** Pictures to decode from here until one is right; 0: decodes alone; -1: no place to begin. */
  readonly picturesUntilRight: number;
  /** Something before it is missing: what refers to earlier pictures cannot be decoded. */
  readonly isChainBroken: boolean;
}

export interface PictureBuilderSink {
  onPicture(picture: BuiltPicture): void;
  /** The newest picture got more packets: the camera marks every slice as the last one. */
  onPictureExtended(packetCount: number): void;
  /** Another source sends on this channel: times start anew. */
  onNewSource(): void;
}

export class PictureBuilder {
  readonly #payloadType: number;
  readonly #ring: PacketRing;
  readonly #sink: PictureBuilderSink;
  readonly #monoMs: () => number;
  readonly #facts: UnitFacts;
  readonly #scan: PayloadScan;

  readonly counters = { packets: 0, bytes: 0, lost: 0, late: 0, odd: 0, unsupported: 0 };

  #nextSequence = -1;
  #ssrc = -1;
  #lateRun = 0;

  #isUnitOpen = false;
  #unitFirst = 0;
  #unitPackets = 0;
  #unitBytes = 0;
  #unitRtpTime = 0;
  #unitArrivedAtMonoMs = 0;
  #isUnitDamaged = false;
  #isChainBroken = true;
  /** The marker bit ends the picture, until the camera shows that it marks each slice. */
  #isMarkerTrusted = true;
  #closedRtpTime = -1;
  #wasClosedWhole = false;
  /** What comes with the time of the closed picture belongs to it. */
  #isExtending = false;

  constructor(options: {
    readonly codec: Codec;
    readonly payloadType: number;
    readonly ring: PacketRing;
    readonly sets: ParameterSets;
    readonly sink: PictureBuilderSink;
    readonly monoMs: () => number;
  }) {
    this.#payloadType = options.payloadType;
    this.#ring = options.ring;
    this.#sink = options.sink;
    this.#monoMs = options.monoMs;
    this.#facts = new UnitFacts(options.sets);
    this.#scan = new PayloadScan(options.codec, this.#facts, options.sets);
  }

  /** One RTP packet; the range is valid during the call alone. */
  push(bytes: Uint8Array, start: number, end: number): void {
    const bodyStart = payloadStart(bytes, start, end);
    const bodyEnd = bodyStart === -1 ? -1 : payloadEnd(bytes, start, end);
    if (
      bodyEnd < bodyStart ||
      bodyEnd === -1 ||
      payloadTypeOf(bytes, start) !== this.#payloadType
    ) {
      this.counters.odd += 1;
      return;
    }
    this.counters.packets += 1;
    this.counters.bytes += end - start;
    const hasGap = this.#checkSequence(bytes, start);
    if (hasGap === undefined) return;

    const rtpTime = timestampOf(bytes, start);
    if (hasGap && this.#isUnitOpen) this.#isUnitDamaged = true;
    if (this.#isUnitOpen && rtpTime !== this.#unitRtpTime) {
      // Parameter sets and the like may carry the time of the picture before theirs.
      if (this.#facts.hasPicture || hasGap) this.#closeUnit();
      else this.#unitRtpTime = rtpTime;
    }
    if (this.#isExtending && rtpTime === this.#closedRtpTime && this.#wasClosedWhole) {
      this.#extend(bytes, start, bodyStart, bodyEnd);
      return;
    }
    if (this.#isExtending) this.#endExtension();
    if (!this.#isUnitOpen) this.#openUnit(rtpTime);
    this.#add(bytes, start, bodyStart, bodyEnd);
    if (!this.#isMarkerTrusted) return;
    if (this.#continuesClosed()) this.#joinClosed();
    if (!isMarked(bytes, start)) return;
    if (this.#isUnitOpen && (this.#facts.hasPicture || this.#isUnitDamaged)) this.#closeUnit();
  }

  /** The stream ends here: what is open becomes a picture. */
  flush(): void {
    if (this.#isUnitOpen) this.#closeUnit();
  }

  /** True: packets are missing before this one. Undefined: it comes too late and is dropped. */
  #checkSequence(bytes: Uint8Array, start: number): boolean | undefined {
    const sequence = sequenceOf(bytes, start);
    const ssrc = ssrcOf(bytes, start);
    const expected = this.#nextSequence;
    if (expected === sequence && ssrc === this.#ssrc) {
      this.#nextSequence = (sequence + 1) & 0xffff;
      this.#lateRun = 0;
      return false;
    }
    if (expected === -1) {
      this.#nextSequence = (sequence + 1) & 0xffff;
      this.#ssrc = ssrc;
      return false;
    }
    const ahead = (sequence - expected) & 0xffff;
    const isNewSource = ssrc !== this.#ssrc;
    if (!isNewSource && ahead >= 0x8000 && this.#lateRun < lateRunMax) {
      this.#lateRun += 1;
      this.counters.late += 1;
      return undefined;
    }
    if (!isNewSource && ahead < 0x8000) this.counters.lost += ahead;
    this.#nextSequence = (sequence + 1) & 0xffff;
    this.#ssrc = ssrc;
    this.#lateRun = 0;
    this.#isChainBroken = true;
    this.#wasClosedWhole = false;
    this.#scan.breakFragment();
    if (isNewSource) {
      this.#dropUnit();
      this.#sink.onNewSource();
    }
    return true;
  }

  #openUnit(rtpTime: number): void {
    this.#isUnitOpen = true;
    this.#unitFirst = this.#ring.nextPacket;
    this.#unitPackets = 0;
    this.#unitBytes = 0;
    this.#unitRtpTime = rtpTime;
    this.#unitArrivedAtMonoMs = this.#monoMs();
    this.#isUnitDamaged = false;
    this.#facts.reset();
  }

  #add(bytes: Uint8Array, start: number, bodyStart: number, bodyEnd: number): void {
    const result = this.#scan.scan(bytes, bodyStart, bodyEnd);
    if (result === "unsupported") this.counters.unsupported += 1;
    if (result !== "ok") this.#isUnitDamaged = true;
    this.#unitBytes += bodyEnd - start;
    if (this.#unitBytes > accessUnitBytesMax || this.#unitPackets >= accessUnitPacketsMax) {
      this.#isUnitDamaged = true;
      return;
    }
    if (this.#ring.append(bytes, start, bodyEnd)) this.#unitPackets += 1;
    else this.#isUnitDamaged = true;
  }

  #closeUnit(): void {
    const facts = this.#facts;
    this.#isUnitOpen = false;
    this.#closedRtpTime = this.#unitRtpTime;
    const isInRing = this.#unitFirst >= this.#ring.firstPacket;
    const isWhole =
      !this.#isUnitDamaged &&
      !facts.isOdd &&
      isInRing &&
      facts.hasPicture &&
      facts.hasFirstSlice &&
      !this.#scan.isFragmentOpen;
    this.#scan.breakFragment();
    this.#wasClosedWhole = isWhole;
    if (!facts.hasPicture && !this.#isUnitDamaged) return;
    const picturesUntilRight = isWhole ? facts.picturesUntilRight : -1;
    if (!isWhole) this.#isChainBroken = true;
    this.#sink.onPicture({
      firstPacket: this.#unitFirst,
      packetCount: this.#unitPackets,
      bytes: this.#unitBytes,
      rtpTime: this.#unitRtpTime,
      arrivedAtMonoMs: this.#unitArrivedAtMonoMs,
      isWhole,
      picturesUntilRight,
      isChainBroken: this.#isChainBroken,
    });
    if (picturesUntilRight >= 0) this.#isChainBroken = false;
  }

  /** A later slice with the time of a picture that its marker had ended. */
  #continuesClosed(): boolean {
    const { hasPicture, hasFirstSlice } = this.#facts;
    const isLaterSlice = hasPicture && !hasFirstSlice && !this.#isUnitDamaged;
    return isLaterSlice && this.#wasClosedWhole && this.#unitRtpTime === this.#closedRtpTime;
  }

  /** This camera marks every slice as the last one: from now on a new time alone ends a picture. */
  #joinClosed(): void {
    this.#isMarkerTrusted = false;
    this.#isExtending = true;
    this.#isUnitOpen = false;
    this.#sink.onPictureExtended(this.#unitPackets);
  }

  #extend(bytes: Uint8Array, start: number, bodyStart: number, bodyEnd: number): void {
    const result = this.#scan.scan(bytes, bodyStart, bodyEnd);
    if (result === "ok" && this.#ring.append(bytes, start, bodyEnd)) {
      this.#sink.onPictureExtended(1);
    } else {
      this.#isChainBroken = true;
    }
  }

  /** What ends in the middle of a slice is damaged; the rest of the slice belongs to no other picture. */
  #endExtension(): void {
    this.#isExtending = false;
    if (!this.#scan.isFragmentOpen) return;
    this.#isChainBroken = true;
    this.#scan.breakFragment();
  }

  #dropUnit(): void {
    this.#isUnitOpen = false;
    this.#closedRtpTime = -1;
  }
}

/** So many packets from the past mean that the camera counts anew. */
const lateRunMax = 16;
