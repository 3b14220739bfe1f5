/**
 * The pictures of one stream over all its connections: the ring of packets, what lies where in it,
 * and which picture a look would get now.
 *
 * A connection feeds it through a `PictureBuilder`; the ring and the picture numbers go on when a
 * connection is replaced. Knows nothing of sockets, threads or states.
 */
import type { CameraId } from "../../../pipelines/domain/ids.ts";
import type { Clock } from "../../runtime/clock.ts";
import { CaptureError } from "../capture-error.ts";
import { CaptureClock } from "../clock/capture-clock.ts";
import type {
  Codec,
  EncodedPicture,
  EncodedSpan,
  PictureNotice,
  StreamName,
} from "../encoded-picture.ts";
import {
  keyframesPerSecondMax,
  ringBytesDefault,
  ringBytesMax,
  ringSecondsDefault,
} from "../limits.ts";
import { ParameterSets } from "../rtp/parameter-sets.ts";
import {
  type BuiltPicture,
  PictureBuilder,
  type PictureBuilderSink,
} from "../rtp/picture-builder.ts";
import type { PictureFormat } from "../rtp/picture-size.ts";
import type { SenderReport } from "../rtp/sender-report.ts";
import { Announcer } from "./announcer.ts";
import { assemble } from "./assemble.ts";
import { PacketRing } from "./packet-ring.ts";
import { groupOf, oldestCapturedAtMs } from "./picture-group.ts";
import { PictureLog } from "./picture-log.ts";
import { type SpanRequest, spanOf } from "./picture-span.ts";
import type { RingNeed } from "./ring-shares.ts";
import { RingSize } from "./ring-size.ts";
import { SizesSince } from "./sizes-since.ts";

export interface StreamPicturesSink {
  onNotice(notice: PictureNotice): void;
  /** A picture is due whose group the ring does not hold any more, or which is too long. */
  onGroupTooLong(distanceMs: number): void;
  /** The ring needs another size; it takes it within what it is granted. */
  onRingNeed(need: RingNeed): void;
}

export class StreamPictures implements PictureBuilderSink {
  readonly #cameraId: CameraId;
  readonly #stream: StreamName;
  readonly #clock: Clock;
  readonly #sink: StreamPicturesSink;
  readonly #ring: PacketRing;
  readonly #ringSize: RingSize;
  #grantedBytes: number;
  readonly #log = new PictureLog();
  readonly #announcer: Announcer;
  readonly #sizes = new SizesSince();

  #codec: Codec = "h264";
  #sets = new ParameterSets("h264");
  #captureClock = new CaptureClock({ clockRate: 90_000 });
  #builder: PictureBuilder | undefined;

  /** Where decoding begins for what comes now; -1: nothing can be decoded. */
  #chainStart = -1;
  /** A recovery point whose pictures are not right yet. */
  #recovery:
    | { readonly start: number; readonly rightFrom: number; readonly fromBytes: number }
    | undefined;
  /** Where in all bytes of the ring the group begins. */
  #chainFromBytes = 0;
  #newestChainRtpTime = 0;
  #announced = -1;

