/**
 * Keeps one stream of one camera coming: connects, watches, tries again for ever.
 *
 * Owns the stream's ring and pictures, which outlive connections. Says each change of state once;
 * nothing that a camera does reaches further than its own receiver.
 */
import { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";
import { hiderOf } from "../runtime/secret-spellings.ts";
import { CaptureError, ReceivingBug, withoutCredentials } from "./capture-error.ts";
import type { EncodedPicture, EncodedSpan, PictureNotice, StreamState } from "./encoded-picture.ts";
import {
  firstKeyframeMsMax,
  frozenKeyframeDistances,
  frozenMsMin,
  handshakeTimeoutMs,
  picturePixelsMax,
  reconnectDelayMsMax,
  reconnectDelayMsMin,
  unauthorisedDelayMs,
} from "./limits.ts";
import type { Play } from "./play.ts";
import type { SpanRequest } from "./ring/picture-span.ts";
import type { RingNeed } from "./ring/ring-shares.ts";
import { StreamPictures } from "./ring/stream-pictures.ts";
import { credentialsOf, publicAddress } from "./rtsp/address.ts";
import type { StreamSettings } from "./stream-settings.ts";
import type { StreamStats } from "./stream-stats.ts";
import { StreamStatus } from "./stream-status.ts";

export interface ReceiverSink {
  onNotice(notice: PictureNotice): void;
  onState(state: StreamState): void;
  onRingNeed(stream: Pick<StreamSettings, "cameraId" | "stream">, need: RingNeed): void;
  onBug(error: ReceivingBug): void;
}

/** How often the watchdog looks. */
const watchEveryMs = 1_000;

export class StreamReceiver {
  readonly #settings: StreamSettings;
  readonly #clock: Clock;
  readonly #sink: ReceiverSink;
  readonly #play: Play;
  readonly #pictures: StreamPictures;
  readonly #status = new StreamStatus();
  readonly #backoff: Backoff;
  /** A server may put our password or token into its text. */
  readonly #hide: (text: string) => string;
  #reconnects = 0;
  #startedMonoMs = 0;
  #playingMonoMs: number | undefined;
  #bytesBefore = 0;
  #packetsBefore = 0;
  #lostBefore = 0;

  constructor(options: {
    readonly settings: StreamSettings;
    /** Default: whatever its ring needs. */
    readonly grantedRingBytes?: number | undefined;
    readonly clock: Clock;
    readonly sink: ReceiverSink;
    readonly play: Play;
    readonly random?: () => number;
  }) {
    const { settings } = options;
    this.#settings = settings;
    this.#clock = options.clock;
    this.#sink = options.sink;
    this.#play = options.play;
    this.#hide = hiderOf(secretsOf(settings));
    this.#backoff = new Backoff({
      delayMsMin: reconnectDelayMsMin,
      delayMsMax: reconnectDelayMsMax,
      ...(options.random === undefined ? {} : { random: options.random }),
    });
    this.#pictures = new StreamPictures({
      cameraId: settings.cameraId,
      stream: settings.stream,
      everyMs: settings.everyMs,
      ringBytes: settings.ringBytes,
      ringBytesMax: settings.ringBytes,
      ringSeconds: settings.ringSeconds,
      grantedBytes: options.grantedRingBytes,
      clock: options.clock,
      sink: {
        onNotice: (notice) => this.#onNotice(notice),
        onGroupTooLong: (distanceMs) => this.#onGroupTooLong(distanceMs),
        onRingNeed: (need) => this.#sink.onRingNeed(settings, need),
      },
    });
  }

  set everyMs(everyMs: number) {
    this.#pictures.everyMs = everyMs;
  }

  get ringBytes(): number {
    return this.#pictures.ringBytes;
  }

  grantRing(bytes: number): void {
    this.#pictures.grantRing(bytes);
  }

  newestPicture(): EncodedPicture | undefined {
    return this.#pictures.newest();
  }

  span(request: SpanRequest): EncodedSpan | undefined {
    return this.#pictures.span(request);
  }

  stats(): StreamStats {
    const { counters, builder, format } = this.#pictures;
    const now = this.#clock.monoMs();
    const { state, failure, detail } = this.#status.current;
    return {
      cameraId: this.#settings.cameraId,
      stream: this.#settings.stream,
      state,
      ...(failure === undefined ? {} : { failure }),
      detail: this.#clean(detail),
      bytes: this.#bytesBefore + (builder?.counters.bytes ?? 0),
      packets: this.#packetsBefore + (builder?.counters.packets ?? 0),
      lostPackets: this.#lostBefore + (builder?.counters.lost ?? 0),
      pictures: counters.pictures,
      keyframes: counters.keyframes,
      damagedPictures: counters.damaged,
      reconnects: this.#reconnects,
      keyframeDistanceMs: Math.round(this.#pictures.keyframeDistanceMs),
      ...(Number.isFinite(this.#pictures.lastPictureMonoMs)
        ? { lastPictureAgeMs: Math.round(now - this.#pictures.lastPictureMonoMs) }
        : {}),
      codec: this.#pictures.codec,
      ...(format === undefined ? {} : { widthPx: format.widthPx, heightPx: format.heightPx }),
      ringBytes: this.#pictures.ringBytes,
      ringNeedBytes: this.#pictures.ringNeedBytes,
      ringReachMs: Math.round(this.#pictures.ringReachMs),
      isRingShort: this.#pictures.isRingShort,
      ...optional("cameraClockOffsetMs", this.#pictures.cameraClockOffsetMs()),
      cameraClockSteps: this.#pictures.clockStepCount,
    };
  }

  /** Runs until the signal aborts; then resolves. */
  async run(signal: AbortSignal): Promise<void> {
    this.#emit({ state: "connecting", detail: this.#address() });
    while (!signal.aborted) {
      const error = await this.#playOnce(signal);
      if (signal.aborted) return;
      if (error instanceof ReceivingBug) this.#sink.onBug(error);
      const now = this.#clock.monoMs();
      if (this.#status.isStable(now)) this.#backoff.reset();
      this.#emit(this.#status.failed(error.failure, error.message, now));
      this.#reconnects += 1;
      const delayMs = this.#backoff.nextDelayMs();
      const waitMs =
        error.failure === "unauthorised" ? Math.max(delayMs, unauthorisedDelayMs) : delayMs;
      await this.#clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  async #playOnce(signal: AbortSignal): Promise<CaptureError> {
    this.#startedMonoMs = this.#clock.monoMs();
    this.#playingMonoMs = undefined;
    const attempt = new AbortController();
    // By hand: a signal that lives for years must not collect one dependent for each attempt.
    const stop = (): void => attempt.abort(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const stopWatching = this.#watch((reason) => attempt.abort(reason));
    try {
      return await this.#play({
        settings: this.#settings,
        pictures: this.#pictures,
        clock: this.#clock,
        onPlaying: () => {
          this.#playingMonoMs = this.#clock.monoMs();
        },
        onFinished: stopWatching,
        signal: attempt.signal,
      });
    } catch (error) {
      if (attempt.signal.aborted) return attempt.signal.reason as CaptureError; // Ours, see above.
      return error instanceof CaptureError ? error : new ReceivingBug(error);
    } finally {
      stopWatching();
      signal.removeEventListener("abort", stop);
      this.#pictures.close();
      const counters = this.#pictures.builder?.counters;
      this.#bytesBefore += counters?.bytes ?? 0;
      this.#packetsBefore += counters?.packets ?? 0;
      this.#lostBefore += counters?.lost ?? 0;
      if (counters !== undefined) {
        counters.bytes = 0;
        counters.packets = 0;
        counters.lost = 0;
      }
    }
  }

  /** A frozen camera often keeps its connection open: pictures alone prove that it lives. */
  #watch(giveUp: (reason: CaptureError) => void): () => void {
    let cancel = (): void => undefined;
    const look = (): void => {
      const reason = this.#whyFrozen();
      if (reason !== undefined) giveUp(reason);
      else cancel = this.#clock.after(watchEveryMs, look);
    };
    cancel = this.#clock.after(watchEveryMs, look);
    return () => cancel();
  }

  #whyFrozen(): CaptureError | undefined {
    const now = this.#clock.monoMs();
    const startedMonoMs = this.#playingMonoMs;
    if (startedMonoMs === undefined) {
      // Each answer has its own time-out; this is for a camera that drips them.
      if (now - this.#startedMonoMs < handshakeTimeoutMs) return undefined;
      return new CaptureError(
        "timeout",
        `the camera did not begin to send within ${handshakeTimeoutMs / 1_000} s`,
      );
    }
    const { keyframeDistanceMs, lastDecodableMonoMs, lastPictureMonoMs } = this.#pictures;
    const patienceMs = Math.max(frozenMsMin, frozenKeyframeDistances * keyframeDistanceMs);
    const idleMs = now - Math.max(startedMonoMs, lastDecodableMonoMs);
    if (idleMs < patienceMs) return undefined;
    const seconds = Math.round(idleMs / 1_000);
    const picturesIdleMs = now - Math.max(startedMonoMs, lastPictureMonoMs);
    if (picturesIdleMs >= frozenMsMin) return this.#silence(seconds);
    // Whole pictures come, but none to begin with: a long group deserves some patience.
    if (idleMs < firstKeyframeMsMax) return undefined;
    return new CaptureError("keyframe-distance-too-long", `no keyframe for ${seconds} s`);
  }

  #silence(seconds: number): CaptureError {
    const counters = this.#pictures.builder?.counters;
    if (
      counters !== undefined &&
      counters.unsupported > 0 &&
      counters.unsupported * 2 > counters.packets
    ) {
      return new CaptureError(
        "codec-unsupported",
        "the camera uses a packetisation that is not supported",
      );
    }
    return new CaptureError("frozen", `no picture for ${seconds} s`);
  }

  #onNotice(notice: PictureNotice): void {
    const { widthPx = 0, heightPx = 0 } = this.#pictures.format ?? {};
    if (widthPx * heightPx > picturePixelsMax) {
      throw new CaptureError(
        "codec-unsupported",
        `pictures of ${widthPx}×${heightPx} are larger than any that is decoded`,
      );
    }
    this.#sink.onNotice(notice);
    this.#emit(this.#status.picture(this.#clock.monoMs(), this.#description()));
  }

  #onGroupTooLong(distanceMs: number): void {
    const seconds = Math.round(distanceMs / 1_000);
    this.#emit(
      this.#status.impaired(
        "keyframe-distance-too-long",
        seconds > 0
          ? `the last keyframe is ${seconds} s back, further than the ring holds`
          : "the last keyframe is further back than the ring holds",
      ),
    );
  }

  #emit(change: Pick<StreamState, "state" | "failure" | "detail"> | undefined): void {
    if (change === undefined) return;
    const { cameraId, stream } = this.#settings;
    this.#sink.onState({ cameraId, stream, ...change, detail: this.#clean(change.detail) });
  }

  #description(): string {
    const { codec, format } = this.#pictures;
    const size = format === undefined ? "" : ` ${format.widthPx}×${format.heightPx}`;
    return `${codec}${size} from ${this.#address()}`;
  }

  #address(): string {
    return this.#settings.shownUrl ?? publicAddress(this.#settings.url);
  }

  #clean(detail: string): string {
    return this.#hide(withoutCredentials(detail));
  }
}

/** Shorter ones would blacken ordinary words. */
const secretCharsMin = 4;

function secretsOf({ url, secrets = [] }: StreamSettings): string[] {
  const password = credentialsOf(url)?.password ?? "";
  return [password, ...secrets].filter(({ length }) => length >= secretCharsMin);
}

const optional = <Name extends string>(
  name: Name,
  value: number | undefined,
): Partial<Record<Name, number>> =>
  value === undefined ? {} : ({ [name]: Math.round(value) } as Record<Name, number>);