  readonly counters = { pictures: 0, damaged: 0, keyframes: 0 };
  #secondBeganMonoMs = Number.NEGATIVE_INFINITY;
  #keyframesBefore = 0;
  #lastPictureMonoMs = Number.NEGATIVE_INFINITY;
  #lastDecodableMonoMs = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(options: {
    readonly cameraId: CameraId;
    readonly stream: StreamName;
    readonly everyMs: number;
    readonly ringBytes?: number | undefined;
    readonly ringSeconds?: number | undefined;
    /** What `ringSeconds` may take. */
    readonly ringBytesMax?: number | undefined;
    /** What the ring may take of the box, whatever it needs. */
    readonly grantedBytes?: number | undefined;
    readonly clock: Clock;
    readonly sink: StreamPicturesSink;
  }) {
    this.#cameraId = options.cameraId;
    this.#stream = options.stream;
    this.#clock = options.clock;
    this.#sink = options.sink;
    this.#grantedBytes = options.grantedBytes ?? Number.POSITIVE_INFINITY;
    const assumedBytes = options.ringBytes ?? ringBytesDefault;
    this.#ring = new PacketRing({
      bytes: Math.max(1, Math.min(assumedBytes, this.#grantedBytes)),
    });
    this.#ringSize = new RingSize({
      seconds: options.ringSeconds ?? ringSecondsDefault,
      rateBytesMax: options.ringBytesMax ?? ringBytesMax,
      bytesMax: ringBytesMax,
      assumedBytes,
    });
    this.#announcer = new Announcer({ everyMs: options.everyMs });
  }

  /** A connection begins with this track: packets go to the builder that comes back. */
  open(track: {
    readonly codec: Codec;
    readonly payloadType: number;
    readonly clockRate: number;
    readonly parameterSets: readonly Uint8Array[];
  }): PictureBuilder {
    if (track.codec !== this.#codec) this.#ring.clear();
    this.#codec = track.codec;
    this.#sets = new ParameterSets(track.codec);
    for (const set of track.parameterSets) this.#sets.offer(set);
    this.#captureClock = new CaptureClock({ clockRate: track.clockRate });
    this.#announcer.restart();
    this.#ringSize.restart();
    this.#breakChain();
    this.#sizes.interrupt();
    this.#announced = -1;
    this.#isOpen = true;
    this.#builder = new PictureBuilder({
      codec: track.codec,
      payloadType: track.payloadType,
      ring: this.#ring,
      sets: this.#sets,
      sink: this,
      monoMs: () => this.#clock.monoMs(),
    });
    return this.#builder;
  }

  /** The connection is gone: its last picture is no picture of now. */
  close(): void {
    this.#isOpen = false;
  }

  set everyMs(everyMs: number) {
    this.#announcer.everyMs = everyMs;
  }

  get keyframeDistanceMs(): number {
    return this.#announcer.keyframeDistanceMs;
  }

  /** When the newest whole picture came, decodable or not. */
  get lastPictureMonoMs(): number {
    return this.#lastPictureMonoMs;
  }

  get lastDecodableMonoMs(): number {
    return this.#lastDecodableMonoMs;
  }

  get format(): PictureFormat | undefined {
    return this.#sets.format;
  }

  get codec(): Codec {
    return this.#codec;
  }

  get ringBytes(): number {
    return this.#ring.capacityBytes;
  }

  get ringNeedBytes(): number {
    return this.#ringSize.needBytes;
  }

  /** It was granted less than it takes to reach back as far as it should. */
  get isRingShort(): boolean {
    return !this.#ringSize.isEnough(this.#grantedBytes);
  }

  /** From the oldest picture that is still there to the newest. */
  get ringReachMs(): number {
    const newest = this.#log.at(this.#log.nextPicture - 1);
    const oldestMs = oldestCapturedAtMs(this.#log, this.#ring);
    return newest === undefined || oldestMs === undefined ? 0 : newest.capturedAtMs - oldestMs;
  }

  /** What of the box's memory for rings is this one's; less than before takes effect at once. */
  grantRing(bytes: number): void {
    this.#grantedBytes = Math.max(1, bytes);
    if (this.#ring.capacityBytes > this.#grantedBytes) this.#ring.resize(this.#grantedBytes);
    else this.#growRing();
  }

  get builder(): PictureBuilder | undefined {
    return this.#builder;
  }

  get clockStepCount(): number {
    return this.#captureClock.stepCount;
  }

  /** Camera's wall clock minus ours; undefined without reports. */
  cameraClockOffsetMs(): number | undefined {
    const minusMonoMs = this.#captureClock.cameraMinusMonoMs();
    return minusMonoMs === undefined
      ? undefined
      : minusMonoMs - (this.#clock.wallMs() - this.#clock.monoMs());
  }

  addReport(report: SenderReport, arrivedAtMonoMs: number): void {
    this.#captureClock.addReport(report, arrivedAtMonoMs);
  }

  noteRoundTrip(ms: number): void {
    this.#captureClock.noteRoundTrip(ms);
  }

  /** The newest picture that can be decoded, put together for the decoder. */
  newest(): EncodedPicture | undefined {
    const wanted = this.#isOpen ? this.#log.at(this.#announced) : undefined;
    if (wanted === undefined) return undefined;
    const group = groupOf(this.#announced, this.#log, this.#ring);
    const sets = this.#sets.bytesOf(wanted.parameterSetVersion);
    if (group === undefined || sets === undefined) return undefined;
    const assembled = assemble(this.#ring, this.#codec, group, sets);
    if (assembled === undefined) return undefined;
    return {
      cameraId: this.#cameraId,
      stream: this.#stream,
      codec: this.#codec,
      parameterSets: assembled.parameterSets,
      units: assembled.units,
      pictureNumber: this.#announced,
      capturedAtMs: wanted.capturedAtMs,
      capturedUncertaintyMs: wanted.capturedUncertaintyMs,
      clockSource: wanted.isClockOfCamera ? "sender-report" : "arrival",
    };
  }

  /** Everything of a time that the ring holds and that can be decoded. */
  span(request: SpanRequest): EncodedSpan | undefined {
    const [ring, log, sets, codec] = [this.#ring, this.#log, this.#sets, this.#codec];
    const parts = spanOf(request, { ring, log, sets, codec });
    if (parts === undefined) return undefined;
    return { cameraId: this.#cameraId, stream: this.#stream, codec, ...parts };
  }

  // From the builder:

  onPicture(picture: BuiltPicture): void {
    const nowMonoMs = this.#clock.monoMs();
    this.counters.pictures += 1;
    if (picture.isWhole) this.#lastPictureMonoMs = nowMonoMs;
    else this.counters.damaged += 1;
    if (!picture.isWhole || picture.isChainBroken) {
      this.#sizes.interrupt();
      this.#announcer.interrupt();
    }
    const number = this.#log.nextPicture;
    const isRight = this.#followChain(number, picture);
    const isKey = isRight && this.#chainStart === number;
    const isNewStart = isKey || (isRight && this.#recovery?.rightFrom === number);
    const time = this.#captureClock.stamp({
      rtpTime: picture.rtpTime,
      arrivedAtMonoMs: picture.arrivedAtMonoMs,
      isKey: isNewStart,
    });
    const capturedAtMs = time.capturedAtMonoMs + this.#clock.wallMs() - nowMonoMs;
    this.#sizes.add(picture.bytes, isKey);
    this.#log.append({
      firstPacket: picture.firstPacket,
      packetCount: picture.packetCount,
      isKey,
      chainStart: isRight ? this.#chainStart : -1,
      parameterSetVersion: this.#sets.version(),
      capturedAtMs,
      capturedUncertaintyMs: time.uncertaintyMs,
      isClockOfCamera: time.source === "sender-report",
      arrivedAtMonoMs: picture.arrivedAtMonoMs,
    });
    this.#fitRing(isNewStart, time.capturedAtMonoMs);
    if (isRight && this.#sets.isComplete) {
      this.#offer(number, isNewStart, picture.rtpTime, time.capturedAtMonoMs, nowMonoMs);
    }
  }

  onPictureExtended(packetCount: number): void {
    this.#log.extendNewest(packetCount);
  }

  onNewSource(): void {
    this.#sizes.interrupt();
    this.#captureClock.restart();
    this.#announcer.restart();
    this.#ringSize.restart();
    this.#breakChain();
  }

  /** Keeps track of where decoding can begin; true: this picture comes out right. */
  #followChain(number: number, picture: BuiltPicture): boolean {
    const { picturesUntilRight } = picture;
    if (picture.isChainBroken) this.#breakChain();
    if (!picture.isWhole) return false;
    const fromBytes = this.#ring.appendedBytes - picture.bytes;
    if (picturesUntilRight === 0) {
      this.#chainStart = number;
      this.#chainFromBytes = fromBytes;
      this.#recovery = undefined;
    } else if (picturesUntilRight > 0) {
      this.#recovery = { start: number, rightFrom: number + picturesUntilRight, fromBytes };
    } else if (this.#recovery?.rightFrom === number) {
      this.#chainStart = this.#recovery.start;
      this.#chainFromBytes = this.#recovery.fromBytes;
    }
    return this.#chainStart !== -1;
  }

  #breakChain(): void {
    this.#chainStart = -1;
    this.#recovery = undefined;
  }

  #offer(
    number: number,
    isNewStart: boolean,
    rtpTime: number,
    capturedMs: number,
    nowMonoMs: number,
  ): void {
    // A picture that is shown before its predecessor (B, leading): never the newest.
    const isLater = isNewStart || ((rtpTime - this.#newestChainRtpTime) | 0) > 0;
    if (!isLater) return;
    this.#newestChainRtpTime = rtpTime;
    this.#lastDecodableMonoMs = nowMonoMs;
    if (isNewStart) this.#countKeyframe(nowMonoMs);
    if (!this.#announcer.offer({ isKey: isNewStart, capturedMs })) return;
    const entry = this.#log.at(number);
    if (entry === undefined) return;
    if (!entry.isKey && groupOf(number, this.#log, this.#ring) === undefined) {
      const start = this.#log.at(entry.chainStart);
      this.#sink.onGroupTooLong(start === undefined ? 0 : entry.capturedAtMs - start.capturedAtMs);
      return;
    }
    this.#announced = number;
    this.#sink.onNotice({
      cameraId: this.#cameraId,
      stream: this.#stream,
      pictureNumber: number,
      capturedAtMs: entry.capturedAtMs,
      arrivedAtMonoMs: entry.arrivedAtMonoMs,
      keyframeDistanceMs: this.#announcer.announcedDistanceMs,
      sizes: this.#sizes.take(),
    });
  }

  #countKeyframe(nowMonoMs: number): void {
    this.counters.keyframes += 1;
    if (nowMonoMs - this.#secondBeganMonoMs >= 1_000) {
      this.#secondBeganMonoMs = nowMonoMs;
      this.#keyframesBefore = this.counters.keyframes;
    }
    const count = this.counters.keyframes - this.#keyframesBefore;
    if (count <= keyframesPerSecondMax) return;
    throw new CaptureError(
      "corrupt",
      `the camera sends too much: ${count} keyframes within a second`,
    );
  }

  /** Once a picture: does the ring still have the size that it needs? */
  #fitRing(isNewStart: boolean, capturedMs: number): void {
    if (this.#chainStart === -1) return;
    const atBytes = this.#ring.appendedBytes;
    if (isNewStart) {
      this.#ringSize.groupBegan({ capturedMs, fromBytes: this.#chainFromBytes, atBytes });
    } else {
      this.#ringSize.groupReached(atBytes);
      if (this.#ringSize.isEnough(this.#ring.capacityBytes)) return;
    }
    const need = this.#ringSize.changedNeed();
    if (need !== undefined) this.#sink.onRingNeed(need);
    this.#growRing();
  }

  #growRing(): void {
    const { capacityBytes } = this.#ring;
    if (this.#ringSize.isEnough(capacityBytes)) return;
    const bytes = Math.min(this.#ringSize.needBytes, this.#grantedBytes);
    if (bytes > capacityBytes) this.#ring.resize(bytes);
  }
}
